"""app.tell_lockout: whom to tell that sign-ins are refused, and not too often."""

import threading

import pytest
from psycopg import errors

from tests import factories


def tell(connection, email):
    return connection.execute("select * from app.tell_lockout(%s)", [email]).fetchall()


def test_the_person_once_in_six_hours(owner, cast, app_connection):
    nobody, told = app_connection(), [(cast.alice.id, "alice@verso.example", "Alice Aldgate", "en")]
    assert tell(nobody, "Alice@verso.example") == told
    assert tell(nobody, "alice@verso.example") == []
    owner.execute("update profiles set lockout_told_at = lockout_told_at - interval '6 hours 1 second'")
    assert tell(nobody, "alice@verso.example") == told
    assert factories.value(owner, "select count(*) from profiles where lockout_told_at is not null") == 1


def test_nobody_who_does_not_sign_in(owner, cast, app_connection):
    factories.add_profile(owner, "Dora Disabled", is_active=False)
    factories.add_profile(owner, "Wanda Waiting", password="!none")
    for email in ("dora@verso.example", "wanda@verso.example", "unknown@verso.example", "", None):
        assert tell(app_connection(), email) == []
    assert factories.value(owner, "select count(*) from profiles where lockout_told_at is not null") == 0


def test_of_twenty_at_once_one_is_answered(cast, app_connection):
    barrier, answers = threading.Barrier(20), []

    def ask(connection):
        barrier.wait()
        answers.append(len(tell(connection, "alice@verso.example")))

    threads = [threading.Thread(target=ask, args=[app_connection()]) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [0] * 19 + [1]


def test_is_for_the_application_alone(readonly_connection):
    with pytest.raises(errors.InsufficientPrivilege):
        tell(readonly_connection(), "alice@verso.example")
