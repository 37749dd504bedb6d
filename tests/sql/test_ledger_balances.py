"""fn_trial_balance, investor_balance, fn_statement_of_account: one way of adding up, for those whom it concerns."""

from datetime import date
from decimal import Decimal as D
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import value
from tests.sql.holds import refusal
from tests.sql.ledger import bill, broken_books, line, lines_of, post, reverse

BALANCE = "select app.investor_balance(%s, %s, %s)"
STATEMENT = "select * from public.fn_statement_of_account(%s, %s, %s, %s)"
TRIAL = "select currency, account_kind, debit, credit from public.fn_trial_balance(%s)"
BANK = uuid4()


@pytest.fixture
def books(owner, cast):
    """A bill of 100.00 in January, 150.00 paid in February, 50.00 of it credit, used in March; another's in euros."""
    one = {"investor": cast.aldgate}
    bill(owner, "bill", cast.aldgate, on=date(2026, 1, 10), memo="INV-1")
    paid = [line("receivable", -100, **one), line("credit", -50, **one), line("bank", 150, holder=BANK)]
    post(owner, "paid", *paid, kind="payment_received", on=date(2026, 2, 5))
    bill(owner, "more", cast.aldgate, "80.00", on=date(2026, 3, 1), memo="INV-2")
    post(owner, "used", line("credit", 50, **one), line("receivable", -50, **one), kind="match", on=date(2026, 3, 2))
    bill(owner, "other", cast.morland, "9.00", on=date(2026, 1, 10), currency="EUR")


def test_trial_balance(owner, cast, app_connection, books):
    sam = app_connection(cast.sam)
    assert sam.execute(TRIAL, [date(2026, 2, 28)]).fetchall() == [
        ("EUR", "fee_income_flat", D("0.00"), D("9.00")),
        ("EUR", "receivable", D("9.00"), D("0.00")),
        ("USD", "bank", D("150.00"), D("0.00")),
        ("USD", "credit", D("0.00"), D("50.00")),
        ("USD", "fee_income_flat", D("0.00"), D("100.00")),
        ("USD", "receivable", D("0.00"), D("0.00")),
    ]
    assert sam.execute(TRIAL, [date(2026, 1, 9)]).fetchall() == []
    assert sam.execute(TRIAL, [None]).fetchall()[-1] == ("USD", "receivable", D("30.00"), D("0.00"))


def test_what_an_investor_owes(cast, app_connection, books):
    alice = app_connection(cast.alice)
    days = [date(2026, 1, 9), date(2026, 1, 10), date(2026, 2, 5), date(2026, 3, 1), date(2026, 3, 2), None]
    owed = [value(alice, BALANCE, cast.aldgate, "USD", day) for day in days]
    assert owed == [D("0.00"), D("100.00"), D("-50.00"), D("30.00"), D("30.00"), D("30.00")]
    assert value(alice, BALANCE, cast.aldgate, "EUR", None) == 0


def test_statement_of_account(cast, app_connection, books):
    rows = app_connection(cast.alice).execute(
        STATEMENT, [cast.aldgate, "USD", date(2026, 2, 1), date(2026, 3, 31)]
    ).fetchall()  # fmt: skip
    assert [(row[0], row[1], row[2], row[3], row[6], row[7]) for row in rows] == [
        (0, date(2026, 2, 1), "opening", "", None, D("100.00")),
        (1, date(2026, 2, 5), "payment_received", "", D("-150.00"), D("-50.00")),
        (2, date(2026, 3, 1), "invoice_issued", "INV-2", D("80.00"), D("30.00")),
        (3, date(2026, 3, 31), "closing", "", None, D("30.00")),
    ]
    empty = app_connection(cast.alice).execute(STATEMENT, [cast.aldgate, "CHF", date(2026, 1, 1), date(2026, 1, 2)])
    assert [(row[2], row[7]) for row in empty] == [("opening", 0), ("closing", 0)]


def test_nobody_reads_what_is_another_s(owner, cast, app_connection, books):
    for who in (cast.mallory, cast.larry, cast.ingrid, None):
        connection = app_connection(who)
        assert refusal(value, connection, BALANCE, cast.aldgate, "USD", None)[0] == "42501"
        period = [cast.aldgate, "USD", date(2026, 1, 1), date(2026, 3, 31)]
        assert refusal(connection.execute, STATEMENT, period)[0] == "42501"
        assert refusal(connection.execute, TRIAL, [None])[0] == "42501"
    alice, mallory = app_connection(cast.alice), app_connection(cast.mallory)
    assert {k for (k,) in alice.execute("select kind from ledger_accounts")} == {"receivable", "credit"}
    assert value(alice, "select count(*) from ledger_postings") == 6
    assert alice.execute("select * from app.own_accounts()").rowcount == 2
    assert value(mallory, "select sum(amount) from ledger_postings") == D("9.00")
    for who in (alice, mallory):
        assert value(who, "select count(*) from ledger_entries") == 0
    assert refusal(value, alice, BALANCE, None, "USD", None)[0] == "42501"


# --- whatever is posted

KINDS = ["receivable", "credit", "accrued_fees", "bank", "vat", "rounding", "fee_income_management"]
AMOUNTS = st.integers(1, 10**13).map(lambda cents: D(cents) / 100)
ENTRIES = st.lists(
    st.tuples(
        st.dates(date(2026, 1, 1), date(2026, 1, 31)),
        st.sampled_from(["USD", "EUR"]),
        st.lists(st.tuples(st.sampled_from(KINDS), st.booleans(), AMOUNTS), min_size=1, max_size=5),
    ),
    min_size=1,
    max_size=6,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(entries=ENTRIES)
def test_the_trial_balance_is_zero_on_every_day_and_a_reversal_takes_all_back(owner, cast, entries):
    round_of = uuid4().hex
    before = owner.execute(TRIAL, [None]).fetchall()
    ids = []
    for n, (day, currency, sides) in enumerate(entries):
        lines = [whose(cast, kind, -amount if credit else amount) for kind, credit, amount in sides]
        rest = -sum(D(each["amount"]) for each in lines)
        lines += [line("principal_due", rest)] if rest else []
        if len(lines) > 1:
            ids.append((day, post(owner, f"{round_of}:{n}", *lines, on=day, currency=currency)))
    for day in sorted({day for day, *_ in entries}):
        sides = owner.execute("select currency, sum(debit - credit) from fn_trial_balance(%s) group by 1", [day])
        assert [off for _, off in sides if off] == []
    for n, (day, entry) in enumerate(ids):
        opposite = reverse(owner, entry, f"{round_of}:-{n}", on=day)
        assert [(kind, -amount) for kind, amount, *_ in lines_of(owner, opposite)] == [
            (kind, amount) for kind, amount, *_ in lines_of(owner, entry)
        ]
    same = {row[:2]: row[2:] for row in before}
    assert {row[:2]: row[2:] for row in owner.execute(TRIAL, [None]) if any(row[2:])} == {
        key: sums for key, sums in same.items() if any(sums)
    }
    assert broken_books(owner) == []


def whose(cast, kind, amount) -> dict:
    if kind in ("receivable", "credit", "accrued_fees"):
        return line(kind, amount, investor=cast.aldgate)
    return line(kind, amount, holder=BANK) if kind == "bank" else line(kind, amount)
