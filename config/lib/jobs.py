"""What a job says of its own work."""

from datetime import timedelta

# A second runner, or a person at work, may have what one run passed by: only what stays undone is a failure.
PATIENCE = timedelta(minutes=5)
NO_TIME = timedelta(0)


class NotAllDone(Exception):
    """A job ran to its end, and part of its work failed: what it says is its outcome, and the job is not fine."""


def outcome(done: str, *, failed: int) -> str:
    """What a job did. Raises NotAllDone where some of its work failed."""
    if failed:
        raise NotAllDone(f"{done}, {failed} failed")
    return done
