"""What a job says of its own work."""

from datetime import timedelta

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


class JobCommand(BaseCommand):
    """A command that does the work of a job: what the job would call not done is one line and exit code 1."""

    def execute(self, *args, **options):
        try:
            return super().execute(*args, **options)
        except NotAllDone as undone:
            raise CommandError(str(undone)) from undone
