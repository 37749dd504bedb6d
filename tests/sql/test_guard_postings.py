"""guard_postings and what is append-only: held against the owner, in replica mode too."""

from decimal import Decimal as D
from uuid import uuid4

import pytest

from tests.factories import insert, value
from tests.sql.holds import refusal
from tests.sql.ledger import DAY, bill, counts, post

ADD = "insert into ledger_postings (entry_id, account_id, amount, seq, balance_after) values "


@pytest.fixture
def books(owner, cast):
    """One bill of 100.00, and by what ids to write to its entry and accounts."""
    entry = bill(owner, "1", cast.aldgate)
    ids = {"entry": entry, "vat": value(owner, "select app.ledger_account('vat', 'USD')")}
    ids["euros"] = value(owner, "select app.ledger_account('vat', 'EUR')")
    ids["owed"] = value(owner, "select app.ledger_account('receivable', 'USD', %s)", cast.aldgate)
    return ids | {"nobody": uuid4()}


def state(owner) -> list:
    tables = ("ledger_accounts", "ledger_entries", "ledger_postings", "accounting_periods")
    return [owner.execute(f"select * from {table} order by 1").fetchall() for table in tables]


@pytest.mark.parametrize(
    "rows",
    [
        "(%(entry)s, %(vat)s, 5, null, null)",
        "(%(entry)s, %(vat)s, 5, null, null), (%(entry)s, %(vat)s, -4, null, null)",
        "(%(entry)s, %(vat)s, 5, null, null), (%(entry)s, %(euros)s, -5, null, null)",
        "(%(entry)s, %(vat)s, 5, null, null), (%(entry)s, %(nobody)s, -5, null, null)",
        "(%(nobody)s, %(vat)s, 5, null, null), (%(nobody)s, %(vat)s, -5, null, null)",
        "(%(entry)s, %(vat)s, 5, 1, 5), (%(entry)s, %(vat)s, -5, null, null)",
        "(%(entry)s, %(vat)s, 5, null, null), (%(entry)s, %(owed)s, -5, null, null)",
        "(%(entry)s, %(vat)s, 5, null, null), (%(entry)s, %(owed)s, -5, 2, 94)",
        "(%(entry)s, %(vat)s, 5, null, null), (%(entry)s, %(owed)s, -5, 3, 95)",
        "(%(entry)s, %(vat)s, 5, null, null), (%(entry)s, %(owed)s, -5, 3, -5)",
        "(%(entry)s, %(vat)s, 0, null, null)",
        "(%(entry)s, %(vat)s, 'NaN', null, null), (%(entry)s, %(vat)s, 'NaN', null, null)",
    ],
)
def test_postings_that_do_not_fit_are_refused(owner, books, rows):
    before = state(owner)
    assert refusal(owner.execute, ADD + rows, books)[0] == "23514"
    assert state(owner) == before


def test_a_number_is_taken_once(owner, books):
    before = state(owner)
    again = "(%(entry)s, %(vat)s, -100, null, null), (%(entry)s, %(owed)s, 100, 1, 100)"
    assert refusal(owner.execute, ADD + again, books)[0] == "23505"
    assert state(owner) == before


def test_what_fits_is_taken(owner, books):
    owner.execute(ADD + "(%(entry)s, %(vat)s, 5, null, null), (%(entry)s, %(owed)s, -5, 2, 95)", books)
    assert counts(owner)[2] == 4


@pytest.mark.parametrize("mode", ["origin", "replica"])
@pytest.mark.parametrize(
    "statement",
    [
        "update ledger_entries set memo = 'Other'",
        "delete from ledger_entries",
        "truncate ledger_entries cascade",
        "update ledger_postings set amount = 1",
        "delete from ledger_postings",
        "truncate ledger_postings",
        "update accounting_periods set reason = 'Other'",
        "delete from accounting_periods",
        "truncate accounting_periods",
        "delete from ledger_accounts",
        "truncate ledger_accounts cascade",
        "update ledger_accounts set kind = 'credit' where kind = 'receivable'",
        "update ledger_accounts set currency = 'EUR'",
    ],
)
def test_nobody_changes_what_was_posted(owner, superuser, books, statement, mode):
    insert(owner, "accounting_periods", month="2026-01-01")
    before = state(owner)
    connection = owner if mode == "origin" else superuser
    if mode == "replica":
        connection.execute("set session_replication_role = replica")
    assert refusal(connection.execute, statement)[0] == "42501"
    assert state(owner) == before


def test_a_balance_has_bounds(owner, cast):
    half = D("500000000000000.00")
    bill(owner, "1", cast.aldgate, half)
    assert refusal(bill, owner, "2", cast.aldgate, half)[0] == "23514"
    assert counts(owner) == (2, 1, 2)
    assert post(owner, "3", {"account": "vat", "amount": "1"}, {"account": "rounding", "amount": "-1"}, on=DAY)
