"""Signing in, out and being refused, through the pages, as verso_app."""

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import MD5PasswordHasher, make_password
from django.test import Client

from config import settings as house
from tests import factories

# Each page commits for real, so that what a refused one keeps can be seen.
pytestmark = pytest.mark.django_db(transaction=True)


def form_errors(response):
    return [str(error) for error in response.context["form"].non_field_errors()]


def test_the_right_password_signs_in_with_a_new_session_key(cast, browser, sign_in_by_form, audit_rows):
    browser.get("/accounts/login/")
    session = browser.session
    session["planted"] = "by somebody who knows the key"
    session.save()
    browser.cookies["session"] = session.session_key
    response = sign_in_by_form(browser, "Alice@Verso.Example ")
    assert (response.status_code, response.url) == (302, "/")
    assert browser.session.session_key != session.session_key
    assert browser.session[SESSION_KEY] == str(cast.alice.id)
    assert Client(headers={"cookie": f"session={session.session_key}"}).get("/profile/").status_code == 302
    assert audit_rows("profile.") == [("profile.signed_in", cast.alice.id, cast.alice.id, None)]


def test_after_signing_in_one_goes_on_where_one_was_and_never_to_another_site(cast, browser, sign_in_by_form):
    address = browser.get("/profile/").url
    assert address == "/accounts/login/?next=/profile/"
    response = browser.post(address, {"login": cast.alice.email, "password": factories.PASSWORD})
    assert response.url == "/profile/"
    for elsewhere in ("https://evil.example/", "//evil.example", "\\\\evil.example", "javascript:alert(1)"):
        data = {"login": cast.bob.email, "password": factories.PASSWORD, "next": elsewhere}
        assert Client().post("/accounts/login/", data).url == "/"


@pytest.mark.parametrize("who", ["known", "unknown", "disabled", "without a password"])
def test_a_refusal_is_the_same_whoever_it_was_and_is_recorded(owner, cast, browser, sign_in_by_form, audit_rows, who):
    factories.add_profile(owner, "Dora Disabled", is_active=False)
    factories.add_profile(owner, "Wanda Waiting", password="!waiting")
    email = {"known": "alice", "unknown": "stranger", "disabled": "dora", "without a password": "wanda"}[who]
    password = "not the password of anybody" if who == "known" else factories.PASSWORD
    response = sign_in_by_form(browser, f"{email}@verso.example", password)
    assert response.status_code == 422
    assert form_errors(response) == ["Incorrect e-mail or password."]
    assert f'value="{email}@verso.example"' in response.text
    assert password not in response.text
    assert SESSION_KEY not in browser.session
    known = cast.alice.id if who == "known" else None
    after = {"email": f"{email}@verso.example", "locked": False}
    assert audit_rows("profile.") == [("profile.sign_in_refused", None, known, after)]


class CountedHasher(MD5PasswordHasher):
    """Counts how often a password was worked on."""

    algorithm = "counted"
    times = 0

    def encode(self, password, salt):
        type(self).times += 1
        return super().encode(password, salt)


def test_an_unknown_e_mail_costs_as_much_work_as_a_wrong_password(owner, cast, browser, sign_in_by_form, settings):
    """Else the time of the answer would tell who has an account."""
    settings.PASSWORD_HASHERS = ["tests.investors.test_sign_in.CountedHasher"]
    owner.execute("update profiles set password = %s where id = %s", ["counted$salt$hash", cast.alice.id])
    factories.add_profile(owner, "Dora Disabled", is_active=False)
    work = {}
    for who in ("alice", "dora", "stranger"):
        before = CountedHasher.times
        assert sign_in_by_form(browser, f"{who}@verso.example").status_code == 422
        work[who] = CountedHasher.times - before
    assert work == {"alice": 1, "dora": 1, "stranger": 1}


