"""Every address × every kind of person × GET and POST × own, foreign and nobody's ids (A1), from ``urls.csv``.

A row is an address and whose ids stand in it; a cell is what a person gets for GET and for an empty POST:
a status, ``in`` when sent to sign in, ``to`` when sent elsewhere. An address without a row fails.
"""

import csv
import re
from fnmatch import fnmatch
from pathlib import Path

import pytest
from django.db import connection, transaction

from audit.identity import SYSTEM_PROFILE_ID, acting_as
from investors.models import Profile
from tests.matrix.pages import OUTSIDE, PEOPLE, House, addresses, cases

TABLE = Path(__file__).with_name("urls.csv")
with TABLE.open() as file:
    ROWS = list(csv.DictReader(file))
REFUSED = {"404", "403", "405", "in"}


def row_of(path: str) -> list[dict]:
    """The rows of an address: by its own name, else by the first pattern that fits (for the admin's many)."""
    exact = [row for row in ROWS if row["address"] == path]
    if exact:
        return exact
    pattern = next((row["address"] for row in ROWS if fnmatch(path, row["address"])), None)
    return [row for row in ROWS if row["address"] == pattern]


def test_every_address_has_its_row_and_every_row_an_address():
    there = addresses()
    assert [path for path in there if not row_of(path)] == []
    assert [row["address"] for row in ROWS if not any(row in row_of(path) for path in there)] == []
    for path in there:
        assert [row["ids"] for row in row_of(path)] == cases(path), path


def test_every_row_says_something_about_everybody():
    for row in ROWS:
        for person in PEOPLE:
            assert re.fullmatch(r"(\d{3}|in|to) (\d{3}|in|to)", row[person]), (row["address"], person)


@pytest.fixture
def house(owner, cast, deal, app_connection):
    return House(owner, cast, deal, app_connection)


@pytest.fixture
def browsers(house, sign_in, client):
    found = {name: sign_in(person) for name, person in house.people.items() if person} | {"anonymous": client}
    with acting_as(house.cast.ada.id):
        Profile.objects.filter(pk=house.people["disabled"].id).update(is_active=False)
    return found


GROUPS = {
    "investor": lambda path: not path.startswith(("staff/", "admin/", "accounts/")),
    "entrance": lambda path: path.startswith("accounts/"),
    "deals": lambda path: path.startswith("staff/deals/") and "/lots/" not in path and "/book/" not in path,
    "inventory": lambda path: path.startswith("staff/deals/") and ("/lots/" in path or "/book/" in path),
    "desk": lambda path: path.startswith("staff/") and not path.startswith("staff/deals/"),
    "admin": lambda path: path.startswith("admin/"),
}


@pytest.mark.parametrize("group", ["investor", "deals", "inventory"])
def test_foreign_and_missing_are_answered_alike(house, browsers, group):
    """The same status and the same page, but for what every request has of its own."""
    for path in filter(GROUPS[group], addresses()):
        if "foreign" not in cases(path):
            continue
        urls = ["/" + filled(path, house.ids(path, case)) for case in ("foreign", "random")]
        for person in ("alice", "bob", "pending", "lawyer", "sam"):
            foreign, missing = (ask(browsers[person], "get", url)[0] for url in urls)
            if foreign.status_code == 404:
                assert said(foreign, urls[0]) == said(missing, urls[1]), (path, person)


def said(response, url: str) -> tuple:
    own = r'(nonce|value)="[^"]*"|"X-CSRFToken": "[^"]*"'
    text = re.sub(own, "", response.content.decode().replace(url, ""))
    return response.status_code, text.replace(response["X-Request-ID"], "")


@pytest.mark.parametrize("group", GROUPS)
def test_who_gets_what(house, browsers, group):
    before, wrong = state(), []
    for path in filter(GROUPS[group], addresses()):
        for row in row_of(path):
            for person in PEOPLE:
                wrong += differences(house, browsers, before, path, row, person)
    assert wrong == []


def differences(house, browsers, before, path, row, person) -> list[str]:
    url = "/" + filled(path, house.ids(path, row["ids"]) if row["ids"] != "-" else {})
    names = OUTSIDE if person == "outside" and path.startswith("deals/<") else [person]
    found = []
    for name in names:
        for method, expected in zip(("get", "post"), row[person].split(), strict=True):
            response, after = ask(browsers[name], method, url)
            tried = f"{method} {path} ({row['ids']}) as {name}: {outcome(response)}"
            if outcome(response) != expected:
                found.append(f"{tried}, not {expected}")
            if after and after != before:
                found.append(f"{tried}, refused, and yet something changed")
    return found


def filled(path: str, ids: dict) -> str:
    path = re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", path).translate({ord("^"): None, ord("$"): None})
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(ids[match[1]]), path)


def ask(browser, method: str, url: str):
    """One request and whether it wrote anything of the business; all of it is taken back."""
    cookies = dict(browser.cookies)
    with transaction.atomic():
        response = getattr(browser, method)(url)
        if response.streaming:
            list(response)  # to its end, which closes the file
        wrote = method == "post" and outcome(response) in REFUSED and has_written() and state()
        transaction.set_rollback(True)
    browser.cookies.clear()
    browser.cookies.update(cookies)
    return response, wrote


def has_written() -> bool:
    """Whether the open transaction has written a row of any table, a session's too."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_current_xact_id_if_assigned() is not null")
        return cursor.fetchone()[0]


def outcome(response) -> str:
    if response.status_code in (301, 302, 303):
        return "in" if "/accounts/login/" in response["Location"] else "to"
    return str(response.status_code)


# Where a column keeps a secret, the others.
COLUMNS = {
    "profiles": "id, role, display_name, email, title, created_at, has_password, session_stamp, last_login,"
    " is_active, time_zone, language",
    "invite_links": "id, deal_id, role, expires_at, max_uses, used_count, created_by, created_at, email, revoked_at",
}
STATE = "select " + ", ".join(
    "(select md5(coalesce(string_agg(t::text, '|' order by t::text), ''))"
    f" from (select {COLUMNS.get(table, '*')} from {table}) t)"
    for table in (
        "profiles", "investors", "investor_users", "deals", "deal_memberships", "invite_links", "fee_plans",
        "fee_components", "share_lots", "share_sources", "reservations", "allocations", "deal_commitments",
        "approvals", "positions", "documents", "vehicles",
    )
)  # fmt: skip


def state() -> tuple:
    """A digest of every table of the business, as an administrator sees it."""
    with acting_as(SYSTEM_PROFILE_ID), connection.cursor() as cursor:
        cursor.execute(STATE)
        return cursor.fetchone()
