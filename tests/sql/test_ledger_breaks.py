"""app.ledger_breaks, which app.invariant_breaks asks: each rule that does not hold is found. Broken on purpose."""

import pytest

from tests.factories import insert, value
from tests.sql.holds import broken_rules
from tests.sql.ledger import bill, broken_books, reverse


@pytest.fixture
def tamper(owner, superuser, cast):
    """Change rows as nobody can: with every trigger off."""
    entry = bill(owner, "1", cast.aldgate)
    bill(owner, "2", cast.aldgate, "20.00")
    reverse(owner, entry, "3")
    tables = ("ledger_entries", "ledger_postings", "ledger_accounts")

    def change(statement):
        for table in tables:
            superuser.execute(f"alter table {table} disable trigger user")
        superuser.execute(statement)
        for table in tables:
            superuser.execute(f"alter table {table} enable trigger user")

    yield change
    for name, table in superuser.execute(
        "select tgname::text, tgrelid::regclass::text from pg_trigger where tgrelid::regclass::text = any (%s)"
        " and not tgisinternal",
        [list(tables)],
    ).fetchall():
        superuser.execute(f"alter table {table} enable always trigger {name}")


def rules(owner) -> set[str]:
    return {row[0] for row in broken_books(owner)}


def test_sound_books(owner, tamper):
    assert broken_books(owner) == []


def test_it_is_asked_with_the_rest(owner, tamper):
    tamper("update ledger_accounts set seq = seq + 1 where seq is not null")
    assert set(broken_books(owner)) <= set(broken_rules(owner)) and broken_books(owner)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (
            "update ledger_postings set amount = 21 where amount = 20",
            {
                "entry: adds up to zero",
                "account: its balance is the sum of its postings",
                "posting: goes on from the balance before",
            },
        ),
        ("delete from ledger_postings where seq is null and amount = -20", {"entry: adds up to zero"}),
        (
            "delete from ledger_postings where entry_id = (select id from ledger_entries where key = '2')",
            {
                "entry: adds up to zero",
                "account: its balance is the sum of its postings",
                "account: its postings are numbered without a gap",
                "posting: goes on from the balance before",
            },
        ),
        (
            "update ledger_accounts set balance = balance + 1 where seq is not null",
            {"account: its balance is the sum of its postings"},
        ),
        (
            "update ledger_accounts set seq = seq + 1 where seq is not null",
            {"account: its postings are numbered without a gap"},
        ),
        (
            "update ledger_postings set balance_after = balance_after - 1 where seq = 2",
            {"posting: goes on from the balance before"},
        ),
        (
            "update ledger_entries set currency = 'EUR' where key = '2'",
            {"posting: belongs to an entry, and to an account in its currency"},
        ),
        (
            "update ledger_entries set source_table = 'payments' where key = '3'",
            {"entry: a reversal is the opposite, about the same thing"},
        ),
        (
            "update ledger_entries set reverses_id = (select id from ledger_entries where key = '2') where key = '3'",
            {"entry: a reversal is the opposite, about the same thing"},
        ),
    ],
)
def test_what_does_not_hold_is_found(owner, tamper, statement, found):
    tamper(statement)
    assert rules(owner) == found


def test_an_entry_that_slipped_into_a_closed_month(owner, cast):
    bill(owner, "before", cast.aldgate)
    insert(owner, "accounting_periods", month="2026-03-01")
    assert broken_books(owner) == []
    slipped = value(
        owner,
        "insert into ledger_entries (kind, key, effective_date, asked_date, currency)"
        " values ('match', 'slipped', '2026-03-30', '2026-03-30', 'USD') returning id",
    )
    late = {row[:2] for row in broken_books(owner)}
    assert ("period: nothing is posted in a month after it was closed", slipped) in late
