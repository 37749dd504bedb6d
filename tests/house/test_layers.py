"""The layers of design §2, in SQL as in Python: no object of an app names a table or function of an app above it."""

import re

import pytest

from tests.house.code import ROOT, TABLES_OF

SQL = ROOT / "migrations_sql"
# From the ground up.
LAYERS = [
    "lib", "audit", "house", "investors", "notifications", "approvals", "documents", "ledger", "portfolio", "deals",
    "inventory", "fees", "introducers", "operations",
]  # fmt: skip
HEIGHT = {app: height for height, app in enumerate(LAYERS)}
# What an object names above itself all the same, with the reason.
KNOWN = {
    ("lib/identity", "profiles"): "who acts is a profile, and every policy asks for its role",
    ("audit/audit_write", "profiles"): "a row keeps the role of whoever acted, whom it may name itself",
    ("audit/audit_write_many", "profiles"): "likewise",
    ("deals/deal_labels", "reservations"): "a name is read along every path by which somebody holds something there",
    ("deals/deal_labels", "allocations"): "likewise",
}
CODE = re.compile(r"--[^\n]*|'(?:[^']|'')*'|COMMENT ON[^;]*;", re.S)
MADE = re.compile(r"CREATE OR REPLACE (?:FUNCTION|PROCEDURE|VIEW) (?:app|public)\.(\w+)")
NAMED = re.compile(r"\b(?:app|public)\.(\w+)")


def objects():
    return sorted(SQL.glob("*/*.v*.sql"))


def app_of_each_name() -> dict[str, str]:
    """The app of every table, and of every function and view that its files make."""
    made = {name: path.parent.name for path in objects() for name in MADE.findall(path.read_text())}
    return made | {table: app for app, tables in TABLES_OF.items() for table in tables}


def named_above(app: str, text: str, owners: dict[str, str]) -> set[str]:
    names = set(NAMED.findall(CODE.sub("", text)))
    return {name for name in names if HEIGHT.get(owners.get(name, app), 0) > HEIGHT[app]}


def test_every_folder_of_sql_has_its_place():
    assert {path.name for path in SQL.iterdir() if path.is_dir()} - {"roles"} == HEIGHT.keys()


def test_no_object_names_what_stands_above_it():
    owners = app_of_each_name()
    found = {
        (f"{path.parent.name}/{path.name.partition('.')[0]}", name)
        for path in objects()
        for name in named_above(path.parent.name, path.read_text(), owners)
    }
    assert found == KNOWN.keys()


@pytest.mark.parametrize(
    ("text", "above"),
    [
        ("SELECT 1 FROM public.deals", {"deals"}),
        ("PERFORM app.deal_exposure(a, b)", {"deal_exposure"}),
        ("-- public.deals\nSELECT 'public.deals'", set()),
        ("SELECT 1 FROM public.profiles", set()),
    ],
)
def test_the_test_sees_it(text, above):
    assert named_above("approvals", text, app_of_each_name()) == above
