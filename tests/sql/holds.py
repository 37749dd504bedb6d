"""Calling the reserve core from psql's side, for tests: one connection, one statement, one person."""

from decimal import Decimal

import psycopg


def reserve(connection, deal, investor_id, units, price="28.50", minutes=None, key=None):
    """The reservation's id. Units and price go over as text, as a person would type them in psql."""
    return connection.execute(
        "select public.fn_reserve_inventory(%s, %s, %s::numeric, %s::numeric, %s, %s)",
        [deal.id, investor_id, str(units), str(price), minutes, key],
    ).fetchone()[0]


def refusal(call, *args, **kwargs) -> tuple[str, str]:
    """The SQLSTATE and the detail of a call that must be refused."""
    try:
        call(*args, **kwargs)
    except psycopg.Error as error:
        return error.sqlstate, error.diag.message_detail or ""
    raise AssertionError("this should have been refused")


def split(owner, hold_id) -> dict[Decimal, Decimal]:
    """Units by unit cost of the lots that a hold took."""
    rows = owner.execute(
        "select l.unit_cost, i.units from reservation_lot_items i join share_lots l on l.id = i.lot_id"
        " where i.reservation_id = %s order by l.acquired_at",
        [hold_id],
    )
    return {cost.normalize(): units.normalize() for cost, units in rows}


def state(owner) -> list:
    """Everything a refused call might have touched, to prove that nothing changed."""
    return [
        owner.execute(question).fetchall()
        for question in (
            "select id, units_remaining, status from share_lots order by id",
            "select id, status, expires_at, commitment_id from reservations order by id",
            "select reservation_id, lot_id, units from reservation_lot_items order by 1, 2",
            "select id, status from allocations order by id",
            "select id, units, cost_basis from positions order by id",
            "select id, status from deal_commitments order by id",
            "select id, status, decided_by from approvals order by id",
            "select count(*) from audit_log",
        )
    ]


def let_lapse(owner, hold_id) -> None:
    """Move a hold's end into the past: what thirty minutes would do."""
    owner.execute(
        "update reservations set expires_at = clock_timestamp() - interval '1 second' where id = %s", [hold_id]
    )


def broken_rules(owner) -> list:
    """What app.invariant_breaks finds; empty is good."""
    return owner.execute("select rule, entity_id, expected, found from app.invariant_breaks()").fetchall()


def set_status(superuser, status) -> None:
    """Every deal straight to a status: the moves have their own tests."""
    superuser.execute("set session_replication_role = replica")
    superuser.execute("update deals set status = %s", [status])
    superuser.execute("set session_replication_role = origin")
