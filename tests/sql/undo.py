"""Undoing allocations from psql's side, for tests."""

from tests.factories import value
from tests.sql.commitments import committed, decide
from tests.sql.exits import approval_about
from tests.sql.invoices import money
from tests.sql.matches import everything as everything_matched

FUNDS = "select id from invoices where allocation_id = %s and kind = 'invoice'"


def given(owner, cast, deal, app_connection, units=500, investor=None, who=None):
    """An allocation of Aldgate's at 28.50, approved by Abe, and by Ada where it takes two; its id."""
    it = committed(owner, app_connection(who or cast.alice), deal, investor or cast.aldgate, units)
    if decide(app_connection(cast.abe), it.approval) == "second_approval":
        decide(app_connection(cast.ada), approval_about(owner, it.id))
    return value(owner, "select id from allocations where commitment_id = %s", it.id)


def propose_undo(connection, allocation, reason="The buyer never paid"):
    return value(connection, "select public.fn_propose_undo(%s, %s)", allocation, reason)


def undo(owner, cast, app_connection, allocation, reason="The buyer never paid"):
    """Proposed by Sam, approved by Ada and Abe; the proposal."""
    made = propose_undo(app_connection(cast.sam), allocation, reason)
    assert decide(app_connection(cast.ada), approval_about(owner, made)) == "second_approval"
    assert decide(app_connection(cast.abe), approval_about(owner, made)) == "approved"
    return made


def waits_for_the_last(owner, cast, app_connection, allocation):
    """Proposed by Sam and approved by Ada: the approval that Abe may give."""
    made = propose_undo(app_connection(cast.sam), allocation)
    decide(app_connection(cast.ada), approval_about(owner, made))
    return approval_about(owner, made)


def everything(owner) -> list:
    """All that a refused call might have touched."""
    tables = (
        "allocation_undos", "position_entries", "positions", "share_lots", "approvals", "deal_commitments", "notices",
    )  # fmt: skip
    return [owner.execute(f"select * from {table} order by id").fetchall() for table in tables] + [
        *money(owner), *everything_matched(owner)
    ]  # fmt: skip
