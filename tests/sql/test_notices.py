"""The outbox: claiming, noting what became of a mail, and who reads a notice."""

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
    nobody = "'00000000-0000-0000-0000-000000000000'"
    for call in (
        "app.claim_notice(60)",
        f"app.notice_mailed({nobody})",
        f"app.notice_not_mailed({nobody}, 1, '', '')",
        f"app.mail_notice_again({nobody})",
    ):
        assert refusal(asked.execute, f"select {call}")[0] == "42501", call
    assert everything(owner) == before


def claim(connection):
    """The id of the notice claimed, or None."""
    return connection.execute("select notice_id from app.claim_notice(600)").fetchone()[0]


def test_two_senders_never_take_the_same_notice(owner, cast, it, app_connection):
    decide(app_connection(cast.ada), it.approval)
    system = factories.value(owner, "select app.system_profile()")
    first, second = app_connection(system), app_connection(system)
    with first.transaction(), second.transaction():
        taken = [claim(one_) for one_ in (first, second)]
        assert len({*taken} - {None}) == 2  # Alice's and Bob's
    assert claim(first) is None  # claimed is claimed, after the commit too
    first.execute("select app.notice_mailed(%s)", [taken[0]])
    owner.execute("update notices set mail_due_at = clock_timestamp()")  # the lease is over
    assert claim(first) == taken[1]


def test_a_claim_lasts_for_its_lease(owner, cast, it, system, app_connection):
    decide(app_connection(cast.ada), it.approval)
    taken = claim(system)
    minutes = "round(extract(epoch from mail_due_at - clock_timestamp()) / 60)"
    due = f"select {minutes}, mail_tries from notices where id = %s"
    assert owner.execute(due, [taken]).fetchone() == (10, 1)


def test_a_try_that_was_overtaken_notes_no_failure(owner, cast, it, system, app_connection):
    decide(app_connection(cast.ada), it.approval)
    owner.execute("update profiles set is_active = false where id = %s", [cast.bob.id])
    taken = claim(system)
    owner.execute("update notices set mail_due_at = clock_timestamp()")
    assert claim(system) == taken
    system.execute("select app.notice_not_mailed(%s, 1, 'late', 'refused')", [taken])
    kept = "select mail_tries, mail_problem, mail_stopped from notices where id = %s"
    assert owner.execute(kept, [taken]).fetchone() == (2, "", "")
    system.execute("select app.notice_not_mailed(%s, 2, 'no', 'refused')", [taken])
    assert owner.execute(kept, [taken]).fetchone() == (2, "no", "refused")


def test_only_what_is_stopped_is_sent_again(owner, cast, it, system, app_connection):
    decide(app_connection(cast.ada), it.approval)
    taken = claim(system)
    before = everything(owner)
    sam = app_connection(cast.sam)
    assert refusal(sam.execute, "select app.mail_notice_again(%s)", [taken])[0] == "DL006"
    assert everything(owner) == before
    system.execute("select app.notice_not_mailed(%s, 1, 'no', 'refused')", [taken])
    sam.execute("select app.mail_notice_again(%s)", [taken])
    assert claim(system) is not None


def test_staff_read_only_what_could_not_be_mailed(owner, cast, it, system, app_connection):
    decide(app_connection(cast.ada), it.approval)
    taken = claim(system)
    mallory, sam = app_connection(cast.mallory), app_connection(cast.sam)
    for word, seen in (("refused", 1), ("uncertain", 1), ("too_late", 1), ("not_wanted", 0), ("", 0)):
        owner.execute("update notices set mail_stopped = %s where id = %s", [word, taken])
        assert factories.value(sam, "select count(*) from notices") == seen, word
        assert factories.value(mallory, "select count(*) from notices") == 0


def test_who_has_no_address_or_may_not_sign_in_gets_no_mail(owner, cast, it, system, app_connection):
    decide(app_connection(cast.ada), it.approval)
    owner.execute("update profiles set email = null where id = %s", [cast.alice.id])
    owner.execute("update profiles set is_active = false where id = %s", [cast.bob.id])
    assert claim(system) is None


def test_old_news_is_not_mailed(owner, cast, it, system, app_connection):
    decide(app_connection(cast.ada), it.approval)
    owner.execute("update notices set mail_until = mail_until - interval '73 hours'")
    assert claim(system) is None


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
    taken = claim(system)
    assert factories.value(owner, "select user_id from notices where id = %s", taken) == cast.alice.id
    assert claim(system) is None
