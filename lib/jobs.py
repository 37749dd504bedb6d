"""What a job says of its own work."""

from argparse import ArgumentTypeError
from datetime import date, timedelta

from django.core.management.base import BaseCommand, CommandError

# A second runner, or a person at work, may have what one run passed by: only what stays undone is a failure.
PATIENCE = timedelta(minutes=5)
NO_TIME = timedelta(0)


class NotAllDone(Exception):
    """A job ran to its end, and part of its work failed: what it says is its outcome, and the job is not fine."""


def outcome(done: str, *, failed: int) -> str:
    """What a job did. Raises NotAllDone where some of its work failed."""
    if failed:  # [1]
        raise NotAllDone(f"{done}, {failed} failed")
    return done


def counted(n: int, one: str) -> str:
    """A number with its noun, as commands say it: 1 event, 2 events."""
    return f"{n} {one}" if n == 1 else f"{n} {one}s"


def day(said: str) -> date:
    """A day as commands take it; what is none is refused in one line."""
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise ArgumentTypeError(f"{said} is not a date: write it as 2026-09-30.") from error


class JobCommand(BaseCommand):
    """A command that does the work of a job: what the job would call not done is one line and exit code 1."""

    def execute(self, *args, **options):
        try:
            return super().execute(*args, **options)
        except NotAllDone as undone:
            raise CommandError(str(undone)) from undone
