"""Strangers who try passwords shut nobody out: known browsers and addresses pass, and a mail lets others in."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.test import Client
from django.utils import timezone

from investors import devices
from tests import factories
from tests.investors.conftest import lock_out

pytestmark = pytest.mark.django_db(transaction=True)

HOME, AWAY = "198.51.100.1", "203.0.113.77"


LIMITS = settings.ACCOUNT_RATE_LIMITS


@pytest.fixture(autouse=True)
def _few_tries(settings):
    """Of tries everywhere 8 an hour, not 50: how many they are is asked once."""
    settings.ACCOUNT_RATE_LIMITS = {
        action: limit and limit.replace("50/h/key", "8/h/key") for action, limit in LIMITS.items()
    }


def test_strangers_have_fifty_tries_an_hour(cast, known, sign_in_by_form, settings):
    settings.ACCOUNT_RATE_LIMITS = LIMITS
    assert "50/h/key" in LIMITS["login_failed"]
    lock_out(cast.alice.email)


def signed_out(client, sign_in_by_form, person):
    assert sign_in_by_form(client, person.email).status_code == 302
    client.post("/accounts/logout/")
    return client


@pytest.fixture
def known(cast, sign_in_by_form):
    """Alice's own browser, at home."""
    return signed_out(Client(REMOTE_ADDR=HOME), sign_in_by_form, cast.alice)


def test_a_known_browser_passes_anywhere(cast, known, sign_in_by_form):
    lock_out(cast.alice.email)
    assert sign_in_by_form(known, cast.alice.email, REMOTE_ADDR=AWAY).status_code == 302


def test_a_known_address_passes_with_any_browser(cast, known, sign_in_by_form):
    lock_out(cast.alice.email)
    assert sign_in_by_form(Client(REMOTE_ADDR=HOME), cast.alice.email).status_code == 302


def test_an_unknown_browser_elsewhere_waits(cast, known, sign_in_by_form):
    lock_out(cast.alice.email)
    refused = sign_in_by_form(Client(REMOTE_ADDR=AWAY), cast.alice.email)
    assert (refused.status_code, SESSION_KEY in refused.client.session) == (422, False)
    assert sign_in_by_form(Client(REMOTE_ADDR=AWAY), cast.bob.email).status_code == 302


def test_a_browser_known_of_somebody_else_waits_too(cast, known, sign_in_by_form):
    lock_out(cast.bob.email)
    assert sign_in_by_form(known, cast.bob.email, REMOTE_ADDR=AWAY).status_code == 422


def test_a_cookie_that_we_did_not_sign_is_worth_nothing(cast, sign_in_by_form):
    lock_out(cast.alice.email)
    browser = Client(REMOTE_ADDR=AWAY)
    for made_up in ("x", str(cast.alice.id), f'{{"id": "x", "people": ["{cast.alice.id}"]}}', "a:b:c"):
        browser.cookies[devices.COOKIE] = made_up
        assert sign_in_by_form(browser, cast.alice.email).status_code == 422


def test_a_known_browser_guesses_no_more_than_others(cast, known, sign_in_by_form):
    answers = [sign_in_by_form(known, cast.alice.email, "wrong").status_code for _ in range(5)]
    assert answers == [422, 422, 422, 422, 429]
    assert sign_in_by_form(known, cast.alice.email).status_code == 429


def test_somebody_at_the_same_address_does_not_shut_a_known_browser_out(cast, known, sign_in_by_form):
    answers = [sign_in_by_form(Client(REMOTE_ADDR=HOME), cast.alice.email, "wrong").status_code for _ in range(5)]
    assert answers[-1] == 429
    assert sign_in_by_form(known, cast.alice.email).status_code == 302


def test_tries_that_were_refused_do_not_count_on(owner, cast, sign_in_by_form):
    """Neither for the address that was locked out, nor for the person everywhere."""
    stranger = Client(REMOTE_ADDR=AWAY)
    for _ in range(60):
        sign_in_by_form(stranger, cast.alice.email, "wrong")
    assert factories.value(owner, "select sum(failures_since_start) from axes_accessattempt") == 5
    assert sign_in_by_form(Client(REMOTE_ADDR=HOME), cast.alice.email).status_code == 302
    owner.execute("update axes_accessattempt set attempt_time = attempt_time - interval '15 minutes'")
    assert sign_in_by_form(stranger, cast.alice.email).status_code == 302


def test_the_person_is_told_once_and_a_link_in_the_mail_lets_them_in(cast, sign_in_by_form, sent_mail):
    lock_out(cast.alice.email)
    lock_out_again = sign_in_by_form(Client(REMOTE_ADDR=AWAY), cast.alice.email)
    assert lock_out_again.status_code == 422
    (message,) = sent_mail(1)
    assert (message.to, message.subject) == ([cast.alice.email], "Sign-in to VERSO is paused")
    (address,) = re.findall(r"https?://\S+/accounts/known-browser/\S+/", message.body)
    assert address.startswith(settings.SITE_URL)
    browser = Client(REMOTE_ADDR=AWAY)
    assert browser.get(address.removeprefix(settings.SITE_URL)).url == "/accounts/login/"
    page = browser.get("/accounts/login/")
    assert "This browser can sign in now. Enter your password." in page.text
    assert SESSION_KEY not in browser.session, "the link alone lets nobody in"
    assert sign_in_by_form(browser, cast.alice.email, "wrong").status_code == 422
    assert sign_in_by_form(browser, cast.alice.email).status_code == 302
    assert sign_in_by_form(browser, cast.bob.email).status_code == 302


def test_a_lockout_of_one_address_is_told_too(cast, sign_in_by_form, sent_mail):
    for _ in range(7):
        sign_in_by_form(Client(REMOTE_ADDR=AWAY), cast.alice.email, "wrong")
    assert sent_mail(1)[0].to == [cast.alice.email]


def test_nobody_is_told_of_an_account_that_is_not_there(sign_in_by_form, sent_mail):
    lock_out("stranger@verso.example")
    sent_mail(0)


@pytest.mark.parametrize("spoilt", ["over", "changed", "guessed"])
def test_a_link_that_is_over_or_not_ours_makes_no_browser_known(cast, time_machine, spoilt):
    token = devices.link_token(cast.alice.id)
    if spoilt == "over":
        time_machine.move_to(timezone.now() + timedelta(days=1, seconds=5))
    token = {"over": token, "changed": token[:-2] + "xx", "guessed": str(cast.alice.id)}[spoilt]
    answer = Client().get(f"/accounts/known-browser/{token}/")
    assert (answer.status_code, devices.COOKIE in answer.cookies) == (410, False)


def test_the_cookie_is_for_the_server_alone_and_keeps_the_latest_people(owner, cast, sign_in_by_form, rf):
    client = Client(REMOTE_ADDR=HOME)
    people = [factories.add_person(owner, f"Person{n} Sample") for n in range(10)]
    for person in people:
        signed_out(client, sign_in_by_form, person)
    cookie = client.cookies[devices.COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (
        True,
        "Lax",
        "/",
        400 * 86400,
    )
    request = rf.get("/", headers={"cookie": f"{devices.COOKIE}={cookie.value}"})
    assert [bool(devices.device_of(request, person.email)) for person in people] == [False] * 2 + [True] * 8
