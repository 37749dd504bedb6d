"""What is remembered for a while: cache_read, cache_write, cache_touch, cache_forget, and that it is data alone."""

import base64
import pickle

import psycopg
import pytest
from django.core.cache import cache

from tests.factories import value


class Command:
    """As a pickle, it runs whatever it is told to when it is read."""

    def __reduce__(self):
        return (eval, ("1 / 0",))


@pytest.mark.django_db
def test_values_come_back_as_they_went():
    for kept in (0, 1.5, "é\u2028", None, True, [1.25, 2], {"a": [1]}):
        cache.set("k", kept, 60)
        assert cache.get("k", "missing") == kept
    assert cache.get_many(["k", "other"]) == {"k": {"a": [1]}}


@pytest.mark.django_db
def test_what_is_over_is_not_there():
    cache.set("k", 1, 0)
    assert cache.get("k") is None and "k" not in cache
    assert cache.add("k", 2, 60) is True
    assert cache.add("k", 3, 60) is False
    assert cache.get("k") == 2
    assert cache.touch("k", 0) is True
    assert cache.touch("k", 60) is False
    assert cache.get("k") is None
    cache.set("for ever".replace(" ", "-"), 1, None)
    assert cache.get("for-ever") == 1


def test_what_is_read_is_what_is_asked_for_and_not_over(app_connection):
    app = app_connection()
    for key, end in (("kept", "1 h"), ("other", "1 h"), ("over", "0")):
        app.execute(f"select app.cache_write('{key}', '1', now() + interval '{end}', now(), false, 100)")
    read = "select cache_key, value from app.cache_read(%s, now())"
    assert app.execute(read, [["kept", "over", "never"]]).fetchall() == [("kept", "1")]


@pytest.mark.django_db
def test_forgetting():
    cache.set_many({"a": 1, "b": 2, "c": 3}, 60)
    assert cache.delete("a") is True and cache.delete("a") is False
    assert cache.get_many(["a", "b", "c"]) == {"b": 2, "c": 3}
    assert cache.incr("b") == 3
    cache.clear()
    assert cache.get_many(["b", "c"]) == {}


@pytest.mark.django_db
def test_only_what_json_can_say_is_remembered():
    for refused in (Command(), {1}, b"x", float("nan")):
        with pytest.raises((TypeError, ValueError)):
            cache.set("k", refused, 60)
    assert cache.get("k") is None


def test_a_pickle_in_the_table_runs_nothing(owner, db):
    """Not even written by the owner: the column takes JSON, and what is read is JSON."""
    command = base64.b64encode(pickle.dumps(Command())).decode()
    row = "insert into cache values (':1:k', %s, now() + interval '1 hour')"
    with pytest.raises(psycopg.errors.InvalidTextRepresentation):
        owner.execute(row, [command])
    owner.execute(row, [f'"{command}"'])
    assert cache.get("k") == command


def test_a_flood_pushes_out_what_is_over_and_then_the_soonest_to_end(owner, app_connection):
    app = app_connection()
    write = "select app.cache_write(%s, '1', now() + make_interval(secs => %s), now(), false, 6)"
    for n in range(3):
        app.execute(write, [f"over{n}", -1])
    for n in range(6):
        app.execute(write, [f"live{n}", 100 + n])
    keys = "select array_agg(cache_key::text order by cache_key) from cache"
    assert value(owner, keys) == [f"live{n}" for n in range(6)]
    app.execute(write, ["new", 1])
    assert value(owner, keys) == ["live2", "live3", "live4", "live5", "new"]


@pytest.mark.parametrize(
    "statement",
    [
        "select value from cache",
        "insert into cache values ('k', '1', now())",
        "update cache set value = '1'",
        "delete from cache",
        "lock table cache in access share mode",
    ],
)
def test_the_table_itself_is_nobodys(app_connection, cast, statement):
    ada = app_connection(cast.ada)
    with pytest.raises(psycopg.errors.InsufficientPrivilege), ada.transaction():
        ada.execute(statement)


def test_who_keeps_a_value_locked_keeps_nobody_waiting(owner, app_connection):
    """A session that forgets everything and never ends: others go on without, and are told so."""
    until, now = "now() + interval '1 hour'", "now()"
    write = f"select app.cache_write('k', '1', {until}, {now}, false, 100)"
    first, second = app_connection(None), app_connection(None)
    assert value(first, write) is True
    with first.transaction():
        first.execute("select app.cache_forget(null)")
        assert value(second, write) is False
        assert value(second, f"select app.cache_touch('k', {until}, {now})") is False
        assert value(second, "select app.cache_forget(array['k'])") == 0
    assert value(second, write) is True
