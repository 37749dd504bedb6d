"""The heartbeat of scheduled jobs: one row per job, so that a job scheduled nowhere is seen."""

from contextlib import contextmanager
from dataclasses import dataclass

from django.utils import timezone

from audit.identity import acting_as_system
from house.models import JobRun
from lib.full_disk import is_full_disk
from lib.jobs import NotAllDone


@dataclass
class Run:
    """What a job says of itself when it is done."""

    outcome: str = ""


@contextmanager
def job_recorded(*, name: str):
    """Record when this job began and how it ended, in transactions of their own; its exception goes on.

    What the last run said stands until this one has ended: a job is not fine because it has begun again. A run that is
    killed leaves no end; that the last good one is long ago tells of it.
    """
    run = Run()
    _record(name, started_at=timezone.now(), finished_at=None)
    try:
        yield run
    except NotAllDone as error:
        _record(name, finished_at=timezone.now(), outcome="", error=str(error)[:2000])
        raise
    except Exception as error:
        _record(name, finished_at=timezone.now(), outcome="", error=_described(error)[:2000])
        raise
    now = timezone.now()
    _record(name, finished_at=now, succeeded_at=now, outcome=str(run.outcome)[:500], error="")


def _described(error: Exception) -> str:
    """What staff read of a failure: a full disk by its name, since that is what they can mend."""
    cause = "The disk is full. " if is_full_disk(error) else ""
    return f"{cause}{type(error).__name__}: {error}"


def _record(name: str, **facts) -> None:
    with acting_as_system():
        JobRun.objects.update_or_create(
            name=name, defaults=facts, create_defaults={"started_at": timezone.now()} | facts
        )
