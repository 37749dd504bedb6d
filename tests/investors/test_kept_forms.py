"""A form that is sent when the session is over survives signing in again: for its own person, and by a click."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from tests import factories
from tests.forms import filled, forms_of

pytestmark = pytest.mark.django_db(transaction=True)
START = dt.datetime(2027, 3, 1, 9, 0, tzinfo=dt.UTC)
FORM = "/accounts/form/"
LONG = "A long text\nof several lines"


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


@pytest.fixture
def browser():
    return Client(enforce_csrf_checks=True)


def sign_in(browser, person, address="/accounts/login/"):
    page = browser.get(address)
    fields = next(fields for _, fields in forms_of(page) if "login" in fields)
    return browser.post(address, fields | {"login": person.email, "password": factories.PASSWORD})


def offered(page) -> tuple[str, dict]:
    """The form that the page offers to send."""
    return next((leads, fields) for leads, fields in forms_of(page) if "Submit it now" in page.text and leads != FORM
                and leads != "/theme/" and "csrfmiddlewaretoken" in fields and "logout" not in leads)  # fmt: skip


def reason_of(owner, cast):
    return factories.value(owner, "select kyc_reason from investors where id = %s", cast.morland)


@pytest.fixture
def kyc(cast):
    return f"/staff/investors/{cast.morland}/kyc/"


def typed(browser, kyc):
    return filled(browser, kyc, kyc_status="in_review", kyc_reason=LONG)


def test_a_long_text_survives_signing_in_again(owner, cast, browser, clock, kyc):
    sign_in(browser, cast.sam)
    form = typed(browser, kyc)
    clock.shift(dt.timedelta(hours=2))
    answer = browser.post(kyc, form, headers={"referer": f"http://testserver{kyc}"})
    assert answer.url == "/accounts/login/?ended=idle&next=%2Faccounts%2Fform%2F"
    assert "Your entries are kept." in browser.get(answer.url).text
    assert sign_in(browser, cast.sam, answer.url).url == FORM
    page = browser.get(FORM)
    assert page.status_code == 200 and "of several lines" in page.text
    assert reason_of(owner, cast) == ""
    address, fields = offered(page)
    assert address == kyc and fields["kyc_reason"] == LONG
    assert browser.post(address, fields).status_code == 303
    assert reason_of(owner, cast) == LONG
    assert browser.get(FORM).url == "/"


def test_nobody_else_is_offered_it(owner, cast, browser, clock, kyc):
    sign_in(browser, cast.sam)
    form = typed(browser, kyc)
    clock.shift(dt.timedelta(hours=2))
    browser.post(kyc, form)
    sign_in(browser, cast.ada)
    assert browser.get(FORM).url == "/"
    sign_out = filled(browser, "/accounts/logout/", action="/accounts/logout/")
    browser.post("/accounts/logout/", sign_out)
    sign_in(browser, cast.sam)
    assert browser.get(FORM).url == "/"
    assert reason_of(owner, cast) == ""


def test_a_second_tab_that_signs_in_goes_on(owner, cast, browser, clock, kyc):
    sign_in(browser, cast.sam)
    form = typed(browser, kyc)
    clock.shift(dt.timedelta(hours=2))
    browser.get("/staff/")
    sign_in(browser, cast.sam)
    page = browser.post(kyc, form)
    assert page.status_code == 403 and "of several lines" in page.text
    assert reason_of(owner, cast) == ""
    address, fields = offered(page)
    assert browser.post(address, fields).status_code == 303
    assert reason_of(owner, cast) == LONG


def test_a_second_tab_of_somebody_else_is_no_way_on(owner, cast, browser, clock, kyc):
    sign_in(browser, cast.sam)
    form = typed(browser, kyc)
    clock.shift(dt.timedelta(hours=2))
    browser.get("/staff/")
    sign_in(browser, cast.ada)
    page = browser.post(kyc, form)
    assert page.status_code == 403 and "of several lines" not in page.text
    assert browser.get(FORM).url == "/"
    assert reason_of(owner, cast) == ""


def test_a_session_that_is_gone_keeps_it_too(owner, cast, browser, kyc):
    sign_in(browser, cast.sam)
    form = typed(browser, kyc)
    owner.execute("delete from django_session")
    answer = browser.post(kyc, form)
    assert answer.url == "/accounts/login/?next=%2Faccounts%2Fform%2F"
    sign_in(browser, cast.sam, answer.url)
    assert offered(browser.get(FORM))[1]["kyc_reason"] == LONG


def test_a_forged_form_is_never_kept(owner, cast, browser, clock, kyc):
    sign_in(browser, cast.sam)
    browser.get(kyc)
    clock.shift(dt.timedelta(hours=2))
    forged = {"kyc_status": "approved", "kyc_reason": "Forged", "csrfmiddlewaretoken": "a" * 64}
    assert "form" not in browser.post(kyc, forged).url
    sign_in(browser, cast.sam)
    assert browser.get(FORM).url == "/"
    page = browser.post(kyc, forged)
    assert page.status_code == 403 and "Forged" not in page.text
    assert browser.get(FORM).url == "/"


def test_passwords_are_never_kept(owner, cast, browser, clock):
    sign_in(browser, cast.sam)
    address = "/accounts/password/change/"
    form = filled(browser, address, oldpassword="x", password1="y", password2="z", action=address)
    clock.shift(dt.timedelta(hours=2))
    assert "form" not in browser.post(address, form).url
    assert "kept_form" not in browser.session


def test_too_much_leads_back_to_its_page(owner, cast, browser, clock, kyc):
    sign_in(browser, cast.sam)
    form = typed(browser, kyc) | {"kyc_reason": "a" * 60_001}
    clock.shift(dt.timedelta(hours=2))
    answer = browser.post(kyc, form, headers={"referer": f"http://testserver{kyc}"})
    assert answer.url == f"/accounts/login/?ended=idle&next={kyc.replace('/', '%2F')}"


@pytest.mark.parametrize("referer", ["http://testserver//evil.example/", "javascript:alert(1)", "//evil.example"])
def test_the_way_back_leads_nowhere_else(owner, cast, browser, clock, kyc, referer):
    sign_in(browser, cast.sam)
    form = typed(browser, kyc)
    clock.shift(dt.timedelta(hours=2))
    browser.post(kyc, form, headers={"referer": referer})
    sign_in(browser, cast.sam)
    discard = filled(browser, FORM, action=FORM)
    to = browser.post(FORM, discard).url
    assert to.startswith("/") and not to.startswith("//")
    assert browser.get(FORM).url == "/"
    assert reason_of(owner, cast) == ""
