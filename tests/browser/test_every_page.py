"""Every page, found by following links: axe finds nothing serious, in both themes, with data and with errors shown.

The walk starts where a person starts and opens one address of each view. A page that no link leads to fails.
"""

from collections import deque
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, get_resolver, resolve, reverse

from config import sample_data
from config.sample_data.cast import email_of

# Who walks from where. What another person's walk saw already is not walked again.
WALKS = {"alice": "/", "mallory": "/", "nils": "/", "larry": "/", "ada": "/staff/"}
MUST_SEE = {
    "home", "deals:list", "inventory:room", "inventory:reservations", "inventory:commit", "deals:commitments",
    "deals:commitment", "portfolio:positions", "documents:list", "operations:notices", "profile",
    "operations_staff:approvals", "operations_staff:jobs", "deals_staff:list", "inventory_staff:lots",
    "inventory_staff:book", "investors_staff:people", "investors_staff:investors", "audit_staff:log",
}  # fmt: skip
SERIOUS = {"serious", "critical"}
# Django's own pages, the same for every model.
ADMIN_ALIKE = ("_history", "_delete", "_add", "_change", "admin:logout")


@pytest.fixture
def sample_house(house_database, django_db_blocker, settings):
    """The sample data, committed."""
    settings.DATABASE_OWNER_URL = house_database.url_of("owner")
    settings.PASSWORD_HASHERS = settings.PASSWORD_HASHERS[1:]  # the web process knows no quick one
    with django_db_blocker.unblock():
        house_database.dirty = True
        assert sample_data.load()


def view_name(path: str) -> str | None:
    try:
        return resolve(urlsplit(path).path).view_name
    except Resolver404:
        return None


def links_of(page) -> list[str]:
    found = page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
    own = urlsplit(page.url).netloc
    return [urlsplit(link).path for link in found if urlsplit(link).netloc == own]


def findings(page) -> list[str]:
    """What axe finds serious on the page as it stands, one line each."""
    answer = Axe().run(page).response
    return [
        f"{page.url}: {problem['id']}: {node['html'][:160]}"
        for problem in answer["violations"]
        if problem["impact"] in SERIOUS
        for node in problem["nodes"][:3]
    ]


def refuse_every_form(page) -> list[str]:
    """Send each form of the page with nothing typed, and look at the answer."""
    found = []
    selector = "main form[method=post]"
    count = page.locator(selector).count()
    address = page.url
    for number in range(count):
        form = page.locator(selector).nth(number)
        if not form.locator("input:not([type=hidden]), textarea, select").count() or not form.is_visible():
            continue
        form.evaluate(
            "form => { form.noValidate = true; form.querySelectorAll('input:not([type=hidden]):not([type=checkbox])"
            ":not([type=radio]), textarea').forEach(field => { field.value = ''; }); }"
        )
        with page.expect_navigation():
            form.evaluate("form => HTMLFormElement.prototype.submit.call(form)")
        if page.locator("[aria-invalid=true], .field.bad, .note-box.bad").count():
            found += findings(page)
        page.goto(address)
    return found


def walk(page, start: str, seen: set[str]) -> list[str]:
    """Open one address of each view that links lead to; what axe finds on the way."""
    found, waiting = [], deque([start])
    while waiting:
        path = waiting.popleft()
        name = view_name(path)
        if path != start and (name is None or name in seen or name.endswith(ADMIN_ALIKE)):
            continue
        answer = page.request.get(path)
        if "text/html" not in answer.headers.get("content-type", ""):
            seen.add(name)
            continue
        assert page.goto(path).status == 200, path
        seen.add(name)
        waiting.extend(links_of(page))
        found += findings(page)
        if not name.startswith("admin:"):
            found += refuse_every_form(page)
    return found


@pytest.mark.walk
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_anywhere(sample_house, visit, theme):
    seen, found = set(), []
    stranger = visit(None, theme=theme, to="/accounts/login/")
    found += walk(stranger, "/accounts/login/", seen)
    for key, start in WALKS.items():
        page = visit(SimpleNamespace(email=email_of(key)), theme=theme, to=start)
        found += walk(page, start, seen)
    assert found == []
    assert MUST_SEE <= seen
    assert forgotten(seen, page) == []


def forgotten(seen: set[str], page) -> list[str]:
    """Pages without an id in their address that an administrator can open and that no link led to."""
    found = []
    for name in plain_names():
        path = reverse(name)
        if name in seen or name.startswith(("admin:", "account_", "set_password")):
            continue
        answer = page.request.get(path, max_redirects=0)
        if answer.status == 200 and "text/html" in answer.headers.get("content-type", ""):
            found.append(name)
    return found


def plain_names() -> list[str]:
    """The names of all addresses that need no id."""
    found = []

    def gather(resolver, namespace: str) -> None:
        for pattern in resolver.url_patterns:
            if hasattr(pattern, "url_patterns"):
                gather(pattern, f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace)
            elif pattern.name and "<" not in str(pattern.pattern):
                found.append(namespace + pattern.name)

    gather(get_resolver(), "")
    return sorted(set(found) - {"jsi18n", "autocomplete"})
