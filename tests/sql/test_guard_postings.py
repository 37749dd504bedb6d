"""guard_postings and what is append-only: held against the owner, in replica mode too."""

from contextlib import suppress
from decimal import Decimal as D
from uuid import uuid4

import psycopg
import pytest

from ledger.models import AccountKind
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


# --- accounts and entries

INVESTORS, HOLDERS = {"receivable", "credit", "accrued_fees"}, {"introducer_payable", "bank"}
RUN = {"receivable", "credit", "introducer_payable", "bank", "suspense"}


@pytest.mark.parametrize("kind", [*AccountKind.values, "petty_cash", ""])
def test_an_account_has_the_owner_and_the_balance_of_its_type(owner, cast, kind):
    kept = set()
    for whose in ("investor_id", "holder_id", ""):
        for start in (0, None):
            row = {"kind": kind, "currency": "USD", "balance": start, "seq": start} | (
                {whose: cast.aldgate} if whose else {}
            )
            with suppress(psycopg.errors.CheckViolation):
                insert(owner, "ledger_accounts", **row)
                kept.add((whose, start))
    start = 0 if kind in RUN else None
    due = {"investor_id"} if kind in INVESTORS else {"holder_id"} if kind in HOLDERS else {""}
    due |= {"holder_id"} if kind == "suspense" else set()
    assert kept == ({(whose, start) for whose in due} if kind in AccountKind.values else set())


@pytest.mark.parametrize(
    "wrong",
    [
        {"currency": "KWD"},
        {"currency": "usd"},
        {"created_at": "infinity"},
        {"balance": "NaN", "seq": 0, "kind": "bank", "holder_id": uuid4()},
        {"balance": 0, "seq": None, "kind": "bank", "holder_id": uuid4()},
    ],
    ids=lambda wrong: " ".join(wrong),
)
def test_what_is_no_account(owner, wrong):
    assert refusal(insert, owner, "ledger_accounts", **{"kind": "vat", "currency": "USD"} | wrong)[0] == "23514"
    assert counts(owner) == (0, 0, 0)


ENTRY = {"kind": "match", "key": "k", "effective_date": DAY, "asked_date": DAY, "currency": "USD", "memo": "Wire"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "Match"},
        {"kind": ""},
        {"key": "two words"},
        {"key": ""},
        {"source_table": "x; drop"},
        {"asked_date": "2026-03-11"},
        {"asked_date": "1899-12-31"},
        {"effective_date": "2200-01-01"},
        {"effective_date": "infinity"},
        {"created_at": "infinity"},
        {"memo": "two\nlines"},
        {"memo": "x" * 201},
    ],
    ids=str,
)
def test_what_is_no_entry(owner, wrong):
    assert refusal(insert, owner, "ledger_entries", **ENTRY | wrong)[0] == "23514"
    assert counts(owner) == (0, 0, 0)
    assert insert(owner, "ledger_entries", **ENTRY)
