"""A database clock that jumps ahead ends nothing: no job, no command and no buyer's sweep acts by it."""

import pytest
from celery import current_app
from django.core.management import CommandError, call_command

from approvals.services import warn_sla
from audit.identity import acting_as_system
from deals import services as deals
from house import clock
from house.clock import ClockAhead
from inventory import services as inventory
from notifications.services import send_notices
from tests import factories
from tests.sql.commitments import committed, everything
from tests.sql.holds import refusal, reserve

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ends(owner, cast, deal, app_connection):
    """What every job would end: a lapsed hold, a commitment past its limit, a deal past its date, a late decision."""
    alice, mallory = app_connection(cast.alice), app_connection(cast.mallory)
    hold = reserve(alice, deal, cast.aldgate, 100)
    asked = committed(owner, mallory, deal, cast.morland, 6_000)
    owner.execute("update reservations set expires_at = now() - interval '1 second' where id = %s", [hold])
    owner.execute("update deal_commitments set decide_by = now() - interval '1 second' where id = %s", [asked.id])
    owner.execute("update approvals set sla_started_at = now() - interval '1 day', sla_breach_at = now()")
    owner.execute("update deals set close_at = now() - interval '1 second' where id = %s", [deal.id])
    return hold


JOBS = {
    "expire": inventory.expire_all,
    "lapse": inventory.lapse_commitments,
    "close": deals.close_due_deals,
    "warn": warn_sla,
}


def agree() -> None:
    clock.by_the_clock(lambda: 0)


def jump(owner, hours) -> None:
    owner.execute("update job_clock set seconds = seconds - %s", [hours * 3600 + (2 if hours > 0 else -2)])


def all_but_the_word(owner):
    """Everything there is, without what staff were told of the jump."""
    assert factories.value(owner, "select count(*) from notices where kind = 'clock.ahead'") == 4
    owner.execute("delete from notices where kind = 'clock.ahead'")
    return everything(owner)


@pytest.mark.parametrize("job", JOBS)
def test_no_job_acts_by_a_clock_that_jumped(owner, ends, job):
    agree()
    jump(owner, 3)
    before = everything(owner)
    with pytest.raises(ClockAhead, match="3 h"):
        JOBS[job]()
    assert all_but_the_word(owner) == before
    jump(owner, -3)
    assert JOBS[job]() == 1


@pytest.mark.parametrize("command", ["expire_reservations", "lapse_commitments", "close_deals", "warn_sla"])
def test_no_command_does_either(owner, ends, command):
    agree()
    jump(owner, 3)
    before = everything(owner)
    with pytest.raises(CommandError, match="The database clock is 3 h 0 min ahead, so nothing was ended"):
        call_command(command)
    assert all_but_the_word(owner) == before


def test_sessions_are_not_cleared_by_it(owner):
    agree()
    jump(owner, 3)
    current_app.loader.import_default_modules()
    with pytest.raises(ClockAhead):
        current_app.tasks["investors.tasks.clear_sessions"]()
    said = "select error from job_runs where name = 'investors.tasks.clear_sessions'"
    assert "The database clock is 3 h 0 min ahead" in factories.value(owner, said)


def test_a_buyers_own_sweep_waits_and_says_busy_never_sold_out(owner, cast, deal, app_connection):
    alice, mallory = app_connection(cast.alice), app_connection(cast.mallory)
    hold = reserve(alice, deal, cast.aldgate, 9_900)
    owner.execute("update reservations set expires_at = now() - interval '1 second' where id = %s", [hold])
    agree()
    jump(owner, 3)
    with pytest.raises(ClockAhead):
        inventory.expire_all()
    assert refusal(reserve, mallory, deal, cast.morland, 200)[0] == "DL002"
    assert factories.value(owner, "select status from reservations where id = %s", hold) == "pending"
    assert reserve(mallory, deal, cast.morland, 100)  # what is free is sold
    jump(owner, -3)
    agree()
    assert reserve(mallory, deal, cast.morland, 200)
    assert factories.value(owner, "select status from reservations where id = %s", hold) == "expired"


def test_staff_see_it_and_say_that_the_clock_is_right(owner, cast, ends, sam_client):
    agree()
    assert "The database clock is" not in sam_client.get("/staff/jobs/").text
    jump(owner, 3)
    with pytest.raises(ClockAhead):
        inventory.expire_all()
    assert "The database clock is 3 h 0 min ahead of the jobs’ clock." in sam_client.get("/staff/jobs/").text
    answer = sam_client.post("/staff/jobs/clock/", follow=True)
    assert "Jobs follow it again within a minute" in answer.text
    assert inventory.expire_all() == 1
    assert "The database clock is" not in sam_client.get("/staff/jobs/").text


def test_mail_of_a_jump_reaches_staff_while_the_clock_is_held(owner, cast, ends, mailoutbox):
    agree()
    jump(owner, 96)
    with pytest.raises(ClockAhead):
        inventory.expire_all()
    owner.execute("update notices set mail_until = now() - interval '1 hour' where user_id = %s", [cast.rita.id])
    assert send_notices() == (3, 0)
    assert {(message.to[0], message.subject) for message in mailoutbox} == {
        (person.email, "VERSO: the database clock jumped ahead") for person in (cast.sam, cast.ada, cast.abe)
    }
    stopped = "select mail_stopped from notices where user_id = %s"
    assert factories.value(owner, stopped, cast.rita.id) == ""  # given up by no clock that is held


def test_a_worker_says_its_own_clocks():
    wall, boot, ticks = clock.own_clock()
    with acting_as_system():
        assert clock.db.clock_ahead(wall, boot, ticks) == 0
        assert clock.db.clock_ahead(*clock.own_clock()) == 0
    assert boot and ticks > 0
