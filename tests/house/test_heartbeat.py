"""A job whose work failed is not fine: not in its row, not on the pages, not for those who watch."""

from datetime import timedelta

import pytest
from celery import current_app
from django.utils import timezone

from audit.identity import acting_as_system
from desk import selectors
from house.heartbeat import job_recorded
from house.models import JobRun
from lib.jobs import NotAllDone
from tests import factories
from tests.sql.holds import reserve

pytestmark = pytest.mark.django_db(transaction=True)


def run(task: str):
    """The task as a worker runs it."""
    current_app.loader.import_default_modules()
    return current_app.tasks[task]()


def row(owner, task: str) -> tuple:
    """What its heartbeat says, and whether its last run was a good one."""
    said = (
        "select outcome, error, succeeded_at is not null and succeeded_at = finished_at from job_runs where name = %s"
    )
    return owner.execute(said, [task]).fetchone()


def state_of(name: str) -> str:
    with acting_as_system():
        return next(job.status for job in selectors.jobs() if job.name == name)


def test_mails_that_failed_are_a_failed_job(owner, cast, deal, settings, sam_client, client):
    factories.insert(owner, "notices", user_id=cast.alice.id, kind="deal.cancelled", entity_id=deal.id)
    settings.EMAIL_BACKEND = "lib.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with pytest.raises(NotAllDone):
        run("notifications.tasks.send_notices")
    assert row(owner, "notifications.tasks.send_notices") == ("", "0 notices sent, 1 failed", False)
    assert state_of("send_notices") == "failed"
    page = sam_client.get("/staff/jobs/").text
    assert "0 notices sent, 1 failed" in page and "Failed" in page and "OK" not in page
    assert "One job is late or failing." in sam_client.get("/staff/").text
    settings.CELERY_BROKER_URL = "memory://"
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["jobs"]) == (200, "send_notices failed")
    assert answer.json()["status"] == "degraded"


def test_what_failed_stays_said_until_a_run_was_good(owner):
    with pytest.raises(NotAllDone), job_recorded(name="notifications.tasks.send_notices"):
        raise NotAllDone("1 sent, 2 failed")
    with job_recorded(name="notifications.tasks.send_notices") as again:
        assert state_of("send_notices") == "failed"  # a run that has begun is not one that went well
        again.outcome = "2 sent"
    assert state_of("send_notices") == "ok"
    assert row(owner, "notifications.tasks.send_notices") == ("2 sent", "", True)


def test_a_job_that_is_killed_each_time_becomes_late(owner):
    now = timezone.now()
    with acting_as_system():
        JobRun.objects.create(name="approvals.tasks.warn_sla", started_at=now, since=now - timedelta(hours=1))
    assert state_of("warn_sla") == "late"
    owner.execute("update job_runs set succeeded_at = now(), since = now()")
    assert state_of("warn_sla") == "ok"
    owner.execute("update job_runs set succeeded_at = now() - interval '11 minutes'")  # due every five
    assert state_of("warn_sla") == "late"


def test_an_error_is_said_with_its_kind(owner):
    with pytest.raises(OSError), job_recorded(name="audit.tasks.write_anchor"):
        raise OSError("no space left on device")
    assert row(owner, "audit.tasks.write_anchor") == ("", "The disk is full. OSError: no space left on device", False)


def test_holds_that_could_not_be_ended_are_a_failure(owner, cast, deal, app_connection):
    hold = reserve(app_connection(cast.alice), deal, cast.aldgate, 100)
    owner.execute("update reservations set expires_at = now() - interval '6 minutes' where id = %s", [hold])
    someone = app_connection()
    with owner.transaction():
        owner.execute("select 1 from reservations where id = %s for update", [hold])
        with pytest.raises(NotAllDone, match="0 holds ended, 1 failed"):
            run("inventory.tasks.expire_reservations")
    someone.close()
    assert run("inventory.tasks.expire_reservations") == "1 holds ended"
    assert row(owner, "inventory.tasks.expire_reservations") == ("1 holds ended", "", True)


def test_a_deal_that_could_not_be_closed_is_a_failure(owner, deal):
    owner.execute("update deals set close_at = now() - interval '6 minutes' where id = %s", [deal.id])
    with owner.transaction():
        owner.execute("select 1 from deals where id = %s for key share", [deal.id])
        with pytest.raises(NotAllDone, match="0 deals stopped taking reservations, 1 failed"):
            run("deals.tasks.close_deals")
    assert run("deals.tasks.close_deals") == "1 deals stopped taking reservations"
