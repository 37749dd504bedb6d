"""The outbox: app.next_notice, app.notice_mailed, and who reads a notice."""

import pytest

from tests import factories
from tests.sql.commitments import committed, decide, everything
from tests.sql.holds import refusal


@pytest.fixture
def system(owner, app_connection):
    return app_connection(factories.value(owner, "select app.system_profile()"))


@pytest.fixture
def it(owner, cast, deal, app_connection):
    return committed(owner, app_connection(cast.alice), deal, cast.aldgate, 6_000)


@pytest.mark.parametrize("who", ["alice", "larry", None])
def test_only_staff_and_jobs_run_it(owner, cast, deal, app_connection, who):
    before = everything(owner)
    asked = app_connection(who and getattr(cast, who))
    assert refusal(asked.execute, "select app.next_notice()")[0] == "42501"
    assert everything(owner) == before


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


def test_who_no_longer_acts_for_the_investor_neither_reads_nor_is_mailed(owner, cast, it, system, app_connection):
    decide(app_connection(cast.ada), it.approval)
    bob = app_connection(cast.bob)
    mine = "select count(*) from notices"
    assert factories.value(bob, mine) == 1
    owner.execute("delete from investor_users where user_id = %s", [cast.bob.id])
    assert factories.value(bob, mine) == 0
    taken = factories.value(system, "select app.next_notice()")
    assert factories.value(owner, "select user_id from notices where id = %s", taken) == cast.alice.id
    assert factories.value(system, "select app.next_notice(%s::uuid[])", [taken]) is None
