"""app.post_entry, app.post_entries, app.reverse_entry, app.ledger_account: balanced, once, in order, or not at all."""

from datetime import date
from decimal import Decimal as D
from uuid import uuid4

import psycopg
import pytest

from tests.factories import insert, value
from tests.sql.holds import refusal
from tests.sql.ledger import DAY, bill, counts, line, lines_of, post, reverse, running

MANY = (
    "select app.post_entries('fee_accrued', 'USD', 'fee_events', %(keys)s, %(days)s, %(sources)s, null, %(of)s,"
    " %(accounts)s, %(amounts)s, %(investors)s)"
)


def test_one_entry_and_what_it_leaves(owner, cast):
    source = uuid4()
    entry = bill(owner, "invoice:1", cast.aldgate, source=source, memo="INV-2026-000001")
    assert lines_of(owner, entry) == [
        ("receivable", D("100.00"), 1, D("100.00")),
        ("fee_income_flat", D("-100.00"), None, None),
    ]
    kept = owner.execute(
        "select kind, key, effective_date, asked_date, period, currency, source_table, source_id, memo, reverses_id"
        " from ledger_entries"
    ).fetchall()
    assert kept == [
        ("invoice_issued", "invoice:1", DAY, DAY, date(2026, 3, 1), "USD", "invoices", source, "INV-2026-000001", None)
    ]
    assert owner.execute("select kind, investor_id, balance, seq from ledger_accounts order by kind").fetchall() == [
        ("fee_income_flat", None, None, None),
        ("receivable", cast.aldgate, D("100.00"), 1),
    ]


def test_balances_run_on_and_one_entry_may_touch_an_account_twice(owner, cast):
    bill(owner, "1", cast.aldgate, "100.00")
    bill(owner, "2", cast.morland, "7.00")
    post(
        owner,
        "3",
        line("receivable", "-60.00", investor=cast.aldgate),
        line("receivable", "-40.00", investor=cast.aldgate),
        line("bank", "100.00", holder=uuid4()),
        kind="payment_received",
    )
    assert sorted(running(owner)) == [
        (1, D("7.00"), D("7.00")),
        (1, D("100.00"), D("100.00")),
        (2, D("-60.00"), D("40.00")),
        (3, D("-40.00"), D("0.00")),
    ]
    assert running(owner, "bank") == [(1, D("100.00"), D("100.00"))]


def test_the_same_key_gives_the_same_entry(owner, cast):
    first = bill(owner, "once", cast.aldgate)
    before = counts(owner)
    assert bill(owner, "once", cast.aldgate) == first
    again = [line("fee_income_flat", "-100"), line("receivable", "100", investor=cast.aldgate)]
    assert post(owner, "once", *again) == first
    assert counts(owner) == before and running(owner) == [(1, D("100.00"), D("100.00"))]


@pytest.mark.parametrize(
    "other",
    [
        {"amount": "99.00"},
        {"kind": "credit_note"},
        {"on": date(2026, 3, 11)},
        {"source": "11111111-1111-4111-8111-111111111111"},
        {"currency": "EUR"},
    ],
    ids=str,
)
def test_a_key_used_for_something_else_is_refused(owner, cast, other):
    bill(owner, "once", cast.aldgate)
    before = counts(owner)[1:]
    assert refusal(bill, owner, "once", cast.aldgate, **other) == ("22023", "differs")
    assert counts(owner)[1:] == before


