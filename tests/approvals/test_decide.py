"""approvals.services.decide: the decision and what follows from it, in one transaction."""

from datetime import timedelta
from decimal import Decimal as D

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from approvals import services as approvals
from audit.identity import acting_as
from inventory import services as inventory
from lib.db import (
    ApprovalMissing,
    BadValue,
    DealNotOpen,
    KycNotValid,
    NotAllowed,
    NotEnoughUnits,
    NotLive,
)
from tests import factories
from tests.sql.commitments import one, open_approval
from tests.sql.holds import broken_rules, state

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(cast):
    """The cast as the profiles that services take."""

    def profile(person):
        with acting_as(person.id):
            return person.profile

    names = ("alice", "bob", "mallory", "sam", "rita", "ada", "abe")
    return type("People", (), {name: profile(getattr(cast, name)) for name in names})


@pytest.fixture
def commit(owner, cast, deal, people):
    """Hold and commit as Alice; gives the hold, the commitment and its approval."""

    def made(units=100, price="28.50", who=None, **columns):
        who = who or people.alice
        hold = inventory.reserve_units(
            acting_user=who, deal_id=deal.id, investor_id=cast.aldgate, units=D(units), unit_price=D(price)
        )
        commitment = inventory.commit_hold(shown_hash=None, acting_user=who, reservation_id=hold, **columns)
        return hold, commitment, open_approval(owner, commitment)

    return made


def decide(person, approval, action="approve", reason="", **more):
    return approvals.decide(acting_user=person, approval_id=approval, action=action, reason=reason, **more)


def test_approving_allocates_and_moves_the_position(owner, cast, deal, people, commit):
    hold, commitment, approval = commit(6_000)
    assert decide(people.ada, approval) == "approved"
    given = one(owner, "select * from allocations")
    assert (given.units, given.unit_price, given.status) == (D(6000), D("28.5"), "approved")
    assert (given.reservation_id, given.commitment_id, given.approved_by) == (hold, commitment, cast.ada.id)
    position = one(owner, "select * from positions")
    assert (position.units, position.cost_basis, position.vehicle_id) == (
        D(6000),
        D("171000.00"),
        deal.vehicle_id,
    )
    assert factories.value(owner, "select status from deal_commitments") == "approved"
    assert broken_rules(owner) == []


def test_approving_twenty_five_hours_later_works(owner, cast, people, commit):
    """The commitment pinned the hold: neither its thirty minutes nor a day end it, and no job does."""
    hold, commitment, approval = commit(500)
    for table, column in (("reservations", "created_at"), ("deal_commitments", "created_at")):
        owner.execute(f"update {table} set {column} = {column} - interval '25 hours'")
    owner.execute("update reservations set expires_at = expires_at - interval '25 hours'")
    owner.execute("update deal_commitments set decide_by = decide_by - interval '25 hours'")
    owner.execute("update approvals set sla_started_at = sla_started_at - interval '25 hours',"
                  " sla_breach_at = sla_breach_at - interval '25 hours'")  # fmt: skip
    assert inventory.expire_all() == 0
    assert inventory.lapse_commitments() == 0
    approvals.warn_sla()
    assert decide(people.sam, approval) == "approved"
    assert factories.value(owner, "select units from positions") == 500


def test_rejecting_frees_the_units_at_once(owner, people, commit):
    commit(6_000)
    approval = factories.value(owner, "select id from approvals")
    assert decide(people.ada, approval, "reject", "Not enough for this ticket") == "rejected"
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == D(10000)
    assert factories.value(owner, "select status from reservations") == "cancelled"
    assert broken_rules(owner) == []


def test_if_carrying_out_fails_the_decision_is_not_recorded(owner, people, commit):
    hold, commitment, approval = commit(100)
    owner.execute("update reservations set expires_at = clock_timestamp() - interval '1 second'")
    before = state(owner)
    with pytest.raises(NotLive):
        decide(people.ada, approval)
    assert state(owner) == before
    assert factories.value(owner, "select count(*) from notices") == 0


def test_a_deal_without_a_vehicle_allocates_nothing_and_decides_nothing(owner, superuser, people, commit):
    _hold, _commitment, approval = commit(100)
    superuser.execute("set session_replication_role = replica")  # past the guard of an open deal's vehicle
    superuser.execute("update deals set vehicle_id = null")
    before = state(owner)
    with pytest.raises(BadValue):
        decide(people.ada, approval)
    assert state(owner) == before


def test_two_people_above_a_million(owner, cast, deal, people, commit):
    owner.execute("update deals set offer_unit_price = 200")
    _hold, commitment, first = commit("5000.01", "200")
    assert decide(people.rita, first) == "second_approval"
    assert factories.value(owner, "select count(*) from allocations") == 0
    second = open_approval(owner, commitment)
    with pytest.raises(approvals.NotYourDecision) as refusal:
        decide(people.rita, second)
    assert refusal.value.word == "approved_already"
    assert decide(people.ada, second) == "approved"
    assert factories.value(owner, "select units from positions") == D("5000.01")
    assert owner.execute("select step, status, decided_by from approvals order by step").fetchall() == [
        (1, "approved", cast.rita.id),
        (2, "approved", cast.ada.id),
    ]


def test_the_second_decider_is_told_who_was_first(owner, people, commit):
    _hold, _commitment, approval = commit()
    decide(people.ada, approval)
    before = state(owner)
    with pytest.raises(approvals.DecidedAlready) as refusal:
        decide(people.abe, approval, "reject", "My note")
    assert refusal.value.by == "Ada Adler"
    assert str(refusal.value.sentence) == (
        "Ada Adler decided first. Your decision was not recorded, and any note you entered is kept below."
    )
    assert state(owner) == before


