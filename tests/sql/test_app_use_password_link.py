"""app.use_password_link: a password by a link, exactly once."""

import threading

import pytest
from psycopg import errors

from tests import factories
from tests.sql.password_links import add_link, live_hashes, password_of

NEW = "md5$salt$new"


def use(connection, hashed="a-hash", password=NEW):
    return connection.execute("select app.use_password_link(%s, %s)", [hashed, password]).fetchone()[0]


def test_sets_the_password_once_and_ends_every_link_of_the_person(owner, cast, app_connection):
    add_link(owner, cast.alice.id)
    add_link(owner, cast.alice.id, "another")
    add_link(owner, cast.bob.id, "bobs")
    nobody = app_connection()
    assert use(nobody) == cast.alice.id
    assert password_of(owner, cast.alice.id) == NEW
    assert live_hashes(owner) == ["bobs"]
    assert use(nobody, password="md5$salt$second") is None
    assert use(nobody, "another", "md5$salt$second") is None
    assert password_of(owner, cast.alice.id) == NEW


@pytest.mark.parametrize("dead", ["unknown", "used", "over", "disabled"])
def test_a_dead_link_changes_nothing(owner, cast, app_connection, dead):
    person = factories.add_profile(owner, "Dora Doe", is_active=dead != "disabled", password="!waiting")
    add_link(owner, person, days=-0.001 if dead == "over" else 7, used=dead == "used")
    assert use(app_connection(), "guess" if dead == "unknown" else "a-hash") is None
    assert password_of(owner, person) == "!waiting"


@pytest.mark.parametrize("password", [None, "", "a plain password", "!unusable", "!$no"])
def test_only_an_encoded_password_is_stored(owner, cast, app_connection, password):
    add_link(owner, cast.alice.id)
    with pytest.raises(errors.InvalidParameterValue):
        use(app_connection(), password=password)
    assert live_hashes(owner) == ["a-hash"]


def test_the_audit_rows_name_the_person_without_the_password(owner, cast, app_connection):
    add_link(owner, cast.alice.id)
    stranger = app_connection()
    use(stranger)
    rows = owner.execute(
        "select actor_user_id, action, after ->> 'password' from audit_log where action like '%.update' order by id"
    ).fetchall()
    assert rows == [
        (cast.alice.id, "set_password_links.update", None),
        (cast.alice.id, "profiles.update", "[redacted]"),
    ]
    assert stranger.execute("select count(*) from profiles").fetchone() == (0,), "the identity did not stay"


def test_twenty_at_once_set_one_password(owner, cast, app_connection):
    add_link(owner, cast.alice.id)
    barrier = threading.Barrier(20)
    answers = []

    def try_it(number, connection):
        barrier.wait()
        answers.append((use(connection, password=f"md5$salt${number}"), number))

    threads = [threading.Thread(target=try_it, args=[n, app_connection()]) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    winners = [number for person, number in answers if person == cast.alice.id]
    assert (len(answers), len(winners)) == (20, 1)
    assert password_of(owner, cast.alice.id) == f"md5$salt${winners[0]}"


def test_control_without_the_condition_on_use_several_win(owner, superuser, cast, app_connection):
    """The same race on the function without `used_at IS NULL`: it shows that the test can fail."""
    body = factories.value(superuser, "select pg_get_functiondef('app.use_password_link(text,text)'::regprocedure)")
    weak = body.replace("AND l.used_at IS NULL AND l.expires_at > clock_timestamp();  -- [1]", ";")
    assert weak != body
    superuser.execute(weak)
    try:
        add_link(owner, cast.alice.id)
        won = [use(app_connection(), password=f"md5$salt${n}") for n in range(3)]
    finally:
        superuser.execute(body)
    assert won == [cast.alice.id] * 3
