"""fn_decide_approval and why_not_decide: who may, what follows, and that a refusal changes nothing."""

import uuid
from decimal import Decimal as D

import pytest

from tests import factories
from tests.sql.commitments import committed, decide, finalize, offer, one, open_approval
from tests.sql.holds import refusal, state


@pytest.fixture
def small(owner, cast, deal, app_connection):
    """100 units, 2,850.00 USD: any of staff may decide."""
    return committed(owner, app_connection(cast.alice), deal, cast.aldgate, 100)


def of_amount(owner, cast, deal, app_connection, amount):
    """A commitment of this amount, at 1.00 a unit, by an investor who has something approved."""
    factories.add_commitment(owner, deal.id, cast.aldgate, status="approved")
    offer(owner, deal, "1.00", 5_000_000)
    return committed(owner, app_connection(cast.alice), deal, cast.aldgate, amount, "1")


# --- approving


def test_approving_moves_the_commitment_and_says_who_and_when(owner, cast, deal, small, app_connection):
    assert decide(app_connection(cast.sam), small.approval, notes="All in order") == "approved"
    given = one(owner, "select * from approvals where id = %s", small.approval)
    assert (given.status, given.action, given.decided_by) == ("approved", "approve", cast.sam.id)
    assert (given.notes, given.decided_at is not None) == ("All in order", True)
    it = one(owner, "select * from deal_commitments where id = %s", small.id)
    assert (it.status, it.decided_at) == ("approved", given.decided_at)
    assert finalize(app_connection(cast.sam), small.hold)
    assert owner.execute("select units, cost_basis from positions").fetchall() == [(D(100), D("2850.00"))]


def test_the_decision_is_in_the_audit_log_once(owner, cast, small, app_connection):
    decide(app_connection(cast.sam), small.approval)
    rows = owner.execute(
        "select action, entity_id, actor_user_id, actor_role from audit_log where action in"
        " ('approval.approved', 'commitment.approved') order by action"
    ).fetchall()
    assert rows == [
        ("approval.approved", small.approval, cast.sam.id, "staff_ops"),
        ("commitment.approved", small.id, cast.sam.id, "staff_ops"),
    ]


def test_everyone_who_acts_for_the_investor_is_told_and_nobody_else(owner, cast, small, app_connection):
    decide(app_connection(cast.sam), small.approval)
    rows = owner.execute("select user_id, kind, entity_id, facts, mailed_at from notices").fetchall()
    assert {row[0] for row in rows} == {cast.alice.id, cast.bob.id}
    assert {(row[1], row[2], row[4]) for row in rows} == {("commitment.approved", small.id, None)}
    facts = rows[0][3]
    assert (facts["units"], facts["amount"], facts["currency"]) == ("100", "2850.00", "USD")
    assert (facts["deal"], facts["investor"], facts["by"]) == (
        "Northlight Secondary",
        "Aldgate Family Office",
        "Sam Sutter",
    )


# --- who may


@pytest.mark.parametrize(
    "amount, who, word",
    [
        ("50000.00", "sam", None),
        ("50000.01", "sam", "above_limit"),
        ("900000.00", "rita", None),  # own investor, any amount
        ("900000.00", "ada", None),
        ("10.00", "alice", "not_staff"),
        ("10.00", "larry", "not_staff"),
    ],
)
def test_who_may_decide_what(owner, cast, deal, app_connection, amount, who, word):
    it = of_amount(owner, cast, deal, app_connection, amount)
    asked = app_connection(getattr(cast, who))
    assert factories.value(asked, "select app.why_not_decide(%s)", it.approval) == word
    for action in ("approve", "reject", "revise"):
        if word:
            before = state(owner)
            assert refusal(decide, asked, it.approval, action, "because") == ("42501", word)
            assert state(owner) == before
    if not word:
        assert decide(asked, it.approval) == "approved"


def test_the_limit_is_of_the_currency(owner, cast, deal, app_connection):
    factories.insert(
        owner, "approval_rules", currency="USD", critical_above=10**6, high_above=10**5, normal_above=50_000,
        two_approvers_above=1000000, two_approvers_first_above=250000, ops_limit=99,
    )  # fmt: skip
    it = of_amount(owner, cast, deal, app_connection, "100.00")
    assert refusal(decide, app_connection(cast.sam), it.approval) == ("42501", "above_limit")


def test_an_rm_decides_for_own_investors_only(owner, cast, small, app_connection):
    rolf = factories.add_person(owner, "Rolf Renner", "staff_rm")
    before = state(owner)
    assert refusal(decide, app_connection(rolf), small.approval) == ("42501", "not_your_investor")
    assert state(owner) == before
    assert decide(app_connection(cast.rita), small.approval) == "approved"


