"""Headers are typed by whoever asks: none of them is trusted to be well formed, and none makes a page fail."""

import pytest
from django.test import Client

from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

NASTY = {
    "nul": "a\0b",
    "not text": "\xff\xfe\x80",
    "a broken address": "http://[",
    "two slashes": "//evil.example",
    "signs": "\";',=%00%zz=?",
    "long": "x" * 9000,
    "unknown": "unknown",
    "spaces": " , ,",
    "escape": "\x1b[31m",
    "surrogate": "%ed%a0%80",
}
HEADERS = [
    "User-Agent", "Accept", "Accept-Language", "Accept-Encoding", "Referer", "Origin", "If-None-Match",
    "If-Modified-Since", "Range", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "X-Requested-With",
    "X-CSRFToken", "X-Poll", "HX-Request", "HX-Current-URL", "HX-Target", "HX-Trigger", "HX-Trigger-Name",
    "HX-Prompt", "HX-Boosted", "HX-History-Restore-Request", "Authorization", "X-Request-ID",
]  # fmt: skip


@pytest.mark.parametrize("nasty", NASTY.values(), ids=NASTY)
def test_no_header_makes_a_page_fail(cast, sign_in, settings, nasty):
    settings.TRUSTED_PROXIES = 1
    asked = {"headers": dict.fromkeys(HEADERS, nasty)}
    assert sign_in(cast.alice).get("/profile/", **asked).status_code < 500
    assert Client().get("/profile/", **asked).status_code < 500
    wrong = {"login": cast.alice.email, "password": "not it"}
    assert Client().post("/accounts/login/", wrong, **asked).status_code == 422
    assert Client().post("/accounts/password/reset/", {"email": "x@verso.example"}, **asked).status_code == 302


@pytest.mark.parametrize("current", ["http://[", "//[", "http://[::1", "\0", "http://h:port/deals/"])
def test_an_ended_session_leads_to_sign_in_wherever_the_page_says_it_is(cast, sign_in, settings, current):
    settings.SESSION_IDLE_MINUTES = {"staff": 0, "investor": 0}
    answer = sign_in(cast.alice).get("/profile/", headers={"HX-Request": "true", "HX-Current-URL": current})
    assert answer.status_code in (200, 400)
    if answer.status_code == 200:
        assert answer["HX-Redirect"].startswith("/accounts/login/?ended=idle")


@pytest.mark.parametrize("name", ["session", "device", "csrftoken", "theme", "django_language", "messages", "other"])
@pytest.mark.parametrize("kept", ['"abcdefgh\\000"', '"\\377\\376"', "\xff", "a=b", '"', "x" * 4000])
def test_no_cookie_makes_a_page_fail(cast, name, kept):
    for address in ("/accounts/login/", "/profile/"):
        assert Client(headers={"cookie": f"{name}={kept}"}).get(address).status_code < 500


@pytest.mark.parametrize("address", ["/deals/a%00b/", "/invite/%00/", "/accounts/set-password/%00/", "/static/%00"])
def test_an_address_with_a_nul_makes_no_page_fail(cast, sign_in, address):
    assert sign_in(cast.alice).get(address).status_code in (400, 404, 410)


@pytest.mark.parametrize(
    "forwarded", ["203.0.113.6:40001", "[2001:db8::1]:40000", "[2001:db8::1]", "unknown", "_hidden", "203.0.113.6, -"]
)
def test_signing_in_behind_a_proxy_that_writes_more_or_less_than_an_address(cast, settings, forwarded):
    settings.TRUSTED_PROXIES = 1
    client = Client(headers={"x-forwarded-for": forwarded})
    wrong = {"login": cast.alice.email, "password": "not it"}
    assert client.post("/accounts/login/", wrong).status_code == 422
    right = {"login": cast.alice.email, "password": factories.PASSWORD}
    assert client.post("/accounts/login/", right).status_code == 302
