"""app.password_owner: the derived value is compared where it is kept."""

import pytest
from psycopg import errors

from tests import factories


def owner_of(connection, email, derived):
    return factories.value(connection, "select app.password_owner(%s, %s)", email, derived)


def test_the_right_value_names_the_person_in_any_case(cast, app_connection):
    assert owner_of(app_connection(), "ALICE@verso.example", factories.password_hash()) == cast.alice.id


def test_nothing_else_does(owner, cast, app_connection):
    disabled = factories.add_profile(owner, "Dora Disabled", is_active=False)
    waiting = factories.add_profile(owner, "Wanda Waiting", password="!no-password-yet")
    right, nobody = factories.password_hash(), app_connection()
    for derived in ("", None, right + "x", right[:-1], right.upper(), "%", right.rsplit("$", 1)[0] + "$"):
        assert owner_of(nobody, cast.alice.email, derived) is None, derived
    assert owner_of(nobody, cast.alice.email.replace("alice", "%"), right) is None
    assert owner_of(nobody, "dora@verso.example", right) is None, disabled
    assert owner_of(nobody, "wanda@verso.example", "!no-password-yet") is None, waiting
    assert owner_of(nobody, None, right) is None


def test_is_for_the_application_alone(readonly_connection):
    with pytest.raises(errors.InsufficientPrivilege):
        owner_of(readonly_connection(), "alice@verso.example", factories.password_hash())
