"""Values at their edges: whatever is typed into an address or a form of any page, the answer is no fault of ours.

Which words of an address a page reads is found by asking it; what its forms send, from the page itself.
"""

from html.parser import HTMLParser

import pytest
from django.db import transaction
from django.forms import BaseForm
from django.http import QueryDict

from tests import factories
from tests.matrix.pages import House, addresses
from tests.matrix.test_urls import filled
from tests.sql.holds import refusal

pytestmark = pytest.mark.django_db(transaction=True)

EDGES = ["999999999999999.99999999", "1" + "0" * 26, "9" * 5_000, "-1", "NaN", "9223372036854775808", "²", "9999-12-31",
         "0001-01-01", "9999-12-31T23:59", "x" * 3_000]  # fmt: skip
ALONE = {"q", "page"}  # beside others: what one finds nothing by asks nothing of the rest
GROUPS = {
    "investor": ("alice", lambda path: not path.startswith(("staff/", "admin/", "accounts/"))),
    "entrance": ("alice", lambda path: path.startswith("accounts/") and "logout" not in path),
    "deals": ("ada", lambda path: path.startswith("staff/deals/") and "/lots/" not in path and "/book/" not in path),
    "inventory": ("ada", lambda path: path.startswith("staff/deals/") and ("/lots/" in path or "/book/" in path)),
    "desk": ("ada", lambda path: path.startswith("staff/") and not path.startswith("staff/deals/")),
}


@pytest.fixture
def house(owner, cast, deal, app_connection):
    return House(owner, cast, deal, app_connection)


@pytest.fixture
def browser(house, sign_in):
    def of(name):
        browser = sign_in(house.people[name])
        browser.raise_request_exception = False
        return browser

    return of


@pytest.fixture
def read(monkeypatch):
    """The words that pages look for in their address, as they ask for them."""
    asked, get, item = set(), QueryDict.get, QueryDict.__getitem__
    monkeypatch.setattr(QueryDict, "get", lambda self, key, default=None: asked.add(key) or get(self, key, default))
    monkeypatch.setattr(QueryDict, "__getitem__", lambda self, key: asked.add(key) or item(self, key))
    return asked


def ask(browser, method: str, url: str, data: dict):
    """The answer; all that it changed is taken back, but by the page that has a transaction of its own."""
    cookies = dict(browser.cookies)
    if method == "post" and url.endswith("/reserve/"):
        return browser.post(url, data)
    with transaction.atomic():
        response = getattr(browser, method)(url, data)
        transaction.set_rollback(True)
    if response.streaming:  # a file, which the server would close
        response.close()
    browser.cookies.clear()
    browser.cookies.update(cookies)
    return response


class Forms(HTMLParser):
    """The forms of a page that are posted: where to, and what each field holds."""

    def __init__(self, page: str):
        super().__init__()
        self.found, self.form, self.text = [], None, None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "form" and given.get("method") == "post":
            self.form = {}
            self.found.append((given.get("action"), self.form))
        elif tag == "form":
            self.form = None
        elif self.form is not None and tag in ("input", "select", "textarea", "button") and given.get("name"):
            chosen = given.get("type") not in ("radio", "checkbox") or "checked" in given
            if chosen or given["name"] not in self.form:
                self.form[given["name"]] = given.get("value") or ""
            self.text = given["name"] if tag == "select" else None
        elif tag == "option" and self.text and (self.form[self.text] == "" or "selected" in given):
            self.form[self.text] = given.get("value") or ""

    def handle_endtag(self, tag):
        if tag == "form":
            self.form = None


def pages(house, group):
    person, wanted = GROUPS[group]
    for path in filter(wanted, addresses()):
        yield person, "/" + filled(path, house.ids(path, "own"))


@pytest.mark.parametrize("group", GROUPS)
def test_no_address_makes_a_page_fail(house, browser, read, group):
    wrong, tried = [], 0
    visitor = browser(GROUPS[group][0])
    for _person, url in pages(house, group):
        read.clear()
        ask(visitor, "get", url, {})
        words = set(read)
        if ask(visitor, "get", url, {"page": EDGES}).status_code >= 500:  # one that links may only carry on
            wrong.append((url, "page", EDGES))
        tried += len(EDGES)
        for value in EDGES:
            read.clear()
            together = dict.fromkeys(words - ALONE, value)
            status = ask(visitor, "get", url, together).status_code if together else 200
            wrong += [(url, tuple(together), value[:40])] if status >= 500 else []
            seen = read & together.keys() if status == 200 else set()
            for word in sorted(words - seen):
                status = ask(visitor, "get", url, {word: value}).status_code
                wrong += [(url, word, value[:40])] if status >= 500 else []
            tried += len(words)
    assert wrong == []
    assert tried > 100