def test_what_was_withdrawn_names_nobody(owner, people, commit):
    _hold, commitment, approval = commit()
    inventory.withdraw_commitment(acting_user=people.alice, commitment_id=commitment)
    with pytest.raises(approvals.DecidedAlready) as refusal:
        decide(people.ada, approval)
    assert refusal.value.by == ""


@pytest.mark.parametrize("who, word", [("alice", "not_staff"), ("mallory", "not_staff"), ("sam", "above_limit")])
def test_who_may_not_decide_is_told_why(owner, people, commit, who, word):
    _hold, _commitment, approval = commit(6_000)
    before = state(owner)
    with pytest.raises(approvals.NotYourDecision) as refusal:
        decide(getattr(people, who), approval)
    assert refusal.value.word == word
    assert str(refusal.value.sentence) == str(approvals.WHY_NOT[word])
    assert state(owner) == before


def test_nobody_approves_what_they_committed_on_behalf(owner, cast, deal, people):
    commitment = inventory.commit_units(
        shown_hash=None, acting_user=people.sam, deal_id=deal.id, investor_id=cast.aldgate, units=D(100)
    )
    approval = open_approval(owner, commitment)
    with pytest.raises(approvals.NotYourDecision) as refusal:
        decide(people.sam, approval)
    assert refusal.value.word == "own_request"
    assert decide(people.ada, approval) == "approved"


def test_a_reason_is_needed(owner, people, commit):
    _hold, _commitment, approval = commit()
    before = state(owner)
    for action in ("reject", "revise"):
        with pytest.raises(approvals.ReasonMissing):
            decide(people.ada, approval, action, "  ")
    assert state(owner) == before


def test_what_changed_since_it_was_seen_is_not_approved(owner, people, commit):
    _hold, _commitment, approval = commit()
    before = state(owner)
    with pytest.raises(ApprovalMissing):
        decide(people.ada, approval, content_hash="0" * 64)
    assert state(owner) == before


def test_asking_answering_approving(owner, cast, deal, people, commit):
    plan = factories.add_fee_plan(owner, deal.id, "2 %", rate_bps=200, is_default=False)
    _hold, commitment, approval = commit(500)
    assert decide(people.ada, approval, "revise", "The cheaper plan?") == "changes_asked"
    again = inventory.answer_changes(
        shown_hash=None, acting_user=people.alice, commitment_id=commitment, fee_plan_id=plan, note="Yes, please"
    )
    assert decide(people.sam, again) == "approved"
    assert factories.value(owner, "select selected_fee_plan_id from deal_commitments") == plan
    assert factories.value(owner, "select units from positions") == 500


# --- the services around


def test_refusals_of_committing_are_exceptions_of_ours(owner, cast, deal, people):
    def units(count, **more):
        values = {"acting_user": people.alice, "deal_id": deal.id, "investor_id": cast.aldgate} | more
        return inventory.commit_units(shown_hash=None, units=D(count), **values)

    before = state(owner)
    with pytest.raises(NotEnoughUnits) as refusal:
        units(10_001)
    assert refusal.value.available == "10000"
    with pytest.raises(NotAllowed):
        units(1, acting_user=people.bob)
    with pytest.raises(BadValue):
        units(1, unit_price=D("28.49"))
    owner.execute("update investors set kyc_status = 'pending' where id = %s", [cast.aldgate])
    with pytest.raises(KycNotValid):
        units(1)
    owner.execute("update deals set close_at = %s", [timezone.now() - timedelta(seconds=1)])
    with pytest.raises(DealNotOpen):
        units(1)
    assert state(owner)[:-1] == before[:-1]  # but for the audit rows of the two changes above


def test_a_cancelled_deal_ends_everything(owner, cast, deal, people, commit):
    from deals import services as deals

    commit(500)
    inventory.reserve_units(
        acting_user=people.alice,
        deal_id=deal.id,
        investor_id=cast.aldgate,
        units=D(100),
        unit_price=D("28.50"),
    )
    deals.cancel_deal(acting_user=people.ada, deal_id=deal.id, reason="The seller withdrew")
    assert owner.execute("select distinct status from reservations").fetchall() == [("cancelled",)]
    assert owner.execute("select status from deal_commitments").fetchall() == [("cancelled",)]
    assert owner.execute("select status from approvals").fetchall() == [("withdrawn",)]
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == D(10000)
    assert broken_rules(owner) == []


# --- the command


def test_the_command_decides_and_carries_out(owner, cast, people, commit, capsys):
    _hold, _commitment, approval = commit()
    call_command("decide", str(approval), "approve", "--as", cast.ada.email)
    assert capsys.readouterr().out == f"{approval}: approved.\n"
    assert factories.value(owner, "select units from positions") == 100
    assert factories.value(owner, "select decided_by from approvals") == cast.ada.id


@pytest.mark.parametrize(
    "who, action, said",
    [
        ("sam@verso.example", "approve", "Above your approval limit, counting what this investor already has."),
        ("ada@verso.example", "reject", "Enter a reason: the investor will read it. Nothing was decided."),
        ("nobody@verso.example", "approve", "Nobody who may sign in has the e-mail nobody@verso.example."),
    ],
)
def test_the_command_says_in_a_sentence_why_not(owner, commit, who, action, said):
    _hold, _commitment, approval = commit(6_000)
    before = state(owner)[:-1]
    with pytest.raises(CommandError) as refusal:
        call_command("decide", str(approval), action, "--as", who)
    assert str(refusal.value) == said
    assert state(owner)[:-1] == before
    refused = owner.execute("select after ->> 'refused' from audit_log where action = 'requests.refused'").fetchall()
    assert refused == ([(f"decide {action}: {said}",)] if who.startswith("sam") else [])  # the others are slips
