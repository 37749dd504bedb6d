"""app.login_lookup: whom a refused sign-in was tried for."""

import pytest
from psycopg import errors

from tests import factories


def look_up(connection, email):
    return factories.value(connection, "select app.login_lookup(%s)", email)


def test_finds_the_person_without_an_identity_in_any_case(cast, app_connection):
    nobody = app_connection()
    assert nobody.execute("select count(*) from profiles").fetchone() == (0,)
    assert look_up(nobody, "ALICE@Verso.Example") == cast.alice.id


def test_finds_nobody_who_may_not_sign_in(owner, app_connection):
    factories.add_profile(owner, "Dora Disabled", is_active=False)
    factories.add_profile(owner, "Wanda Waiting", password="!no-password-yet")
    nobody = app_connection()
    for email in ("dora@verso.example", "wanda@verso.example", "unknown@verso.example", "", None):
        assert look_up(nobody, email) is None


def test_is_for_the_application_alone(readonly_connection):
    with pytest.raises(errors.InsufficientPrivilege):
        look_up(readonly_connection(), "alice@verso.example")
