"""fn_propose_undo, undo_asked: two people undo an allocation, and nothing of it is left behind."""

from decimal import Decimal as D

import pytest

from tests.factories import value
from tests.sql.commitments import committed, decide
from tests.sql.exits import approval_about, held, propose_exit
from tests.sql.holds import broken_rules, refusal, reserve
from tests.sql.invoices import pay, ready
from tests.sql.undo import FUNDS, everything, given, propose_undo, undo, waits_for_the_last

ALLOCATION = "select status, undone_at is not null from allocations where id = %s"
LOTS = "select units_remaining, status from share_lots order by acquired_at"
AVAILABLE = "select (public.fn_get_deal_inventory(%s) ->> 'available_units')::numeric"


@pytest.fixture
def allocation(owner, cast, deal, app_connection):
    ready(app_connection, cast)
    return given(owner, cast, deal, app_connection)


def test_units_and_position_go_back(owner, cast, deal, allocation, app_connection):
    assert value(app_connection(cast.sam), AVAILABLE, deal.id) == 9_500
    day = value(owner, "select min(effective_date) from position_entries")
    made = undo(owner, cast, app_connection, allocation)
    assert owner.execute(ALLOCATION, [allocation]).fetchone() == ("rejected", True)
    assert owner.execute(LOTS).fetchall() == [(D(units), "available") for units in (5000, 3000, 2000)]
    assert owner.execute("select units, cost_basis from positions").fetchall() == [(D(0), D("0.00"))]
    entry = "select effective_date, units, cost, cause, reason, corrects_id is not null from position_entries"
    assert owner.execute(f"{entry} where key like 'undo:%%'").fetchall() == [
        (day, D(-500), D("-14250.00"), "correction", "The buyer never paid", True)
    ]
    assert held(owner, allocation, day) == (0, 0)
    assert value(app_connection(cast.sam), AVAILABLE, deal.id) == 10_000
    assert owner.execute("select status, decided_by from allocation_undos where id = %s", [made]).fetchone() == (
        "approved", cast.abe.id
    )  # fmt: skip
    assert broken_rules(owner) == []


def test_they_can_be_bought_in_the_same_moment(owner, cast, deal, app_connection):
    ready(app_connection, cast)
    allocation = given(owner, cast, deal, app_connection, 10_000)
    assert refusal(reserve, app_connection(cast.mallory), deal, cast.morland, 1)[0] == "DL001"
    undo(owner, cast, app_connection, allocation)
    assert reserve(app_connection(cast.mallory), deal, cast.morland, 10_000)
    assert broken_rules(owner) == []


def test_a_blocked_lot_stays_blocked(owner, cast, deal, allocation, app_connection):
    owner.execute("update share_lots set status = 'held' where id = %s", [deal.lots["A"]])
    undo(owner, cast, app_connection, allocation)
    assert owner.execute(LOTS).fetchone() == (D(5000), "held")


def test_as_it_was_known_before_stays(owner, cast, allocation, app_connection):
    before = value(owner, "select clock_timestamp()")
    undo(owner, cast, app_connection, allocation)
    assert held(owner, allocation, known=before) == (D(500), D("14250.00"))


def test_it_takes_two_whatever_it_amounts_to_and_neither_may_be_a_party(owner, cast, deal, app_connection):
    """100 units are 2,850.00: one person would approve a commitment of that."""
    ready(app_connection, cast)
    allocation = given(owner, cast, deal, app_connection, 100)
    sam, ada, abe = (app_connection(person) for person in (cast.sam, cast.ada, cast.abe))
    made = propose_undo(ada, allocation)
    first, before = approval_about(owner, made), everything(owner)
    assert value(owner, "select steps_needed from approvals where id = %s", first) == 2
    assert refusal(decide, ada, first) == ("42501", "own_request")
    assert refusal(decide, app_connection(cast.alice), first) == ("42501", "not_staff")
    assert everything(owner) == before
    assert decide(sam, first) == "second_approval"
    last = approval_about(owner, made)
    assert refusal(decide, sam, last) == ("42501", "approved_already")
    assert owner.execute(ALLOCATION, [allocation]).fetchone() == ("approved", False)
    assert decide(abe, last) == "approved"
    assert owner.execute(ALLOCATION, [allocation]).fetchone() == ("rejected", True)


