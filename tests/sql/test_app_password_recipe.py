"""app.password_recipe: how to derive a password, of strangers too, and never what is kept of it."""

import base64
import re

import pytest
from psycopg import errors

from tests import factories

ARGON = "argon2$argon2id$v=19$m=102400,t=2,p=8$"


def recipe(connection, email, present="md5$"):
    return factories.value(connection, "select app.password_recipe(%s, %s)", email, present)


@pytest.mark.parametrize(
    ("kept", "given"),
    [
        (ARGON + "c2FsdA$dmFsdWU", ARGON + "c2FsdA$"),
        ("pbkdf2_sha256$1000$salt$va+l/ue=", "pbkdf2_sha256$1000$salt$"),
        ("md5$salt$value", "md5$salt$"),
    ],
)
def test_gives_all_but_the_value_without_an_identity_in_any_case(owner, cast, app_connection, kept, given):
    owner.execute("update profiles set password = %s where id = %s", [kept, cast.alice.id])
    assert recipe(app_connection(), "Alice@Verso.Example") == given


def test_a_stranger_has_a_steady_recipe_of_the_present_form(owner, cast, app_connection):
    factories.add_profile(owner, "Dora Disabled", is_active=False)
    factories.add_profile(owner, "Wanda Waiting", password="!no-password-yet")
    nobody = app_connection()
    seen = set()
    for email in ("dora@verso.example", "wanda@verso.example", "stranger@verso.example", ""):
        given = recipe(nobody, email, ARGON)
        assert given == recipe(app_connection(cast.ada), email, ARGON), "steady, whoever asks"
        salt = re.fullmatch(re.escape(ARGON) + r"([A-Za-z0-9+/]{30})\$", given)[1]
        assert re.fullmatch(r"[A-Za-z0-9]{22}", base64.b64decode(salt + "==").decode())
        assert recipe(nobody, email, "pbkdf2_sha256$9$") == f"pbkdf2_sha256$9${base64.b64decode(salt + '==').decode()}$"
        seen.add(given)
    assert len(seen) == 4


def test_the_secret_behind_it_belongs_to_this_database_and_is_read_by_nobody(owner, cast, app_connection):
    before = recipe(app_connection(), "stranger@verso.example")
    (secret,) = owner.execute("select password from profiles where display_name = 'VERSO system'").fetchone()
    assert re.fullmatch(r"![0-9a-f-]{72}", secret)
    owner.execute("update profiles set password = '!another' where display_name = 'VERSO system'")
    try:
        assert recipe(app_connection(), "stranger@verso.example") != before
    finally:
        owner.execute("update profiles set password = %s where display_name = 'VERSO system'", [secret])
    with pytest.raises(errors.InsufficientPrivilege):
        app_connection(cast.ada).execute("select password from profiles where display_name = 'VERSO system'")


def test_is_for_the_application_alone(readonly_connection):
    with pytest.raises(errors.InsufficientPrivilege):
        recipe(readonly_connection(), "alice@verso.example")
