"""Posting to the ledger in tests: the owner calls the internal functions, as definer functions of other apps do."""

from datetime import date

from psycopg.types.json import Jsonb

from tests.factories import value

POST = "select app.post_entry(%s, %s, %s, %s, %s, %s, %s, %s)"
DAY = date(2026, 3, 10)


def line(account, amount, **owner) -> dict:
    """One line: ``line("receivable", "100.00", investor=…)``."""
    return {"account": account, "amount": str(amount), **{name: str(it) for name, it in owner.items()}}


def post(connection, key, *lines, kind="invoice_issued", on=DAY, currency="USD", source=None, memo=""):
    """Post one entry; its id."""
    return value(connection, POST, kind, key, on, currency, source and "invoices", source, memo, Jsonb(list(lines)))


def bill(connection, key, investor, amount="100.00", **more):
    """An investor owes an amount, which is fee income."""
    return post(
        connection, key, line("receivable", amount, investor=investor), line("fee_income_flat", f"-{amount}"), **more
    )


def reverse(connection, entry, key, on=DAY, memo=""):
    return value(connection, "select app.reverse_entry(%s, %s, %s, %s)", entry, key, on, memo)


def lines_of(connection, entry) -> list[tuple]:
    """Account, amount, running number and balance of each posting of an entry, in order."""
    return connection.execute(
        "select a.kind, p.amount, p.seq, p.balance_after from ledger_postings p"
        " join ledger_accounts a on a.id = p.account_id where p.entry_id = %s order by p.id",
        [entry],
    ).fetchall()


def running(connection, kind="receivable") -> list[tuple]:
    """Number, amount and balance of each posting on the running accounts of a kind, in order."""
    return connection.execute(
        "select p.seq, p.amount, p.balance_after from ledger_postings p join ledger_accounts a on a.id = p.account_id"
        " where a.kind = %s order by a.id, p.seq",
        [kind],
    ).fetchall()


def counts(connection) -> tuple:
    """How many accounts, entries and postings there are."""
    return connection.execute(
        "select (select count(*) from ledger_accounts), (select count(*) from ledger_entries),"
        " (select count(*) from ledger_postings)"
    ).fetchone()


def broken_books(owner) -> list[tuple]:
    """What app.ledger_breaks finds; empty is good. Other apps have rules of their own about what was posted."""
    return owner.execute("select rule, entity_id, expected, found from app.ledger_breaks()").fetchall()