def test_one_of_two_is_an_administrator(owner, cast, deal, app_connection):
    ready(app_connection, cast)
    allocation = given(owner, cast, deal, app_connection, 100)
    made = propose_undo(app_connection(cast.abe), allocation)
    assert decide(app_connection(cast.sam), approval_about(owner, made)) == "second_approval"
    assert refusal(decide, app_connection(cast.rita), approval_about(owner, made)) == ("42501", "admin_needed")


def test_a_rejection_changes_nothing(owner, cast, allocation, app_connection):
    made = propose_undo(app_connection(cast.sam), allocation)
    decide(app_connection(cast.ada), approval_about(owner, made), "reject", "They paid this morning")
    assert owner.execute(ALLOCATION, [allocation]).fetchone() == ("approved", False)
    assert value(owner, "select units from positions") == 500
    assert propose_undo(app_connection(cast.sam), allocation) != made


def test_asked_twice_it_is_one_question(owner, cast, allocation, app_connection):
    sam = app_connection(cast.sam)
    made, before = propose_undo(sam, allocation), everything(owner)
    assert propose_undo(sam, allocation) == made
    assert refusal(propose_undo, sam, allocation, "Another reason") == ("22023", "undo_waits")
    assert refusal(propose_undo, app_connection(cast.rita), allocation) == ("22023", "undo_waits")
    assert everything(owner) == before


WITHDRAW = "select public.fn_withdraw_undo(%s)"


def test_a_proposal_is_taken_back_once_and_decided_by_nobody(owner, cast, allocation, app_connection):
    rita, ada = app_connection(cast.rita), app_connection(cast.ada)
    made = propose_undo(rita, allocation)
    decide(ada, approval_about(owner, made))
    second = approval_about(owner, made)
    value(rita, WITHDRAW, made)
    kept = "select status, decided_by from allocation_undos where id = %s"
    assert owner.execute(kept, [made]).fetchone() == ("withdrawn", cast.rita.id)
    assert value(owner, "select status from approvals where id = %s", second) == "withdrawn"
    assert owner.execute(ALLOCATION, [allocation]).fetchone() == ("approved", False)
    before = everything(owner)
    assert refusal(value, rita, WITHDRAW, made) == ("DL006", "withdrawn")
    assert refusal(decide, app_connection(cast.abe), second)[0] == "DL006"
    assert everything(owner) == before
    undo(owner, cast, app_connection, allocation)
    done = value(owner, "select id from allocation_undos where status = 'approved'")
    assert refusal(value, app_connection(cast.sam), WITHDRAW, done) == ("DL006", "approved")


@pytest.mark.parametrize("who", ["alice", "larry", "rita", None])
def test_a_proposal_of_another_is_taken_back_by_operations_only(owner, cast, allocation, app_connection, who):
    made = propose_undo(app_connection(cast.sam), allocation)
    before = everything(owner)
    assert refusal(value, app_connection(getattr(cast, who or "", None)), WITHDRAW, made)[0] == "42501"
    assert refusal(value, app_connection(cast.ada), WITHDRAW, allocation)[0] == "42501"
    assert everything(owner) == before
    value(app_connection(cast.ada), WITHDRAW, made)
    assert value(owner, "select status from allocation_undos where id = %s", made) == "withdrawn"


def test_what_was_undone_is_not_undone_again(owner, cast, allocation, app_connection):
    undo(owner, cast, app_connection, allocation)
    before = everything(owner)
    assert refusal(propose_undo, app_connection(cast.sam), allocation) == ("22023", "undone")
    hold = value(owner, "select reservation_id from allocations")
    assert value(app_connection(cast.sam), "select public.fn_finalize_allocation(%s)", hold) == allocation
    assert everything(owner) == before


@pytest.mark.parametrize("reason", ["", "  ", None])
def test_it_needs_a_reason(owner, cast, allocation, app_connection, reason):
    before = everything(owner)
    assert refusal(propose_undo, app_connection(cast.sam), allocation, reason) == ("22023", "reason")
    assert everything(owner) == before


@pytest.mark.parametrize("who", ["alice", "mallory", "larry", "ingrid", None])
def test_staff_alone_propose(owner, cast, allocation, app_connection, who):
    before = everything(owner)
    assert refusal(propose_undo, app_connection(who and getattr(cast, who)), allocation)[0] == "42501"
    assert everything(owner) == before


