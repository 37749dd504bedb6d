"""Committing and deciding from psql's side, for tests."""

from decimal import Decimal
from types import SimpleNamespace

from tests import factories
from tests.sql.holds import reserve, state


def commit_hold(connection, hold_id, plan_id=None, key=None):
    return connection.execute("select public.fn_commit_hold(%s, %s, %s)", [hold_id, plan_id, key]).fetchone()[0]


def commit_units(connection, deal, investor_id, *, units=None, amount=None, price=None, plan_id=None, key=None):
    """Figures go over as text, as a person would type them in psql."""
    text = [None if value is None else str(value) for value in (units, amount, price)]
    return connection.execute(
        "select public.fn_commit_units(%s, %s, %s::numeric, %s::numeric, %s::numeric, %s, %s)",
        [deal.id, investor_id, *text, plan_id, key],
    ).fetchone()[0]


def decide(connection, approval_id, action="approve", notes=None, content_hash=None):
    return connection.execute(
        "select public.fn_decide_approval(%s, %s, %s, %s)", [approval_id, action, notes, content_hash]
    ).fetchone()[0]


def approved_by_hand(owner, it, person_id, status="approved") -> None:
    """Decide as the owner's psql can: rows that say so, and nothing is carried out."""
    owner.execute(
        "update approvals set status = %s, decided_by = %s, decided_at = now() where id = %s",
        [status, person_id, it.approval],
    )
    owner.execute("update deal_commitments set status = %s, decided_at = now() where id = %s", [status, it.id])


def withdraw(connection, commitment_id):
    connection.execute("select public.fn_withdraw_commitment(%s)", [commitment_id])


def reduce(connection, commitment_id, units):
    """The commitment that takes the place; what stays goes over as text."""
    return connection.execute(
        "select public.fn_reduce_commitment(%s, %s::numeric)", [commitment_id, str(units)]
    ).fetchone()[0]


def finalize(connection, hold_id):
    return connection.execute("select public.fn_finalize_allocation(%s)", [hold_id]).fetchone()[0]


def committed(owner, connection, deal, investor_id, units, price="28.50"):
    """A hold and its commitment: ``hold``, ``id`` and ``approval``."""
    hold = reserve(connection, deal, investor_id, units, price)
    commitment = commit_hold(connection, hold)
    return SimpleNamespace(hold=hold, id=commitment, approval=open_approval(owner, commitment))


def open_approval(owner, commitment_id):
    """The decision that is waited for, or None."""
    return factories.value(owner, "select id from approvals where entity_id = %s and status = 'pending'", commitment_id)


def one(owner, statement, *params) -> SimpleNamespace:
    """The first row, by column name."""
    cursor = owner.execute(statement, params)
    return SimpleNamespace(**dict(zip([column.name for column in cursor.description], cursor.fetchone(), strict=True)))


def offer(owner, deal, price, lots_of=1_000_000) -> None:
    """Give the deal another price and one lot with plenty of units: amounts fall where a test wants them."""
    owner.execute("update deals set offer_unit_price = %s where id = %s", [Decimal(str(price)), deal.id])
    owner.execute("delete from offer_prices")  # else the price before counts for 30 days
    factories.add_lot(owner, deal.id, lots_of)


def everything(owner) -> list:
    """As holds.state, with what people are told, asked and given to do."""
    return state(owner) + [
        owner.execute(f"select * from {table} order by id").fetchall() for table in ("notices", "tasks", "approvals")
    ]
