"""Fees that accrue, from psql's side, for tests: the terms of a deal, what accrued, and what the books say of it."""

from decimal import Decimal as D

from tests import factories
from tests.sql.exits import allocated

YEARLY = {"kind": "management", "calc_method": "percent_per_annum", "rate_bps": 200, "frequency": "quarterly"}
CARRY = {"kind": "performance", "calc_method": "percent_of_profit", "rate_bps": 2000, "frequency": "on_exit"}
BARE = {"kind": None, "calc_method": None, "rate_bps": None, "frequency": "one_time"}


def charge(owner, deal, *fees) -> list:
    """Make these the fees of the deal's default plan, instead of the subscription fee; their ids."""
    owner.execute("delete from fee_components where fee_plan_id = %s", [deal.fee_plan_id])
    return [factories.insert(owner, "fee_components", fee_plan_id=deal.fee_plan_id, **(BARE | fee)) for fee in fees]


def bought(owner, deal, investor, amount, on, price="100"):
    """An allocation of this amount with its position, from this day on."""
    return allocated(owner, deal, investor, D(str(amount)) / D(price), price=price, on=on)


def accrue(connection, deal, as_of) -> int:
    return factories.value(connection, "select public.fn_compute_fee_events(%s, %s)", deal.id, as_of)


def amounts(owner, kind="management") -> list[D]:
    """What accrued, of a kind, in the order of its days."""
    rows = owner.execute(
        "select computed_amount from fee_events where kind = %s and status <> 'voided'"
        " order by event_date, period_start, occasion, computed_amount desc",
        [kind],
    )
    return [amount for (amount,) in rows]


def periods(owner) -> list[tuple]:
    """First day, last day, amount and occasion of each event with a period, in order."""
    return owner.execute(
        "select period_start::text, period_end::text, computed_amount, occasion from fee_events"
        " where period_start is not null order by period_start, allocation_id, adjusts_id nulls first"
    ).fetchall()


def not_accrued(connection, deal, as_of) -> list[tuple]:
    return connection.execute(
        "select reason, period_start::text, period_end::text from app.fee_preview(%s, %s)"
        " where reason is not null order by 2",
        [deal.id, as_of],
    ).fetchall()


def differing(owner) -> list:
    """Events that their own inputs do not give to the cent."""
    return owner.execute(
        "select id, computed_amount, app.recompute_fee(derivation, currency) from fee_events"
        " where app.recompute_fee(derivation, currency) is distinct from computed_amount"
    ).fetchall()


def balances(owner) -> dict[str, D]:
    """What the ledger says by account, without those at zero."""
    rows = owner.execute(
        "select a.kind, sum(p.amount) from ledger_postings p join ledger_accounts a on a.id = p.account_id"
        " group by 1 having sum(p.amount) <> 0"
    )
    return dict(rows.fetchall())


def add_valuation(owner, deal, on, per_unit, status="approved"):
    return factories.insert(
        owner, "valuations", vehicle_id=deal.vehicle_id, as_of_date=on, nav_per_unit=D(per_unit), status=status
    )