def test_what_was_paid_is_not_undone(owner, cast, allocation, app_connection):
    """Neither asked for, nor carried out where the money came in meanwhile."""
    last = waits_for_the_last(owner, cast, app_connection, allocation)
    pay(owner, value(owner, FUNDS, allocation), "14962.50")
    before = everything(owner)
    assert refusal(decide, app_connection(cast.abe), last) == ("22023", "settled")
    assert refusal(propose_undo, app_connection(cast.rita), allocation) == ("22023", "undo_waits")
    assert everything(owner) == before
    decide(app_connection(cast.abe), last, "reject", "Paid")
    assert refusal(propose_undo, app_connection(cast.sam), allocation) == ("22023", "settled")


def test_what_was_sold_is_not_undone(owner, cast, deal, allocation, app_connection):
    on = value(owner, "select min(effective_date) from position_entries")
    exit_ = propose_exit(app_connection(cast.sam), deal, "0.5", "40", on)
    decide(app_connection(cast.abe), approval_about(owner, exit_))
    before = everything(owner)
    assert refusal(propose_undo, app_connection(cast.sam), allocation) == ("22023", "sold")
    assert everything(owner) == before


def test_the_commitment_ends_when_nothing_of_it_is_left(owner, cast, deal, app_connection):
    """Two holds, one commitment: half of it undone leaves it approved."""
    ready(app_connection, cast)
    alice = app_connection(cast.alice)
    committed(owner, alice, deal, cast.aldgate, 100)
    it = committed(owner, alice, deal, cast.aldgate, 50)
    decide(app_connection(cast.abe), it.approval)
    status = "select status, decision_note, undone_at is not null from deal_commitments where id = %s"
    first, second = (row[0] for row in owner.execute("select id from allocations order by units desc").fetchall())
    undo(owner, cast, app_connection, first)
    assert owner.execute(status, [it.id]).fetchone() == ("approved", "", False)
    assert value(owner, "select units from positions") == 50
    undo(owner, cast, app_connection, second)
    assert owner.execute(status, [it.id]).fetchone() == ("cancelled", "The buyer never paid", True)
    assert broken_rules(owner) == []


def test_what_was_negotiated_stays(owner, cast, allocation, app_connection):
    terms = "select id, overrides, status from investor_terms order by created_at"
    before = owner.execute(terms).fetchall()
    undo(owner, cast, app_connection, allocation)
    assert owner.execute(terms).fetchall() == before


def test_who_is_told(owner, cast, allocation, app_connection):
    """Everybody who acts for the investor, its relationship manager, whoever proposed, and who had approved before."""
    made = undo(owner, cast, app_connection, allocation)
    told = "select kind, array_agg(user_id) from notices where entity_id = %s group by 1 order by 1"
    kinds = {kind: set(people) for kind, people in owner.execute(told, [made])}
    assert kinds == {
        "allocation.undone": {cast.alice.id, cast.bob.id},
        "approval.undone": {cast.rita.id, cast.sam.id, cast.ada.id},
    }
    facts = value(owner, "select facts from notices where user_id = %s and kind = 'allocation.undone'", cast.alice.id)
    assert (facts["units"], facts["amount"], facts["reason"]) == ("500", "14250.00", "The buyer never paid")


def test_it_is_in_the_audit_log(owner, cast, allocation, app_connection):
    made = undo(owner, cast, app_connection, allocation)
    row = "select actor_user_id, after from audit_log where action = 'allocation.undone' and entity_id = %s"
    ((actor, after),) = owner.execute(row, [allocation]).fetchall()
    assert (actor, after["undo_id"], after["reason"]) == (cast.abe.id, str(made), "The buyer never paid")


def test_another_commitment_of_that_investor_is_as_if_the_first_had_not_been(owner, cast, deal, app_connection):
    """A first purchase above 250,000 takes two people; after its undoing the next one is a first again."""
    ready(app_connection, cast)
    allocation = given(owner, cast, deal, app_connection, 10)
    undo(owner, cast, app_connection, allocation)
    it = committed(owner, app_connection(cast.alice), deal, cast.aldgate, 9_000)
    assert value(owner, "select steps_needed from approvals where id = %s", it.approval) == 2
