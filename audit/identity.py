"""Who is acting, as the database sees it.

Row level security reads one transaction-local setting, ``app.user_id``. It never outlives its transaction,
so a pooled connection cannot carry one person's identity into another's request.
"""

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from uuid import UUID

from django.db import connection, transaction

SYSTEM_PROFILE_ID = UUID("00000000-0000-4000-8000-000000000001")


@dataclass(frozen=True)
class Origin:
    """Where a request came from, for the audit row."""

    ip: str = ""
    user_agent: str = ""
    request_id: str = ""


origin: ContextVar[Origin] = ContextVar("origin", default=Origin())  # noqa: B039 (frozen, so safe to share)

# Deferred foreign keys would fail at COMMIT, after the page was rendered: make them fail at their statement.
_ENTER = """
select set_config('app.user_id', %s, true), set_config('app.ip', %s, true),
       set_config('app.user_agent', %s, true), set_config('app.request_id', %s, true)
"""


def set_identity(profile_id: UUID | str | None) -> None:
    """Name the acting profile for the rest of this transaction. None means nobody: no rows."""
    where = origin.get()
    with connection.cursor() as cursor:
        cursor.execute(_ENTER, [str(profile_id or ""), where.ip, where.user_agent[:400], where.request_id])
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def current_identity() -> str:
    """The acting profile's id as text, or '' when nobody acts."""
    with connection.cursor() as cursor:
        cursor.execute("select coalesce(current_setting('app.user_id', true), '')")
        return cursor.fetchone()[0]


@contextmanager
def acting_as(profile_id: UUID | str | None):
    """Run a block as one profile, in a transaction (a savepoint when one is open).

    A released savepoint would keep the inner identity, so the former one is put back by hand.
    """
    with transaction.atomic():
        before = current_identity()
        if profile_id and before == str(profile_id):  # as in most requests: named already by whoever began them
            yield
            return
        set_identity(profile_id)
        yield
        set_identity(before)  # [1]


def as_acting_user(service):
    """Make a service act as its keyword ``acting_user``, in one transaction, whoever calls it: page, command or job.

    A savepoint where a transaction is open, so that a refusal undoes all that the service did and nothing else.
    """

    @wraps(service)
    def acting(*, acting_user, **facts):
        with acting_as(acting_user.pk):  # [2]
            return service(acting_user=acting_user, **facts)

    acting.acts_as = "acting_user"
    return acting


def acting_as_system():
    """Run a block as "VERSO system", the profile of the jobs: it signs in nowhere and approves nothing."""
    return acting_as(SYSTEM_PROFILE_ID)