def test_a_key_used_for_another_investor_or_another_deal_is_refused(owner, cast):
    bill(owner, "once", cast.aldgate)
    assert refusal(bill, owner, "once", cast.morland) == ("22023", "differs")
    of_a_deal = [line("receivable", 100, investor=cast.aldgate, deal=uuid4()), line("fee_income_flat", -100)]
    assert refusal(post, owner, "once", *of_a_deal) == ("22023", "differs")


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ([("vat", "100.00"), ("rounding", "-99.99")], "lines"),
        ([("vat", "100.00")], "lines"),
        ([], "lines"),
        ([("vat", "0"), ("rounding", "0")], "amount"),
        ([("vat", "NaN"), ("rounding", "NaN")], "amount"),
        ([("vat", "Infinity"), ("rounding", "-Infinity")], "amount"),
        ([("vat", "1e15"), ("rounding", "-1e15")], "amount"),
        ([("vat", "1.005"), ("rounding", "-1.005")], "amount"),
        ([(None, "1"), ("rounding", "-1")], "account"),
    ],
    ids=str,
)
def test_what_is_no_entry_is_refused_and_leaves_nothing(owner, lines, why):
    assert refusal(post, owner, "bad", *(line(*each) for each in lines)) == ("22023", why)
    assert counts(owner) == (0, 0, 0)


def test_amounts_are_in_whole_units_of_their_currency(owner):
    assert post(owner, "yen", line("vat", "100"), line("rounding", "-100"), currency="JPY")
    before = counts(owner)
    half = [line("vat", "100.5"), line("rounding", "-100.5")]
    assert refusal(post, owner, "half", *half, currency="JPY") == ("22023", "amount")
    assert refusal(post, owner, "half", *half, currency="KWD")[0] == "23514"
    assert counts(owner) == before


@pytest.mark.parametrize(
    ("account", "whose"),
    [
        ("receivable", []),
        ("receivable", ["holder"]),
        ("bank", []),
        ("bank", ["investor"]),
        ("vat", ["investor"]),
        ("vat", ["holder"]),
        ("accrued_fees", []),
        ("petty_cash", []),
    ],
    ids=str,
)
def test_an_account_has_the_owner_its_kind_asks_for(owner, cast, account, whose):
    owners = dict.fromkeys(whose, cast.aldgate)
    assert refusal(post, owner, "k", line(account, "5", **owners), line("rounding", "-5"))[0] == "23514"
    assert counts(owner) == (0, 0, 0)


def test_a_line_says_nothing_else(owner):
    wrong = line("vat", 5) | {"currency": "EUR"}
    assert refusal(post, owner, "k", wrong, line("rounding", -5)) == ("22023", "line")


def test_many_entries_at_once_in_the_order_of_their_keys(owner, cast):
    keys, people = [f"event:{n}" for n in (3, 1, 2)], [cast.aldgate, cast.morland, cast.aldgate]
    given = {
        "keys": keys,
        "days": [DAY] * 3,
        "sources": [uuid4() for _ in keys],
        "of": [1, 1, 2, 2, 3, 3],
        "accounts": ["receivable", "fee_income_management"] * 3,
        "amounts": [D(10), D(-10), D(20), D(-20), D(30), D(-30)],
        "investors": [person for each in people for person in (each, None)],
    }
    ids = owner.execute(MANY, given).fetchone()[0]
    found = dict(owner.execute("select key, id from ledger_entries").fetchall())
    assert ids == [found[key] for key in keys]
    assert sorted(running(owner)) == [(1, D(10), D(10)), (1, D(20), D(20)), (2, D(30), D(40))]
    assert owner.execute(MANY, given).fetchone()[0] == ids and counts(owner) == (3, 3, 6)

    more = given | {"keys": ["event:0", *keys], "days": [DAY] * 4, "sources": [None, *given["sources"]]}
    more |= {"of": [1, 1, *(n + 1 for n in given["of"])], "accounts": [*given["accounts"], *given["accounts"][:2]]}
    more |= {"amounts": [D(1), D(-1), *given["amounts"]], "investors": [cast.morland, None, *given["investors"]]}
    assert owner.execute(MANY, more).fetchone()[0][1:] == ids
    assert sorted(running(owner)) == [(1, D(10), D(10)), (1, D(20), D(20)), (2, D(1), D(21)), (2, D(30), D(40))]

    twice = given | {"keys": ["new", "new", "newer"]}
    assert refusal(owner.execute, MANY, twice) == ("22023", "differs")
    assert refusal(owner.execute, MANY, given | {"of": [1, 1, 2, 2, 2, 2]}) == ("22023", "lines")
    assert refusal(owner.execute, MANY, given | {"of": [1, 1, 2, 2, 4, 4]}) == ("22023", "lines")
    assert counts(owner) == (3, 4, 8)


