"""What an error came from, and whether it passes by itself."""

from collections.abc import Iterator

from psycopg import errors
from psycopg_pool import PoolTimeout

# Somebody else holds what was asked for, or there are too many of us: nothing is broken.
BUSY = (errors.LockNotAvailable, errors.QueryCanceled, errors.DeadlockDetected, errors.TooManyConnections, PoolTimeout)


class CannotStart(RuntimeError):
    """What is needed to start is not there. The message is one sentence for the person at the terminal."""


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, what it was raised from, and so on to the first one."""
    seen = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__


def is_busy(error: BaseException | None) -> bool:
    """Whether the database could not get to it in time; the same may well succeed a moment later."""
    return any(isinstance(each, BUSY) for each in causes(error))
