"""Sessions in the database: session_read, session_write, session_end, sessions_clear, and who cannot use them."""

import hashlib

import psycopg
import pytest
from django.contrib.sessions.backends.base import UpdateError

from investors.sessions import SessionStore, hashed
from tests.factories import value

ROWS = "select session_key, session_data, expire_date > now() from django_session order by 1"


def key_of(client) -> str:
    return client.cookies["session"].value


def test_a_session_is_written_read_and_ended(owner, app_connection):
    app = app_connection()
    write = "select app.session_write(%s, %s, now() + make_interval(hours => %s), %s)"
    assert value(app, write, "a", "data", 1, True) is True
    assert value(app, write, "a", "other", 1, True) is False  # a new one must not be there
    assert value(app, write, "b", "data", 1, False) is False  # another one must
    assert value(app, "select app.session_read('a', now())") == "data"
    assert value(app, write, "a", "later", -1, False) is True
    assert value(app, "select app.session_read('a', now())") is None  # over
    assert owner.execute(ROWS).fetchall() == [("a", "later", False)]
    assert value(app, write, "c", "data", 1, True) is True
    assert value(app, "select app.sessions_clear()") == 1
    assert owner.execute(ROWS).fetchall() == [("c", "data", True)]
    app.execute("select app.session_end('c')")
    assert owner.execute(ROWS).fetchall() == []


@pytest.mark.django_db(transaction=True)
def test_what_is_stored_is_not_the_key(cast, sign_in, owner):
    client = sign_in(cast.ada)
    key = key_of(client)
    assert client.get("/staff/").status_code == 200
    stored = [row[0] for row in owner.execute(ROWS).fetchall()]
    assert stored == [hashed(key)]
    assert key not in stored[0] and stored[0] != hashlib.sha256(key.encode()).hexdigest()[:40]
    thief = type(client)()
    thief.cookies["session"] = stored[0]
    assert thief.get("/staff/").status_code == 302


@pytest.mark.django_db(transaction=True)
def test_data_copied_under_a_key_of_ones_own_is_no_session(cast, sign_in, owner):
    """Whoever reads the table and may write a row would otherwise go on as the other person."""
    ada = sign_in(cast.ada)
    mine = "m" * 32
    owner.execute(
        "insert into django_session (session_key, session_data, expire_date)"
        " select %s, session_data, expire_date from django_session",
        [hashed(mine)],
    )
    thief = type(ada)()
    thief.cookies["session"] = mine
    assert thief.get("/staff/").status_code == 302
    assert ada.get("/staff/").status_code == 200


@pytest.mark.parametrize(
    "statement",
    [
        "select session_data from django_session",
        "insert into django_session values ('k', '', now())",
        "update django_session set session_data = ''",
        "delete from django_session",
        "lock table django_session in access share mode",
    ],
)
def test_the_table_itself_is_nobodys(app_connection, cast, statement):
    ada = app_connection(cast.ada)
    with pytest.raises(psycopg.errors.InsufficientPrivilege), ada.transaction():
        ada.execute(statement)


@pytest.mark.django_db
def test_a_session_that_was_ended_is_not_brought_back():
    store = SessionStore()
    store["a"] = 1
    store.save()
    other = SessionStore(store.session_key)
    assert other["a"] == 1 and other.exists(store.session_key)
    store.flush()
    other["a"] = 2
    with pytest.raises(UpdateError):
        other.save()
    assert SessionStore(other.session_key).load() == {}


@pytest.mark.django_db
def test_a_new_key_takes_the_data_along():
    store = SessionStore()
    store["a"] = 1
    store.save()
    old = store.session_key
    store.cycle_key()
    assert store.session_key != old
    assert SessionStore(store.session_key).load() == {"a": 1}
    assert SessionStore(old).load() == {}