def test_the_fifth_wrong_password_locks_this_address_out_but_nobody_else(cast, browser, sign_in_by_form, audit_rows):
    answers = [sign_in_by_form(browser, cast.alice.email, "wrong").status_code for _ in range(5)]
    assert answers == [422, 422, 422, 422, 429]
    locked = sign_in_by_form(browser, cast.alice.email)
    assert (locked.status_code, locked["Retry-After"]) == (429, "900")
    assert "You can try again in 15 minutes." in locked.text
    assert sign_in_by_form(Client(), cast.bob.email).status_code == 302
    elsewhere = Client(REMOTE_ADDR="203.0.113.7")
    assert sign_in_by_form(elsewhere, cast.alice.email).status_code == 302
    kept = [(action, (after or {}).get("locked")) for action, _, _, after in audit_rows("profile.")]
    assert kept == [
        *[("profile.sign_in_refused", False)] * 4,
        *[("profile.sign_in_refused", True)] * 2,
        *[("profile.signed_in", None)] * 2,
    ]


def test_an_unknown_e_mail_is_locked_out_just_the_same(browser, sign_in_by_form):
    answers = [sign_in_by_form(browser, "stranger@verso.example", "wrong").status_code for _ in range(5)]
    assert answers == [422, 422, 422, 422, 429]


def test_four_wrong_ones_are_forgotten_after_the_right_one(cast, browser, sign_in_by_form):
    for _round in range(2):
        assert [sign_in_by_form(browser, cast.alice.email, "wrong").status_code for _ in range(4)] == [422] * 4
        assert sign_in_by_form(browser, cast.alice.email).status_code == 302
        browser.post("/accounts/logout/")


def test_a_password_in_an_old_hash_is_kept_in_the_present_one(owner, cast, browser, sign_in_by_form, settings):
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]
    old = factories.value(owner, "select password from profiles where id = %s", cast.alice.id)
    assert sign_in_by_form(browser, cast.alice.email).status_code == 302
    new = factories.value(owner, "select password from profiles where id = %s", cast.alice.id)
    assert not old.startswith("pbkdf2_sha256$") and new.startswith("pbkdf2_sha256$")
    browser.post("/accounts/logout/")
    assert sign_in_by_form(browser, cast.alice.email).status_code == 302


def test_passwords_are_kept_by_argon2id(owner, cast, browser, sign_in_by_form, settings):
    settings.PASSWORD_HASHERS = house.PASSWORD_HASHERS
    hashed = make_password(factories.PASSWORD)
    assert hashed.startswith("argon2$argon2id$v=19$m=102400,t=2,")
    owner.execute("update profiles set password = %s where id = %s", [hashed, cast.alice.id])
    assert sign_in_by_form(browser, cast.alice.email).status_code == 302
    assert factories.value(owner, "select password from profiles where id = %s", cast.alice.id) == hashed


def test_signing_out_is_a_form_and_ends_the_session_for_good(cast, alice_client, audit_rows):
    key = alice_client.session.session_key
    assert alice_client.get("/accounts/logout/").status_code == 200
    assert alice_client.get("/profile/").status_code == 200
    assert alice_client.post("/accounts/logout/").url == "/"
    assert Client(headers={"cookie": f"session={key}"}).get("/profile/").status_code == 302
    assert audit_rows("profile.") == [("profile.signed_out", cast.alice.id, cast.alice.id, None)]


def test_who_is_disabled_is_out_with_the_next_click(owner, cast, alice_client):
    assert alice_client.get("/profile/").status_code == 200
    owner.execute("update profiles set is_active = false where id = %s", [cast.alice.id])
    assert alice_client.get("/profile/").url == "/accounts/login/?next=/profile/"
    assert SESSION_KEY not in alice_client.session


def test_the_session_cookie_is_for_the_server_alone(cast, browser, sign_in_by_form):
    cookie = sign_in_by_form(browser, cast.alice.email).cookies["session"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (
        True,
        "Lax",
        "/",
        "",
    )


@pytest.mark.parametrize(
    "address",
    [
        "/accounts/signup/", "/accounts/email/", "/accounts/", "/accounts/password/set/",
        "/accounts/reauthenticate/", "/accounts/inactive/", "/accounts/login/code/",
    ],
)  # fmt: skip
def test_there_is_no_sign_up_nor_any_other_page_of_the_library(browser, address):
    assert browser.get(address).status_code == 404


def test_pages_of_signed_in_people_are_stored_nowhere(alice_client):
    assert alice_client.get("/profile/")["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("typed", ["", "no e-mail", "a\x00b@verso.example", "x" * 400 + "@verso.example"])
def test_what_is_no_e_mail_is_refused_with_a_sentence(browser, sign_in_by_form, typed):
    response = sign_in_by_form(browser, typed)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["login"])
