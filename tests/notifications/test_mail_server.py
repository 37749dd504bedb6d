"""Mail servers that are slow, silent, refuse somebody or break off: nobody is told twice, nobody is forgotten."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from celery import current_app
from django.core import mail
from django.db import connection, transaction

from audit.identity import acting_as
from lib.smtp import EmailBackend, InTransaction
from notifications import selectors, services
from tests import factories
from tests.mailserver import mail_server
from ui.statuses import STATUS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def server(settings):
    settings.EMAIL_TIMEOUT, settings.EMAIL_ANSWER_SECONDS, settings.EMAIL_LIMIT_SECONDS = 0.5, 5, 10
    with mail_server(settings) as server:
        yield server


@pytest.fixture
def told(owner, cast, deal):
    """Three people are told something, one after the other: Alice, Bob, Mallory."""
    for minutes, person in ((3, cast.alice), (2, cast.bob), (1, cast.mallory)):
        factories.insert(
            owner, "notices", user_id=person.id, kind="deal.cancelled", entity_id=deal.id,
            mail_due_at=factories.in_days(0) - timedelta(minutes=minutes), facts='{"deal": "Northlight Secondary"}',
        )  # fmt: skip
    return [cast.alice.email, cast.bob.email, cast.mallory.email]


def left(owner) -> list[tuple]:
    """What is still to be mailed: to whom, how often tried, why stopped."""
    return owner.execute(
        "select p.email, n.mail_tries, n.mail_stopped from notices n join profiles p on p.id = n.user_id"
        " where n.mailed_at is null order by n.created_at, n.mail_tries desc, p.email"
    ).fetchall()


def pauses(owner) -> list[int]:
    """In how many minutes each is due again."""
    rows = owner.execute(
        "select round(extract(epoch from mail_due_at - clock_timestamp()) / 60)::int from notices"
        " where mailed_at is null and mail_due_at > clock_timestamp() order by 1"
    )
    return [minutes for (minutes,) in rows]


def let_pauses_end(owner) -> None:
    owner.execute("update notices set mail_due_at = clock_timestamp() - interval '1 second' where mailed_at is null")


def test_a_slow_mail_is_sent_once_and_everybody_gets_theirs(owner, server, told):
    server.seconds = 0.8  # longer than each single step may take
    assert services.send_notices() == (3, 0)
    assert services.send_notices() == (0, 0)
    assert server.taken == told and left(owner) == []


def test_no_transaction_is_open_while_the_server_thinks(owner, server, told):
    open_ones = (
        "select count(*) from pg_stat_activity where datname = current_database() and usename = 'verso_app'"
        " and state = 'idle in transaction'"
    )
    seen = []
    server.during_data = lambda: seen.append(factories.value(owner, open_ones))
    assert services.send_notices() == (3, 0)
    assert seen == [0, 0, 0]


def test_mail_is_refused_inside_a_transaction(server):
    with transaction.atomic(), pytest.raises(InTransaction):
        mail.EmailMessage("a", "b", to=["a@verso.example"]).send()
    assert isinstance(mail.get_connection(), EmailBackend) and not connection.in_atomic_block


def test_a_silent_server_ends_the_run_within_its_limit_and_is_asked_again_later(owner, server, told):
    server.silent = True
    begun = time.monotonic()
    assert services.send_notices() == (0, 1)
    assert 0.4 < time.monotonic() - begun < 3
    assert [row[1:] for row in left(owner)] == [(1, ""), (0, ""), (0, "")]
    assert pauses(owner) == [1]
    server.silent = False
    assert services.send_notices() == (2, 0)  # those behind it do not wait for its pause
    let_pauses_end(owner)
    assert services.send_notices() == (1, 0)
    assert sorted(server.taken) == sorted(told) and left(owner) == []


def test_a_server_that_drips_is_left_after_the_whole_limit(owner, server, settings, told):
    settings.EMAIL_LIMIT_SECONDS = 1
    server.drips = True
    begun = time.monotonic()
    assert services.send_notices() == (0, 1)
    assert 0.9 < time.monotonic() - begun < 3
    assert [row[1:] for row in left(owner)] == [(1, ""), (0, ""), (0, "")]


def test_pauses_grow_with_each_try_and_never_beyond_six_hours(owner, server, told):
    server.answers = {told[0]: "450 later"}
    owner.execute("delete from notices where user_id <> (select id from profiles where email = %s)", [told[0]])
    seen = []
    for _ in range(11):
        assert services.send_notices() == (0, 1)
        seen += pauses(owner)
        let_pauses_end(owner)
    assert seen == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360]
    assert left(owner) == [(told[0], 11, "")]


def test_a_refused_recipient_stops_nobody_else_and_is_shown_to_staff(owner, cast, server, told, sam_client):
    server.answers = {told[0]: "550 no such person"}
    assert services.send_notices() == (2, 1)
    assert server.taken == told[1:]
    assert left(owner) == [(told[0], 1, "refused")]
    let_pauses_end(owner)
    assert services.send_notices() == (0, 0)  # stopped: not tried again by itself
    assert "One e-mail could not be delivered" in sam_client.get("/staff/jobs/").text
    page = sam_client.get("/staff/jobs/mail/").text
    assert told[0] in page and "550 no such person" in page and told[1] not in page


def test_staff_have_it_sent_again_and_the_log_says_who(owner, cast, server, told, sam_client):
    server.answers = {told[0]: "550 no such person"}
    services.send_notices()
    stopped = factories.value(owner, "select id from notices where mail_stopped = 'refused'")
    server.answers = {}
    answer = sam_client.post(f"/staff/jobs/mail/{stopped}/again/", follow=True)
    assert "will be sent again within a minute" in answer.text and "No undelivered e-mail" in answer.text
    assert services.send_notices() == (1, 0)
    assert server.taken == [told[1], told[2], told[0]]
    logged = "select actor_user_id, entity_id from audit_log where action = 'notice.mailed_again'"
    assert owner.execute(logged).fetchall() == [(cast.sam.id, stopped)]
    assert sam_client.post(f"/staff/jobs/mail/{stopped}/again/").status_code == 404


def test_a_break_after_the_message_is_not_tried_again_but_shown(owner, server, told, sam_client):
    server.breaks_after_data = True
    assert services.send_notices() == (0, 3)
    assert server.tried == told
    assert [row[1:] for row in left(owner)] == [(1, "uncertain")] * 3
    let_pauses_end(owner)
    assert services.send_notices() == (0, 0) and server.tried == told
    assert "It may have arrived" in sam_client.get("/staff/jobs/mail/").text


def test_a_server_that_does_not_say_goodbye_has_taken_it_all_the_same(owner, server, told):
    server.says_goodbye = False
    assert services.send_notices() == (3, 0)
    assert server.taken == told and left(owner) == []


def test_what_a_killed_worker_had_claimed_is_taken_again_after_the_lease(owner, server, told):
    claimed = services._claim()  # and the worker is killed here
    assert services.send_notices() == (2, 0)
    assert pauses(owner) == [services.LEASE_SECONDS // 60]
    let_pauses_end(owner)
    assert services.send_notices() == (1, 0)
    assert sorted(server.taken) == sorted(told) and claimed[1] == 1 and left(owner) == []


def test_nothing_is_dropped_after_three_days(owner, server, told, sam_client):
    owner.execute("update notices set mail_until = clock_timestamp()")
    assert services.send_notices() == (0, 0) and server.tried == []
    assert [row[1:] for row in left(owner)] == [(0, "too_late")] * 3
    assert sam_client.get("/staff/jobs/mail/").text.count("Given up after three days") == 3


def test_staff_alone_see_it(owner, cast, server, told, sam_client, alice_client):
    server.answers = dict.fromkeys(told, "550 no")
    services.send_notices()
    for person, seen in ((cast.sam, 3), (cast.alice, 0)):
        with acting_as(person.id):
            assert selectors.stopped_mail().exclude(user_id=cast.alice.id).count() == seen - (seen == 3)
    assert alice_client.get("/staff/jobs/mail/").status_code == 404


def test_mail_has_a_queue_of_its_own(settings):
    routed = {name: current_app.amqp.router.route({}, name)["queue"].name for name in (
        "notifications.tasks.send_notices", "inventory.tasks.expire_reservations")}  # fmt: skip
    assert routed == {"notifications.tasks.send_notices": "mail", "inventory.tasks.expire_reservations": "celery"}


def test_every_notice_that_is_mailed_has_a_name_of_its_own():
    """Where staff read what a mail is about, they read words and not the key of a kind."""
    folder = Path(__file__).resolve().parents[2] / "templates" / "email" / "notifications"
    mailed = {path.stem for path in folder.glob("[a-z]*.txt")}
    assert mailed and mailed - {kind.replace(".", "_") for kind in STATUS["notice"]} == set()
