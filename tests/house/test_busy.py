"""What passes by itself is not called broken: a row that somebody keeps locked, a database with no connection left."""

import pytest
from django.db import connection
from django.db.utils import OperationalError
from django.test import Client
from psycopg import errors
from psycopg_pool import PoolTimeout

from lib.causes import is_busy
from tests.factories import PASSWORD, value

pytestmark = pytest.mark.django_db(transaction=True)


def sign_in(person):
    return Client(raise_request_exception=False).post(
        "/accounts/login/", {"login": person.email, "password": PASSWORD}, REMOTE_ADDR="127.0.0.9"
    )


@pytest.fixture
def impatient():
    with connection.cursor() as cursor:
        cursor.execute("set lock_timeout = '200ms'")
    yield
    connection.close()


def test_a_page_that_waits_too_long_for_a_row_is_busy(cast, open_connection, impatient):
    with open_connection("owner") as other, other.transaction():
        other.execute("select 1 from profiles where id = %s for update", [cast.alice.id])
        refused = sign_in(cast.alice)
        assert refused.status_code == 503
        assert refused["Retry-After"] == "10"
        assert "Nothing you saved is lost." in refused.content.decode()
        assert value(other, "select count(*) from django_session") == 0
    assert sign_in(cast.alice).status_code == 302


def raised_from(error: Exception) -> Exception:
    try:
        raise OperationalError("wrapped") from error
    except OperationalError as found:
        return found


@pytest.mark.parametrize(
    ("error", "busy"),
    [
        (raised_from(errors.LockNotAvailable()), True),
        (raised_from(errors.QueryCanceled()), True),
        (raised_from(errors.TooManyConnections()), True),
        (PoolTimeout(), True),
        (raised_from(errors.UndefinedTable()), False),
        (ValueError(), False),
        (None, False),
    ],
    ids=["row", "statement", "connections", "pool", "table", "value", "none"],
)
def test_busy_is_told_from_broken(error, busy):
    assert is_busy(error) is busy
