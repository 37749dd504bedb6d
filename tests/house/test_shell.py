"""The frame around every page: where one can go, what waits there, the theme, and the pages of errors."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import include, path

from desk import views
from ui import context_processors
from ui.context_processors import Shell


def _page(request):
    """Stands for a page."""


def _app(app: str, **pages: str):
    return include(([path(address, _page, name=name) for name, address in pages.items()], app))


urlpatterns = [
    path("", _page, name="home"),
    path("", _app("deals", list="deals/", commitments="commitments/")),
    path("", _app("portfolio", positions="portfolio/")),
    path("staff/", _app("staff", desk="", approvals="approvals/")),
    path("staff/", _app("deals_staff", list="deals/")),
    path("theme/", _page, name="theme"),
]
pytestmark = pytest.mark.urls(__name__)


@pytest.fixture(autouse=True)
def _nothing_waits(settings):
    settings.NAV_COUNTS = []


def person(role: str = "investor", name: str = "Alice Aldgate"):
    return SimpleNamespace(
        is_authenticated=True,
        is_staff=role != "investor",
        role=role,
        display_name=name,
        email="alice@verso.example",
    )


def shell_at(address: str, user=None, **cookies) -> Shell:
    request = RequestFactory().get(address)
    request.COOKIES.update(cookies)
    request.user = user or AnonymousUser()
    return Shell(request)


def places(shell: Shell) -> list[str]:
    return [item["place"].name for item in shell.nav]


def test_a_place_without_a_page_is_left_out_and_strangers_have_none():
    assert places(shell_at("/", person())) == [
        "home",
        "deals:list",
        "deals:commitments",
        "portfolio:positions",
    ]
    assert places(shell_at("/staff/", person("staff_ops"))) == [
        "staff:desk",
        "staff:approvals",
        "deals_staff:list",
    ]
    assert places(shell_at("/")) == []


@pytest.mark.parametrize(
    "address, here",
    [
        ("/", "home"),
        ("/deals/", "deals:list"),
        ("/deals/northlight_2027/", "deals:list"),
        ("/elsewhere/", None),
    ],
)
def test_the_place_one_is_at_is_marked(address, here):
    marked = [item["place"].name for item in shell_at(address, person()).nav if item["here"]]
    assert marked == ([here] if here else [])


def test_the_desk_covers_only_itself():
    marked = [i["place"].name for i in shell_at("/staff/deals/x/", person("staff_rm")).nav if i["here"]]
    assert marked == ["deals_staff:list"]


@pytest.mark.parametrize("count, theirs", [(0, ["home", "deals:list"]), (1, None)])
def test_who_acts_for_no_investor_has_no_places_of_investors(settings, monkeypatch, count, theirs):
    every = places(shell_at("/", person()))
    monkeypatch.setattr(f"{__name__}._waiting", lambda request: {context_processors.INVESTORS: count})
    settings.NAV_COUNTS = [f"{__name__}._waiting"]
    assert places(shell_at("/", person())) == (theirs or every)


def _waiting(request) -> dict[str, int]:
    return {"home": 3, "deals:list": 1}


def test_counts_come_from_the_rooms_and_error_pages_ask_nobody(settings):
    settings.NAV_COUNTS = [f"{__name__}._waiting"]
    shell = shell_at("/", person())
    assert {i["place"].name: i["count"] for i in shell.nav if i["count"]} == {"home": 3, "deals:list": 1}
    quiet = shell_at("/", person())
    quiet._request.without_counts = True
    assert [i["count"] for i in quiet.nav] == [0, 0, 0, 0]
    assert shell_at("/").counts == {}


def test_who_is_here():
    ada = shell_at("/staff/", person("staff_admin", "Ada van Dorn"))
    assert (ada.portal, ada.initials, str(ada.role), ada.home_url) == (
        "staff",
        "AD",
        "Administrator",
        "/staff/",
    )
    alice = shell_at("/", person())
    assert (alice.portal, alice.initials, alice.role) == ("investor", "AA", "alice@verso.example")
    assert shell_at("/", person(name="")).initials == "A"


@pytest.mark.parametrize(
    "cookie, theme, other", [("dark", "dark", "light"), ("light", "light", "dark"), ("x", "", "dark")]
)
def test_only_the_two_themes_are_known(cookie, theme, other):
    shell = shell_at("/", theme=cookie)
    assert (shell.theme, shell.other_theme) == (theme, other)


def test_django_htmx_finds_its_nonce():
    request = RequestFactory().get("/")
    request.csp_nonce = "abc"
    assert context_processors.shell(request)["csp_nonce"] == "abc"


# ---------- the theme


def post_theme(**fields):
    return views.theme(RequestFactory().post("/theme/", fields))


def test_the_theme_is_kept_in_a_cookie_and_one_is_taken_back():
    response = post_theme(theme="dark", next="/deals/?q=a")
    assert (response.status_code, response["Location"]) == (302, "/deals/?q=a")
    cookie = response.cookies["theme"]
    assert (cookie.value, cookie["samesite"], cookie["httponly"]) == ("dark", "Lax", True)


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "\\\\evil", "javascript:alert(1)", ""])
def test_the_theme_leads_nowhere_else(target):
    assert post_theme(theme="light", next=target)["Location"] == "/"


def test_an_unknown_theme_follows_the_system_again():
    assert post_theme(theme="neon").cookies["theme"]["max-age"] == 0


def test_the_theme_is_not_changed_by_a_link():
    assert views.theme(RequestFactory().get("/theme/")).status_code == 405


# ---------- errors


@pytest.mark.parametrize(
    "view, status, words",
    [
        (views.bad_request, 400, "This request could not be read"),
        (views.forbidden, 403, "Your role does not allow this"),
        (views.not_found, 404, "There is nothing here for you"),
        (views.csrf_failure, 403, "This page was open for too long"),
        (views.too_many_attempts, 429, "You can try again in 15 minutes."),
    ],
)
@pytest.mark.parametrize("user", [AnonymousUser(), person(), person("staff_ops")], ids=str)
def test_errors_have_their_own_pages_on_both_sides(view, status, words, user, settings):
    settings.NAV_COUNTS = ["nobody.asks.this"]
    request = RequestFactory().get("/deals/")
    request.user, request.id = user, "3f0c9a52"
    response = view(request)
    page = response.content.decode()
    assert response.status_code == status
    assert words in page and "Reference 3f0c9a52" in page
    assert page.count("<h1") == 1
    assert ('class="rail' in page) is user.is_authenticated


def test_the_page_of_a_broken_server_needs_neither_request_nor_database():
    page = render_to_string("500.html", {"request_id": "3f0c9a52"})
    assert "Something went wrong on our side" in page and "3f0c9a52" in page
    assert "<script" not in page


def test_too_many_attempts_say_when_to_come_back():
    request = RequestFactory().post("/accounts/login/")
    request.user = AnonymousUser()
    assert views.too_many_attempts(request)["Retry-After"] == "900"