def test_nothing_to_post_is_nothing(owner):
    empty = dict.fromkeys(("keys", "days", "sources", "of", "accounts", "amounts", "investors"), [])
    assert owner.execute(MANY, empty).fetchone()[0] == [] and counts(owner) == (0, 0, 0)


def test_a_reversal_takes_the_whole_entry_back_once(owner, cast):
    source = uuid4()
    entry = bill(owner, "1", cast.aldgate, source=source)
    opposite = reverse(owner, entry, "1:reversed", date(2026, 4, 2), "Issued by mistake")
    assert lines_of(owner, opposite) == [
        ("receivable", D("-100.00"), 2, D("0.00")),
        ("fee_income_flat", D("100.00"), None, None),
    ]
    facts = "select kind, effective_date, source_table, source_id, reverses_id, memo from ledger_entries where id = %s"
    assert owner.execute(facts, [opposite]).fetchone() == (
        "reversal", date(2026, 4, 2), "invoices", source, entry, "Issued by mistake",
    )  # fmt: skip
    assert reverse(owner, entry, "1:reversed", date(2026, 4, 2)) == opposite
    before = counts(owner)
    assert refusal(reverse, owner, entry, "1:again") == ("22023", "reversed")
    assert refusal(reverse, owner, opposite, "1:back") == ("22023", "reversal")
    assert refusal(reverse, owner, uuid4(), "none")[0] == "42501"
    assert counts(owner) == before


def test_what_belongs_to_a_closed_month_counts_from_the_first_open_day(owner, cast):
    insert(owner, "accounting_periods", month=date(2026, 3, 1))
    late = bill(owner, "late", cast.aldgate, on=date(2026, 3, 31))
    before_any = bill(owner, "older", cast.aldgate, on=date(2025, 12, 31))
    after = bill(owner, "new", cast.aldgate, on=date(2026, 4, 7))
    days = "select asked_date, effective_date, period from ledger_entries where id = %s"
    april = date(2026, 4, 1)
    assert owner.execute(days, [late]).fetchone() == (date(2026, 3, 31), april, april)
    assert owner.execute(days, [before_any]).fetchone() == (date(2025, 12, 31), april, april)
    assert owner.execute(days, [after]).fetchone() == (date(2026, 4, 7), date(2026, 4, 7), april)
    assert bill(owner, "late", cast.aldgate, on=date(2026, 3, 31)) == late


def test_the_application_posts_nothing_by_itself(owner, cast, app_connection):
    entry = bill(owner, "1", cast.aldgate)
    ada, before = app_connection(cast.ada), counts(owner)
    for statement in (
        "select app.post_entry('match', 'k', '2026-01-01', 'USD', null, null, '', '[]')",
        "select app.post_entries('match', 'USD', null, '{k}', '{2026-01-01}', null, null, '{1}', '{vat}', '{1}')",
        f"select app.reverse_entry('{entry}', 'k', '2026-01-01', '')",
        "select app.ledger_account('vat', 'USD')",
        "insert into ledger_accounts (kind, currency) values ('vat', 'USD')",
        "insert into ledger_postings (entry_id, account_id, amount) select id, id, 1 from ledger_entries",
        "update ledger_accounts set balance = 0",
        "update ledger_entries set memo = 'Mine'",
        "delete from ledger_postings",
        "truncate ledger_postings",
        "lock table accounting_periods in share mode",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), ada.transaction():
            ada.execute(statement)
    assert counts(owner) == before


def test_an_account_is_opened_once(owner, cast):
    ask = "select app.ledger_account('receivable', 'USD', %s)"
    account = value(owner, ask, cast.aldgate)
    assert value(owner, ask, cast.aldgate) == account
    assert value(owner, ask, cast.morland) != account
    assert value(owner, "select app.ledger_account('vat', 'EUR')") == value(
        owner, "select id from ledger_accounts where kind = 'vat' and currency = 'EUR' and balance is null"
    )
