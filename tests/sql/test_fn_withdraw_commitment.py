"""fn_withdraw_commitment: the units come back once, and only to the commitment's own side."""

import uuid
from decimal import Decimal as D

import pytest

from tests import factories
from tests.sql.commitments import committed, decide, open_approval, withdraw
from tests.sql.holds import broken_rules, refusal, state


@pytest.fixture
def it(owner, cast, deal, app_connection):
    return committed(owner, app_connection(cast.alice), deal, cast.aldgate, 6_000)


def test_withdrawing_gives_everything_back_at_once(owner, cast, deal, it, app_connection):
    withdraw(app_connection(cast.alice), it.id)
    assert owner.execute("select status, decided_at is not null from deal_commitments").fetchall() == [
        ("cancelled", True)
    ]
    assert owner.execute("select status from reservations").fetchall() == [("cancelled",)]
    assert owner.execute("select status, decided_by from approvals").fetchall() == [("withdrawn", None)]
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == D(10000)
    assert broken_rules(owner) == []
    told = "select action from audit_log where action !~ '(insert|update)$' order by id desc limit 3"
    actions = [row[0] for row in owner.execute(told).fetchall()]
    assert actions == ["hold.released", "approval.withdrawn", "commitment.withdrawn"]


def test_twice_changes_nothing(owner, cast, it, app_connection):
    alice = app_connection(cast.alice)
    withdraw(alice, it.id)
    before = state(owner)
    withdraw(alice, it.id)
    assert state(owner) == before


def test_every_hold_of_what_was_added_to_comes_back(owner, cast, deal, it, app_connection):
    alice = app_connection(cast.alice)
    second = committed(owner, alice, deal, cast.aldgate, 1_000)
    withdraw(alice, second.id)
    assert owner.execute("select status, count(*) from reservations group by 1").fetchall() == [("cancelled", 2)]
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == D(10000)
    assert broken_rules(owner) == []


def test_one_that_was_replaced_says_so_and_what_took_its_place_stays(owner, cast, deal, it, app_connection):
    """An open page of the earlier one: nobody is told that all is withdrawn while more waits."""
    alice = app_connection(cast.alice)
    committed(owner, alice, deal, cast.aldgate, 1_000)
    before = state(owner)
    assert refusal(withdraw, alice, it.id) == ("DL006", "replaced")
    assert state(owner) == before


def test_a_commitment_waiting_for_an_answer_can_be_withdrawn(owner, cast, it, app_connection):
    decide(app_connection(cast.ada), it.approval, "revise", "Which plan?")
    withdraw(app_connection(cast.alice), it.id)
    assert factories.value(owner, "select status from deal_commitments") == "cancelled"
    assert open_approval(owner, it.id) is None


@pytest.mark.parametrize("action, status", [("approve", "approved"), ("reject", "rejected")])
def test_what_is_decided_stays(owner, cast, it, app_connection, action, status):
    decide(app_connection(cast.ada), it.approval, action, "because")
    before = state(owner)
    assert refusal(withdraw, app_connection(cast.alice), it.id) == ("DL006", status)
    assert state(owner) == before


@pytest.mark.parametrize("who", ["bob", "mallory", "larry", None])
def test_others_cannot(owner, cast, it, app_connection, who):
    before = state(owner)
    asked = app_connection(who and getattr(cast, who))
    assert refusal(withdraw, asked, it.id)[0] == "42501"
    assert refusal(withdraw, asked, uuid.uuid4())[0] == "42501"
    assert state(owner) == before


def test_staff_can_for_them(owner, cast, it, app_connection):
    withdraw(app_connection(cast.sam), it.id)
    assert factories.value(owner, "select status from deal_commitments") == "cancelled"
