"""Forgotten, changed and first passwords, through the pages."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connections
from django.test import Client
from django.utils.crypto import get_random_string

from audit.identity import acting_as
from investors import services
from investors.models import Profile
from tests import factories
from tests.investors.conftest import lock_out
from tests.sql.password_links import live_hashes, password_of

pytestmark = pytest.mark.django_db(transaction=True)

NEW = "a sentence that is easy to keep"
TWICE = {"password1": NEW, "password2": NEW}


def link_in(text):
    (address,) = re.findall(r"https?://\S+/accounts/set-password/[\w-]+/", text)
    return address.removeprefix(settings.SITE_URL)


def make_link(maker, person_id):
    with acting_as(maker.id):
        person = Profile.objects.get(pk=person_id)
        return link_in(services.make_password_link(acting_user=maker.profile, person=person))


@pytest.fixture
def wanda(owner):
    return factories.add_person(owner, "Wanda Waiting", password="!waiting")


# --- forgotten


def test_a_forgotten_password_is_set_by_mail_once_and_ends_other_sessions(
    cast, browser, sign_in, sign_in_by_form, sent_mail
):
    elsewhere = sign_in(cast.alice)
    response = browser.post("/accounts/password/reset/", {"email": "ALICE@verso.example"})
    assert response.url == "/accounts/password/reset/done/"
    (message,) = sent_mail()
    assert (message.to, message.subject) == (["alice@verso.example"], "A new password for VERSO")
    address = link_in(message.body)
    assert browser.get(address).url == "/accounts/set-password/"
    assert "alice@verso.example" in browser.get("/accounts/set-password/").text
    assert browser.post("/accounts/set-password/", TWICE).url == "/accounts/login/"
    assert "Your password is set." in browser.get("/accounts/login/").text
    assert elsewhere.get("/profile/").status_code == 302
    assert Client().get(address).status_code == 410
    assert sign_in_by_form(Client(), cast.alice.email).status_code == 422
    assert sign_in_by_form(Client(), cast.alice.email, NEW).status_code == 302


@pytest.mark.parametrize("email", ["stranger@verso.example", "dora@verso.example"])
def test_the_answer_is_the_same_when_nobody_has_the_e_mail(owner, cast, sent_mail, email):
    factories.add_profile(owner, "Dora Disabled", is_active=False)
    answers = []
    for asked in (email, cast.alice.email):
        client = Client()
        response = client.post("/accounts/password/reset/", {"email": asked})
        page = client.get(response.url)
        answers.append((response.status_code, response.url, re.sub(r"[\w+/=-]{20,}", "", page.text)))
    assert answers[0] == answers[1]
    (message,) = sent_mail()
    assert message.to == [cast.alice.email]


def test_the_link_leads_to_the_configured_address_whatever_the_request_says(cast, browser, sent_mail):
    host = {"host": "localhost", "x-forwarded-host": "evil.example"}
    browser.post("/accounts/password/reset/", {"email": cast.alice.email}, headers=host)
    assert f"{settings.SITE_URL}/accounts/set-password/" in sent_mail()[0].body
    assert "evil.example" not in sent_mail()[0].body


def test_a_reset_link_lives_an_hour(owner, cast, browser, sent_mail):
    browser.post("/accounts/password/reset/", {"email": cast.alice.email})
    address = link_in(sent_mail()[0].body)
    assert browser.get(address).status_code == 302
    owner.execute("update set_password_links set expires_at = expires_at - interval '1 hour'")
    assert browser.post("/accounts/set-password/", TWICE).status_code == 410
    assert password_of(owner, cast.alice.id) == factories.password_hash()


def ask_from_elsewhere(number, email):
    return Client(REMOTE_ADDR=f"203.0.113.{number}").post("/accounts/password/reset/", {"email": email}).status_code


def test_the_sixth_request_in_an_hour_for_one_person_sends_nothing_and_reads_alike(owner, cast, sent_mail):
    """However the address is typed; an answer that differs would tell who has an account."""
    typed = [cast.alice.email, "ALICE@verso.example", "alice@ｖerso.example", "ａlice@verso.example"] * 5
    assert [ask_from_elsewhere(n, email) for n, email in enumerate(typed)] == [302] * 20
    assert [ask_from_elsewhere(n, "stranger@verso.example") for n in range(20, 27)] == [302] * 7
    assert {message.to[0] for message in sent_mail(5)} == {cast.alice.email}
    owner.execute("update set_password_links set created_at = created_at - interval '1 hour'")
    ask_from_elsewhere(30, cast.alice.email)
    sent_mail(6)


def test_strangers_do_not_use_up_the_mails_of_the_owner(cast, sign_in_by_form, sent_mail):
    mine, address = Client(REMOTE_ADDR="198.51.100.1"), "198.51.100.2"
    sign_in_by_form(mine, cast.alice.email)
    mine.post("/accounts/logout/")
    sign_in_by_form(Client(REMOTE_ADDR=address), cast.alice.email)
    for number in range(7):
        ask_from_elsewhere(number, cast.alice.email)
    sent_mail(5)
    mine.post("/accounts/password/reset/", {"email": cast.alice.email}, REMOTE_ADDR="198.51.100.77")
    sent_mail(6)
    Client(REMOTE_ADDR=address).post("/accounts/password/reset/", {"email": cast.alice.email})
    sent_mail(7)
    mine.post("/accounts/password/reset/", {"email": cast.bob.email})  # it is not Bob's browser
    assert sent_mail(8)[-1].to == [cast.bob.email]


def test_many_who_ask_at_once_send_five(cast, sent_mail):
    with ThreadPoolExecutor(10) as pool:

        def ask(number):
            answer = ask_from_elsewhere(number, cast.alice.email)
            connections.close_all()
            return answer

        assert set(pool.map(ask, range(10))) == {302}
    sent_mail(5)


def test_a_browser_that_sets_a_password_by_mail_is_known(cast, browser, sign_in_by_form, sent_mail):
    lock_out(cast.alice.email)
    browser.post("/accounts/password/reset/", {"email": cast.alice.email})
    browser.get(link_in(sent_mail(2)[1].body))
    browser.post("/accounts/set-password/", TWICE)
    assert sign_in_by_form(browser, cast.alice.email, NEW).status_code == 302


# --- first password, by a link of staff


def test_a_first_password_by_a_link_of_staff(owner, cast, wanda, browser, sign_in_by_form):
    address = make_link(cast.sam, wanda.id)
    for _ in range(3):  # opening it does not use it up: mail programs open links too
        assert browser.get(address).url == "/accounts/set-password/"
    assert browser.post("/accounts/set-password/", TWICE).url == "/accounts/login/"
    assert sign_in_by_form(browser, wanda.email, NEW).status_code == 302


def test_the_token_moves_to_a_session_with_a_new_key(cast, wanda, browser):
    """Else whoever planted a session cookie beforehand could set the password instead."""
    session = browser.session
    session["planted"] = True
    session.save()
    browser.cookies["session"] = session.session_key
    browser.get(make_link(cast.sam, wanda.id))
    assert browser.session.session_key != session.session_key
    planted = Client(headers={"cookie": f"session={session.session_key}"})
    assert planted.get("/accounts/set-password/").status_code == 410


def test_setting_it_signs_out_whoever_was_signed_in_here(cast, wanda, sign_in):
    client = sign_in(cast.sam)
    client.get(make_link(cast.sam, wanda.id))
    client.post("/accounts/set-password/", TWICE)
    assert client.get("/profile/").status_code == 302


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"password1": "short", "password2": "short"}, "password1"),
        ({"password1": "x" * 129, "password2": "x" * 129}, "password1"),
        ({"password1": "passwordpassword", "password2": "passwordpassword"}, None),
        ({"password1": "wanda@verso.example", "password2": "wanda@verso.example"}, "password1"),
        ({"password1": NEW, "password2": NEW + "!"}, "password2"),
        ({"password1": "", "password2": ""}, "password1"),
        ({"password1": "a" * 14, "password2": "a" * 14}, "password1"),
    ],
)
def test_a_weak_password_is_refused_and_the_link_still_works(owner, cast, wanda, browser, typed, field):
    browser.get(make_link(cast.sam, wanda.id))
    response = browser.post("/accounts/set-password/", typed)
    if field:
        assert (response.status_code, field in response.context["form"].errors) == (422, True)
        assert password_of(owner, wanda.id) == "!waiting"
        assert len(live_hashes(owner)) == 1
    else:
        assert response.status_code == 302


@pytest.mark.parametrize("length", [15, 128])
def test_the_shortest_and_the_longest_password(cast, wanda, browser, sign_in_by_form, length):
    password = get_random_string(length)
    browser.get(make_link(cast.sam, wanda.id))
    typed = {"password1": password, "password2": password}
    assert browser.post("/accounts/set-password/", typed).status_code == 302
    assert sign_in_by_form(browser, wanda.email, password).status_code == 302


def test_a_guessed_link_and_none_at_all_read_alike(browser):
    guessed = browser.get("/accounts/set-password/" + "A" * 43 + "/")
    none = browser.get("/accounts/set-password/")
    assert (guessed.status_code, none.status_code) == (410, 410)
    assert "Your password was not changed." in guessed.text and "Your password was not changed." in none.text


def test_guessing_is_slowed_down(browser):
    answers = [browser.get(f"/accounts/set-password/guess-{n}/").status_code for n in range(21)]
    assert answers == [410] * 20 + [429]


def test_twenty_people_with_one_link_set_one_password(owner, cast, wanda):
    address = make_link(cast.sam, wanda.id)
    clients = [Client() for _ in range(20)]
    for client in clients:
        client.get(address, REMOTE_ADDR=f"203.0.113.{clients.index(client)}")
    barrier, answers = threading.Barrier(20), []

    def set_password(number):
        typed = f"the sentence of number {number}"
        barrier.wait()
        response = clients[number].post("/accounts/set-password/", {"password1": typed, "password2": typed})
        answers.append((response.status_code, number))
        connections.close_all()

    threads = [threading.Thread(target=set_password, args=[n]) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(status for status, _ in answers) == [302] + [410] * 19
    winner = next(number for status, number in answers if status == 302)
    with acting_as(wanda.id):
        assert wanda.profile.check_password(f"the sentence of number {winner}")


# --- changed


def test_changing_it_needs_the_old_one_and_ends_other_sessions(cast, sign_in, sign_in_by_form, sent_mail):
    here, elsewhere = sign_in(cast.alice), sign_in(cast.alice)
    wrong = here.post("/accounts/password/change/", {"oldpassword": "wrong", **TWICE})
    assert wrong.context["form"].errors["oldpassword"] == ["This is not your current password."]
    right = here.post("/accounts/password/change/", {"oldpassword": factories.PASSWORD, **TWICE})
    assert right.url == "/profile/"
    assert "Your password is changed." in here.get("/profile/").text
    assert elsewhere.get("/profile/").status_code == 302
    assert sign_in_by_form(Client(), cast.alice.email, NEW).status_code == 302
    (message,) = sent_mail()
    assert (message.to, message.subject) == ([cast.alice.email], "Your VERSO password was changed")


def test_a_change_is_in_the_audit_log_without_the_password(owner, cast, alice_client, audit_rows):
    alice_client.post("/accounts/password/change/", {"oldpassword": factories.PASSWORD, **TWICE})
    (row,) = audit_rows("profiles.update")
    hidden = {"password": "[redacted]", "session_stamp": "[redacted]"}
    assert row == ("profiles.update", cast.alice.id, cast.alice.id, hidden)


def test_an_ended_session_leaves_the_database_no_identity(cast, sign_in, sign_in_by_form, sent_mail, audit_rows):
    """Its cookie still names Alice while the request is being answered."""
    here, elsewhere = sign_in(cast.alice), sign_in(cast.alice)
    here.post("/accounts/password/change/", {"oldpassword": factories.PASSWORD, **TWICE})
    assert sign_in_by_form(elsewhere, cast.alice.email, "wrong").status_code == 422
    assert [actor for _, actor, _, _ in audit_rows("profile.sign_in_refused")] == [None]
    sent_mail()