def test_an_approval_without_an_amount_is_operations_too(owner, cast, app_connection):
    thing = factories.add_document(owner)
    ask = factories.add_approval(owner, "document", thing)
    assert one(owner, "select priority, steps_needed from approvals").__dict__ == {
        "priority": "normal",
        "steps_needed": 1,
    }
    assert decide(app_connection(cast.sam), ask) == "approved"


def test_nobody_approves_what_they_entered_on_whoevers_behalf(owner, cast, deal, app_connection):
    sam, ada = app_connection(cast.sam), app_connection(cast.ada)
    it = committed(owner, sam, deal, cast.aldgate, 100)
    before = state(owner)
    assert refusal(decide, sam, it.approval) == ("42501", "own_request")
    assert refusal(decide, sam, it.approval, "reject", "no") == ("42501", "own_request")
    assert state(owner) == before
    assert decide(ada, it.approval) == "approved"


def test_nor_a_hold_they_placed_that_the_investor_committed(owner, cast, deal, app_connection):
    from tests.sql.commitments import commit_hold
    from tests.sql.holds import reserve

    ada = app_connection(cast.ada)
    hold = reserve(ada, deal, cast.aldgate, 100, "20.00")
    commitment = commit_hold(app_connection(cast.alice), hold)
    assert refusal(decide, ada, open_approval(owner, commitment)) == ("42501", "own_request")


def test_nor_what_they_committed_when_the_question_names_nobody(owner, cast, deal, app_connection):
    """A question that somebody typed in psql: who entered the commitment is still known."""
    from tests.sql.commitments import commit_hold
    from tests.sql.holds import reserve

    ada = app_connection(cast.ada)
    commitment = commit_hold(ada, reserve(app_connection(cast.alice), deal, cast.aldgate, 100))
    owner.execute("update approvals set requested_by = null")
    assert refusal(decide, ada, open_approval(owner, commitment)) == ("42501", "own_request")


def test_nor_what_an_investor_they_act_for_asks(owner, cast, small, app_connection):
    factories.link(owner, cast.aldgate, cast.ada.id)
    assert refusal(decide, app_connection(cast.ada), small.approval) == ("42501", "own_investor")


def test_the_system_profile_approves_nothing(owner, small, app_connection):
    system = factories.value(owner, "select app.system_profile()")
    before = state(owner)
    assert refusal(decide, app_connection(system), small.approval) == ("42501", "not_staff")
    assert state(owner) == before


def test_unknown_and_foreign_read_alike(owner, cast, small, app_connection):
    for who in (cast.alice, cast.mallory, None):
        asked = app_connection(who)
        assert refusal(decide, asked, small.approval) == ("42501", "not_staff")
        assert refusal(decide, asked, uuid.uuid4()) == ("42501", "not_staff")
    assert refusal(decide, app_connection(cast.ada), uuid.uuid4()) == ("42501", "not_staff")


# --- two people


def test_above_a_million_two_people_decide_and_one_is_an_administrator(owner, cast, deal, app_connection):
    it = of_amount(owner, cast, deal, app_connection, "1000000.01")
    rita, ada = app_connection(cast.rita), app_connection(cast.ada)
    assert decide(rita, it.approval) == "second_approval"
    second = one(owner, "select * from approvals where status = 'pending'")
    first = one(owner, "select * from approvals where id = %s", it.approval)
    assert (second.step, second.steps_needed, second.entity_id) == (2, 2, it.id)
    assert (second.sla_breach_at, second.content_hash) == (first.sla_breach_at, first.content_hash)
    assert refusal(finalize, ada, it.hold) == ("DL005", "")
    assert refusal(decide, rita, second.id) == ("42501", "approved_already")
    assert decide(ada, second.id) == "approved"
    assert finalize(ada, it.hold)
    assert factories.value(owner, "select status from deal_commitments where id = %s", it.id) == "approved"


def test_two_who_are_no_administrators_do_not_suffice(owner, cast, deal, app_connection):
    it = of_amount(owner, cast, deal, app_connection, "1000000.01")
    owner.execute("update approval_rules set ops_limit = 10000000")
    decide(app_connection(cast.rita), it.approval)
    second = open_approval(owner, it.id)
    before = state(owner)
    assert refusal(decide, app_connection(cast.sam), second) == ("42501", "admin_needed")
    assert state(owner) == before
    assert decide(app_connection(cast.abe), second) == "approved"


