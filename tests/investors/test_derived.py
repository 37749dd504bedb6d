"""Deriving a password from its recipe gives exactly what Django's hashers keep."""

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, PBKDF2PasswordHasher, check_password, make_password

from config import settings as house
from investors import passwords


class EarlierArgon2(Argon2PasswordHasher):
    time_cost, memory_cost, parallelism = 1, 1024, 2


class EarlierPBKDF2(PBKDF2PasswordHasher):
    iterations = 1000


def recipe_of(encoded):
    return encoded[: encoded.rindex("$") + 1]


@pytest.fixture(autouse=True)
def _hashers_of_the_product(settings):
    settings.PASSWORD_HASHERS = house.PASSWORD_HASHERS


@pytest.mark.parametrize(
    ("kept", "old"),
    [
        (lambda password: make_password(password), False),
        (lambda password: make_password(password, hasher="pbkdf2_sha256"), True),
        (lambda password: EarlierArgon2().encode(password, "an-earlier-salt"), True),
        (lambda password: EarlierPBKDF2().encode(password, "an-earlier-salt"), True),
    ],
    ids=["argon2", "pbkdf2", "argon2 of before", "pbkdf2 of before"],
)
@pytest.mark.parametrize("password", ["correct horse battery staple", "Zürich £ 東京", ""])
def test_the_right_password_gives_what_is_kept_and_a_wrong_one_does_not(kept, old, password):
    encoded = kept(password)
    assert passwords.derived(password, recipe_of(encoded)) == encoded
    assert passwords.derived(password + "x", recipe_of(encoded)) != encoded
    assert check_password(password, encoded)
    assert passwords.is_outdated(encoded) is old


def test_the_present_form_is_how_a_new_password_begins():
    form = passwords.present_form()
    assert form == "argon2$argon2id$v=19$m=102400,t=2,p=8$"
    assert make_password("a password").startswith(form)


def test_the_present_form_of_the_other_hasher(settings):
    settings.PASSWORD_HASHERS = house.PASSWORD_HASHERS[::-1]
    assert make_password("a password").startswith(passwords.present_form())


def test_an_algorithm_nobody_uses_is_an_error():
    with pytest.raises(ValueError, match="Unknown password hashing algorithm 'rot13'"):
        passwords.derived("a password", "rot13$salt$")