@pytest.mark.parametrize("group", GROUPS)
def test_no_field_makes_a_form_fail(house, browser, group):
    wrong, tried = [], set()
    visitor = browser(GROUPS[group][0])
    for _person, url in pages(house, group):
        page = ask(visitor, "get", url, {})
        if page.status_code != 200 or "html" not in page["Content-Type"]:
            continue
        for action, fields in Forms(page.content.decode()).found:
            to = action or url
            names = {name for name in fields if (to, name) not in tried} - {"csrfmiddlewaretoken"}
            tried |= {(to, name) for name in names}  # what stands on every page is tried once
            for value in EDGES:
                wrong += failures(visitor, to, fields, names, value)
    assert wrong == []
    assert len(tried) > 2


def failures(visitor, to: str, fields: dict, names: set, value: str) -> list[tuple]:
    """Which of these fields make the form fail at this value: each of them, in as few requests as tell.

    A field that the form refuses by itself comes no further alone; those it takes may all be saved at once.
    """
    failed = []

    def send(typed: set):
        response = ask(visitor, "post", to, fields | dict.fromkeys(typed, value))
        if response.status_code >= 500:
            failed.append((to, sorted(typed), value[:40]))
        return response

    left = names - refused(send(names)) if len(names) > 1 else set(names)
    saved = len(left) > 1 and send(left).status_code in (302, 303)
    for name in () if saved else sorted(left):
        send({name})
    return failed


def refused(response) -> set[str]:
    """The fields that the forms of an answer say something against."""
    values = (value for part in response.context or () for layer in part.dicts for value in layer.values())
    bound = {form for form in values if isinstance(form, BaseForm) and form.is_bound}
    return {form.add_prefix(name) for form in bound for name in form.errors}


MOST_UNITS, MOST_PRICE = "999999999999999.99999999", "999999999999.999999"


def test_pages_show_what_stands_at_the_bounds(owner, house, browser):
    """The largest units, prices and dates that the tables take, in one house; a value may be their product."""
    deal, investor = house.deal.id, house.cast.aldgate
    owner.execute("update deals set offer_unit_price = %s, close_at = '2199-12-31' where id = %s", [MOST_PRICE, deal])
    factories.add_lot(owner, deal, MOST_UNITS, "0.9", acquired_at="1900-01-01", lockup_until="2199-12-31")
    factories.add_hold(owner, deal, investor, "999.99999999", proposed_unit_price=MOST_PRICE)
    owner.execute("update positions set units = %s, cost_basis = %s", [MOST_UNITS, "999999999999999.00"])
    owner.execute("update valuations set nav_per_unit = %s, as_of_date = '2199-12-31'", [MOST_PRICE])
    wrong = []
    for group, (person, _wanted) in GROUPS.items():
        visitor = browser(person)
        for _person, url in pages(house, group):
            for query in ({}, {"units": "999"}, {"format": "csv"}):
                if ask(visitor, "get", url, query).status_code >= 500:
                    wrong.append((url, query))
    assert wrong == []


@pytest.mark.parametrize(
    "statement",
    [
        "update share_lots set unit_cost = 999999999999, units_total = 999999999999999",
        "update reservations set proposed_unit_price = 999999999999, requested_units = 1000000",
        "update deal_commitments set unit_price = 999999999999, requested_units = 1000000",
        "update allocations set unit_price = 999999999999, units = 1000000",
        "update share_lots set acquired_at = '9999-12-31'",
        "update share_lots set lockup_until = 'infinity'",
        "update deals set close_at = '9999-12-31'",
        "update deals set close_at = 'infinity'",
        "update invite_links set expires_at = '9999-12-31'",
        "update valuations set as_of_date = '0001-01-01'",
    ],
)
def test_tables_take_nothing_beyond_the_bounds(owner, house, statement):
    assert refusal(owner.execute, statement)[0] == "23514"


def test_what_would_cost_too_much_is_refused_where_it_is_typed(owner, house, browser):
    owner.execute("update deals set offer_unit_price = 999999999999 where id = %s", [house.deal.id])
    mallory, ada = browser("mallory"), browser("ada")
    room, desk = f"/deals/{house.deal.code}/", f"/staff/deals/{house.deal.code}/"
    sentence = "At this price the amount is too large."
    assert mallory.get(f"{room}cost/", {"units": "1000000"}).status_code == 204
    typed = {"units": "1000000", "price": "999999999999"}
    assert sentence in mallory.post(f"{room}reserve/", typed).content.decode()
    typed = {"investor": house.cast.aldgate, "units": "1000000", "unit_price": "999999999999", "hold_minutes": "30"}
    assert sentence in ada.post(f"{desk}book/reserve/", typed).content.decode()
    typed = {"units": "1000000", "unit_cost": "999999999999", "lot_id": house.here.source}
    assert sentence in ada.post(f"{desk}lots/add/", typed).content.decode()
