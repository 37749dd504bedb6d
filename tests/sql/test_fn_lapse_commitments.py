"""fn_lapse_commitments: nobody decided in time, so everything is given back, once."""

from decimal import Decimal as D

import pytest

from tests import factories
from tests.sql.commitments import approved_by_hand, committed, decide, everything
from tests.sql.holds import broken_rules, let_lapse, refusal


@pytest.fixture
def system(owner, app_connection):
    return app_connection(factories.value(owner, "select app.system_profile()"))


@pytest.fixture
def it(owner, cast, deal, app_connection):
    return committed(owner, app_connection(cast.alice), deal, cast.aldgate, 6_000)


def past_its_limit(owner, it):
    let_lapse(owner, it.hold)
    owner.execute(
        "update deal_commitments set decide_by = clock_timestamp() - interval '1 second' where id = %s",
        [it.id],
    )


@pytest.mark.parametrize("who", ["alice", "larry", None])
def test_only_staff_and_jobs_run_it(owner, cast, deal, app_connection, who):
    before = everything(owner)
    asked = app_connection(who and getattr(cast, who))
    assert refusal(asked.execute, "select public.fn_lapse_commitments()")[0] == "42501"
    assert everything(owner) == before


def test_before_its_limit_a_commitment_stays(owner, it, system):
    before = everything(owner)
    assert factories.value(system, "select public.fn_lapse_commitments()") == 0
    assert everything(owner) == before


@pytest.mark.parametrize("expired_first", [False, True])
def test_at_its_limit_it_ends_and_gives_back(owner, cast, it, system, expired_first):
    """Whichever job comes first."""
    past_its_limit(owner, it)
    if expired_first:
        assert factories.value(system, "select public.fn_expire_reservations()") == 1
    assert factories.value(system, "select public.fn_lapse_commitments()") == 1
    assert owner.execute("select status from deal_commitments").fetchall() == [("cancelled",)]
    assert owner.execute("select status from reservations").fetchall() == [("expired",)]
    assert owner.execute("select status from approvals").fetchall() == [("withdrawn",)]
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == D(10000)
    told = owner.execute("select user_id, kind, entity_id from notices").fetchall()
    assert set(told) == {(person.id, "commitment.lapsed", it.id) for person in (cast.alice, cast.bob)}
    before = everything(owner)
    assert factories.value(system, "select public.fn_lapse_commitments()") == 0
    assert factories.value(system, "select public.fn_tell_lapsed_holds()") == 0
    assert everything(owner) == before
    assert broken_rules(owner) == []


def test_a_rejection_made_by_hand_is_carried_out(owner, cast, it, system, app_connection):
    approved_by_hand(owner, it, cast.ada.id, "rejected")
    assert factories.value(owner, "select status from reservations") == "pending"
    assert factories.value(system, "select public.fn_lapse_commitments()") == 0
    assert factories.value(owner, "select status from reservations") == "cancelled"
    assert broken_rules(owner) == []


def test_an_approved_commitment_does_not_lapse(owner, cast, it, system, app_connection):
    decide(app_connection(cast.ada), it.approval)
    owner.execute("update deal_commitments set decide_by = clock_timestamp() - interval '1 second'")
    before = everything(owner)
    assert factories.value(system, "select public.fn_lapse_commitments()") == 0
    assert everything(owner) == before
