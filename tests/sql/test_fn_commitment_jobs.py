"""The jobs fn_lapse_commitments, fn_tell_lapsed_holds, fn_warn_sla, and the outbox. Twice changes nothing."""

from decimal import Decimal as D

import pytest

from tests import factories
from tests.sql.commitments import committed, decide, one
from tests.sql.holds import broken_rules, let_lapse, refusal, reserve, state

JOBS = (
    "public.fn_lapse_commitments()",
    "public.fn_tell_lapsed_holds()",
    "public.fn_warn_sla()",
    "app.next_notice()",
)


def everything(owner):
    return state(owner) + [
        owner.execute(f"select * from {table} order by id").fetchall()
        for table in ("notices", "tasks", "approvals")
    ]


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


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize("who", ["alice", "larry", None])
def test_only_staff_and_jobs_run_them(owner, cast, it, app_connection, job, who):
    before = everything(owner)
    asked = app_connection(who and getattr(cast, who))
    assert refusal(asked.execute, f"select {job}")[0] == "42501"
    assert everything(owner) == before


# --- lapsing


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
    decide(app_connection(cast.ada), it.approval, "reject", "no")
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


# --- telling of holds


def test_a_lapsed_hold_is_told_of_once(owner, cast, deal, system, app_connection):
    hold = reserve(app_connection(cast.alice), deal, cast.aldgate, 500)
    assert factories.value(system, "select public.fn_tell_lapsed_holds()") == 0
    let_lapse(owner, hold)
    factories.value(system, "select public.fn_expire_reservations()")
    assert factories.value(system, "select public.fn_tell_lapsed_holds()") == 1
    rows = owner.execute("select user_id, kind, entity_id, facts ->> 'units' from notices").fetchall()
    assert set(rows) == {(person.id, "hold.lapsed", hold, "500") for person in (cast.alice, cast.bob)}
    before = everything(owner)
    assert factories.value(system, "select public.fn_tell_lapsed_holds()") == 0
    assert everything(owner) == before


def test_a_hold_somebody_cancelled_is_no_news(owner, cast, deal, system, app_connection):
    alice = app_connection(cast.alice)
    alice.execute("select public.fn_cancel_reservation(%s)", [reserve(alice, deal, cast.aldgate, 500)])
    assert factories.value(system, "select public.fn_tell_lapsed_holds()") == 0
    assert factories.value(owner, "select count(*) from notices") == 0


# --- warning


@pytest.mark.parametrize("used, warned", [("53 hours 59 minutes", 0), ("54 hours", 1), ("100 hours", 1)])
def test_warns_at_three_quarters_of_the_time(owner, it, system, used, warned):
    """A commitment of 171,000.00 has 4 hours; this one is given 72."""
    owner.execute(
        "update approvals set sla_started_at = clock_timestamp() - %s::interval,"
        " sla_breach_at = clock_timestamp() - %s::interval + interval '72 hours'",
        [used, used],
    )
    assert factories.value(system, "select public.fn_warn_sla()") == warned
    assert factories.value(owner, "select count(*) from tasks") == warned
    before = everything(owner)
    assert factories.value(system, "select public.fn_warn_sla()") == 0
    assert everything(owner) == before


def test_a_warning_is_a_task_that_the_decision_finishes(owner, cast, it, system, app_connection):
    owner.execute(
        "update approvals set sla_started_at = clock_timestamp() - interval '9 days',"
        " sla_breach_at = clock_timestamp()"
    )
    factories.value(system, "select public.fn_warn_sla()")
    task = one(owner, "select * from tasks")
    assert (task.kind, task.status, task.related_entity_id) == ("sla_warning", "open", it.approval)
    assert decide(app_connection(cast.ada), it.approval) == "approved"  # a breach never stops a decision
    assert factories.value(owner, "select status from tasks") == "done"


# --- the outbox


def test_two_senders_never_take_the_same_notice(owner, cast, it, app_connection):
    decide(app_connection(cast.ada), it.approval)
    system = factories.value(owner, "select app.system_profile()")
    first, second = app_connection(system), app_connection(system)
    with first.transaction(), second.transaction():
        taken = [factories.value(one_, "select app.next_notice()") for one_ in (first, second)]
        assert len({*taken} - {None}) == 2  # Alice's and Bob's
        assert factories.value(first, "select app.next_notice(%s::uuid[])", [taken[0]]) is None
        first.execute("select app.notice_mailed(%s)", [taken[0]])
    assert factories.value(owner, "select mailed_at is not null from notices where id = %s", taken[0])
    assert factories.value(first, "select app.next_notice()") == taken[1]


def test_who_has_no_address_or_may_not_sign_in_gets_no_mail(owner, cast, it, system, app_connection):
    decide(app_connection(cast.ada), it.approval)
    owner.execute("update profiles set email = null where id = %s", [cast.alice.id])
    owner.execute("update profiles set is_active = false where id = %s", [cast.bob.id])
    assert factories.value(system, "select app.next_notice()") is None


def test_old_news_is_not_mailed(owner, cast, it, system, app_connection):
    decide(app_connection(cast.ada), it.approval)
    owner.execute("update notices set created_at = clock_timestamp() - interval '73 hours'")
    assert factories.value(system, "select app.next_notice()") is None


def test_people_read_their_own_notices_only(cast, it, app_connection):
    decide(app_connection(cast.ada), it.approval)
    for person, count in ((cast.alice, 1), (cast.bob, 1), (cast.mallory, 0), (cast.sam, 0)):
        assert factories.value(app_connection(person), "select count(*) from notices") == count