def test_the_second_person_may_refuse(owner, cast, deal, app_connection):
    it = of_amount(owner, cast, deal, app_connection, "1000000.01")
    decide(app_connection(cast.rita), it.approval)
    assert decide(app_connection(cast.ada), open_approval(owner, it.id), "reject", "Too large for us") == "rejected"
    assert refusal(finalize, app_connection(cast.ada), it.hold) == ("DL006", "hold_ended")  # its units are free
    assert factories.value(owner, "select status from deal_commitments where id = %s", it.id) == "rejected"


# --- rejecting and asking


@pytest.mark.parametrize("notes", [None, "", "   ", " \n\t "])
@pytest.mark.parametrize("action", ["reject", "revise"])
def test_a_reason_is_needed(owner, cast, small, app_connection, action, notes):
    before = state(owner)
    assert refusal(decide, app_connection(cast.ada), small.approval, action, notes) == ("22023", "reason")
    assert state(owner) == before


@pytest.mark.parametrize("action", [None, "", "delete", "APPROVE"])
def test_an_unknown_action_is_refused(owner, cast, small, app_connection, action):
    before = state(owner)
    assert refusal(decide, app_connection(cast.ada), small.approval, action, "x") == ("22023", "action")
    assert state(owner) == before


def test_rejecting_tells_why(owner, cast, small, app_connection):
    assert decide(app_connection(cast.ada), small.approval, "reject", " Not enough units ") == "rejected"
    it = one(owner, "select * from deal_commitments where id = %s", small.id)
    assert (it.status, it.decision_note) == ("rejected", "Not enough units")
    notice = one(owner, "select * from notices where user_id = %s", cast.bob.id)
    assert (notice.kind, notice.facts["reason"], notice.facts["by"]) == (
        "commitment.rejected",
        "Not enough units",
        "Ada Adler",
    )


def test_asking_for_changes_stops_the_clock(owner, cast, small, app_connection):
    assert decide(app_connection(cast.ada), small.approval, "revise", "Which plan?") == "changes_asked"
    ask = one(owner, "select * from approvals where id = %s", small.approval)
    assert (ask.status, ask.action, ask.sla_paused_at is not None) == ("changes_asked", "revise", True)
    it = one(owner, "select * from deal_commitments where id = %s", small.id)
    assert (it.status, it.decided_at, it.decision_note) == ("under_review", None, "Which plan?")
    assert open_approval(owner, small.id) is None
    notice = one(owner, "select * from notices where user_id = %s", cast.alice.id)
    assert (notice.kind, notice.entity_id) == ("commitment.changes_asked", small.approval)
    assert refusal(finalize, app_connection(cast.ada), small.hold) == ("DL005", "")


# --- conflicts


@pytest.mark.parametrize("action", ["approve", "reject", "revise"])
def test_the_second_decider_is_told_who_was_first(owner, cast, small, app_connection, action):
    decide(app_connection(cast.ada), small.approval)
    before = state(owner)
    assert refusal(decide, app_connection(cast.abe), small.approval, action, "mine") == ("DL006", "Ada Adler")
    assert refusal(decide, app_connection(cast.ada), small.approval, action, "again") == (
        "DL006",
        "Ada Adler",
    )
    assert state(owner) == before


def test_who_may_not_decide_is_not_told_who_did(owner, cast, small, app_connection):
    rolf = factories.add_person(owner, "Rolf Renner", "staff_rm")
    decide(app_connection(cast.ada), small.approval)
    assert refusal(decide, app_connection(rolf), small.approval) == ("42501", "not_your_investor")


def test_what_was_withdrawn_is_not_decided(owner, cast, small, app_connection):
    app_connection(cast.alice).execute("select public.fn_withdraw_commitment(%s)", [small.id])
    before = state(owner)
    assert refusal(decide, app_connection(cast.ada), small.approval) == ("DL006", "withdrawn")
    assert state(owner) == before


def test_what_changed_since_it_was_asked_is_not_approved_but_may_be_rejected(owner, cast, small, app_connection):
    owner.execute("update deal_commitments set unit_price = 28.49")
    ada = app_connection(cast.ada)
    before = state(owner)
    assert refusal(decide, ada, small.approval) == ("DL005", "changed")
    assert state(owner) == before
    assert decide(ada, small.approval, "reject", "The price was changed") == "rejected"


def test_what_changed_since_it_was_seen_is_not_approved(owner, cast, small, app_connection):
    ada = app_connection(cast.ada)
    seen = factories.value(ada, "select content_hash from approvals where id = %s", small.approval)
    before = state(owner)
    assert refusal(decide, ada, small.approval, "approve", None, "0" * 64) == ("DL005", "changed")
    assert state(owner) == before
    assert decide(ada, small.approval, "approve", None, seen) == "approved"
