"""fn_credit_invoice, app.settle_invoice: an invoice is answered, in whole or in part, and never by a cent too much."""

from decimal import Decimal as D

import pytest

from tests.factories import value
from tests.sql.firm import record_billing
from tests.sql.holds import broken_rules, refusal
from tests.sql.invoices import accrue, balances, bill, credit, invoice, lines, money, pay, ready


@pytest.fixture
def sam(app_connection, cast):
    ready(app_connection, cast, "USD")
    return app_connection(cast.sam)


def line_ids(owner, invoice_id):
    rows = owner.execute("select id from invoice_lines where invoice_id = %s order by position", [invoice_id])
    return [row[0] for row in rows]


def part(line, amount):
    return {"line": str(line), "amount": amount}


def status(owner, invoice_id):
    return value(owner, "select status from invoices where id = %s", invoice_id)


def test_a_whole_credit_leaves_nothing(owner, cast, deal, sam):
    record_billing(sam, cast.aldgate, **{"from": "2020-01-01"}, rate=2500)
    accrue(owner, deal, cast.aldgate, "193.33")
    made = bill(sam, deal, cast.aldgate)
    note = credit(sam, made)
    number, kind, state, *sums = invoice(owner, note)[:6]
    assert (number[:4], kind, state, sums) == ("CRN-", "credit_note", "paid", [D("-193.33"), D("-48.33"), D("-241.66")])
    assert [row[2] for row in lines(owner, note)] == [D("-193.33")]
    assert status(owner, made) == "cancelled"
    assert balances(owner) == {}
    assert owner.execute("select status, computed_amount from fee_events order by 2").fetchall() == [
        ("voided", D("-193.33")), ("voided", D("193.33"))
    ]  # fmt: skip
    assert broken_rules(owner) == []
    before = money(owner)
    assert refusal(credit, sam, made) == ("22023", "credited")
    assert refusal(credit, sam, note) == ("22023", "credit_note")
    assert money(owner) == before


def test_parts_never_take_more_than_a_line_or_its_tax(owner, cast, deal, sam):
    """Three thirds of 1.00 at 17 %: the taxes 0.06, 0.06 and 0.05 are the 0.17 that the invoice took."""
    record_billing(sam, cast.aldgate, **{"from": "2020-01-01"}, rate=1700)
    accrue(owner, deal, cast.aldgate, "1.00")
    made = bill(sam, deal, cast.aldgate)
    (line,) = line_ids(owner, made)
    notes = [credit(sam, made, lines=[part(line, amount)]) for amount in ("0.34", "0.33")]
    assert broken_rules(owner) == []
    before = money(owner)
    assert refusal(credit, sam, made, lines=[part(line, "0.34")]) == ("22023", "amount")
    assert money(owner) == before
    voided = "select count(*) from fee_events where status = 'voided'"
    assert [status(owner, made), value(owner, voided)] == ["partial", 0]
    notes.append(credit(sam, made, lines=[part(line, "0.33")]))
    assert [invoice(owner, note)[4] for note in notes] == [D("-0.06"), D("-0.06"), D("-0.05")]
    assert (status(owner, made), balances(owner)) == ("cancelled", {})
    assert value(owner, "select array_agg(distinct status) from fee_events") == ["voided"]


def test_the_last_part_takes_the_tax_that_rounding_left(owner, cast, deal, sam):
    """7 % of 10.00 is 0.70; of 3.34, 3.33 and 3.33 it is 0.23 each time."""
    record_billing(sam, cast.aldgate, **{"from": "2020-01-01"}, rate=700)
    accrue(owner, deal, cast.aldgate, "10.00")
    made = bill(sam, deal, cast.aldgate)
    (line,) = line_ids(owner, made)
    notes = [credit(sam, made, lines=[part(line, amount)]) for amount in ("3.34", "3.33", "3.33")]
    assert [invoice(owner, note)[4] for note in notes] == [D("-0.23"), D("-0.23"), D("-0.24")]
    assert (status(owner, made), balances(owner)) == ("cancelled", {})


def test_no_more_is_applied_than_the_invoice_asks_for(owner, cast, deal, sam):
    accrue(owner, deal, cast.aldgate, "100.00")
    made = bill(sam, deal, cast.aldgate)
    total, before = invoice(owner, made)[5], money(owner)
    for amount in (total + D("0.01"), D("-0.01")):
        assert refusal(pay, owner, made, str(amount)) == ("22023", "open")
    assert money(owner) == before


def test_what_was_paid_becomes_the_investor_s_credit(owner, cast, deal, sam):
    accrue(owner, deal, cast.aldgate, "100.00")
    made = bill(sam, deal, cast.aldgate)
    assert pay(owner, made, "70.00") == "partial"
    credit(sam, made, lines=[part(*line_ids(owner, made), "40.00")])
    assert status(owner, made) == "paid"
    assert balances(owner) == {
        "credit": D("-10.00"), "suspense": D("70.00"), "fee_income_management": D("-60.00")
    }  # fmt: skip
    applied = "select amount, method from payments order by amount"
    assert owner.execute(applied).fetchall() == [(D("30.00"), "credit_note"), (D("70.00"), "bank")]


def test_paid_in_parts(owner, cast, deal, sam):
    """40,000 due: 35,000 in leaves 5,000 open; 5,000 more and it is paid; not a cent beyond."""
    accrue(owner, deal, cast.aldgate, "40000.00")
    made = bill(sam, deal, cast.aldgate)
    assert pay(owner, made, "35000.00") == "partial"
    assert value(owner, "select app.invoice_open_amount(%s)", made) == D("5000.00")
    assert refusal(pay, owner, made, "5000.01") == ("22023", "open")
    assert pay(owner, made, "5000.00") == "paid"
    assert refusal(pay, owner, made, "-40000.01") == ("22023", "open")
    assert value(owner, "select app.invoice_open_amount(%s)", made) == D("0.00")


@pytest.mark.parametrize(
    ("asked", "why"),
    [(asked, "amount") for asked in ("0", "-1.00", "100.01", "0.001", "NaN", "Infinity")],
)
def test_what_is_no_credit_is_refused(owner, cast, deal, sam, asked, why):
    accrue(owner, deal, cast.aldgate, "100.00")
    made = bill(sam, deal, cast.aldgate)
    before = money(owner)
    assert refusal(credit, sam, made, lines=[part(*line_ids(owner, made), asked)]) == ("22023", why)
    assert money(owner) == before


def test_lines_are_of_the_invoice_and_once(owner, cast, deal, sam):
    accrue(owner, deal, cast.aldgate, "100.00")
    first = bill(sam, deal, cast.aldgate)
    accrue(owner, deal, cast.aldgate, "100.00")
    second = bill(sam, deal, cast.aldgate)
    (mine,), (other,) = line_ids(owner, first), line_ids(owner, second)
    before = money(owner)
    for asked in ([part(other, "1.00")], [part(mine, "1.00"), part(mine, "1.00")], {"line": str(mine)}):
        assert refusal(credit, sam, first, lines=asked) == ("22023", "line")
    assert refusal(credit, sam, first, lines=[]) == ("22023", "credited")
    assert refusal(credit, sam, first, reason=" ") == ("22023", "reason")
    assert money(owner) == before


def test_who_may(owner, cast, deal, sam, app_connection):
    accrue(owner, deal, cast.aldgate, "100.00")
    made = bill(sam, deal, cast.aldgate)
    before = money(owner)
    for person in (cast.alice, cast.mallory, cast.larry, cast.rita, None):
        assert refusal(credit, app_connection(person), made)[0] == "42501"
    assert money(owner) == before
    assert credit(app_connection(cast.ada), made)


def test_no_more_is_credited_than_the_invoice_asks_for(owner, cast, deal, sam):
    """A fee of 100.00 beside one of 40.00 less: its line has 100.00 left, the invoice 60.00."""
    event = accrue(owner, deal, cast.aldgate, "100.00")
    accrue(owner, deal, cast.aldgate, "-40.00", adjusts_id=event, occasion="right:1")
    made = bill(sam, deal, cast.aldgate)
    line = value(owner, "select id from invoice_lines where invoice_id = %s and amount = 100", made)
    before = money(owner)
    assert refusal(credit, sam, made, lines=[part(line, "60.01")]) == ("22023", "amount")
    assert money(owner) == before
    credit(sam, made, lines=[part(line, "45.00")])
    assert refusal(credit, sam, made, lines=[part(line, "15.01")]) == ("22023", "amount")
    credit(sam, made, lines=[part(line, "15.00")])
    assert value(owner, "select status from invoices where id = %s", made) == "cancelled"
    assert broken_rules(owner) == []


def test_a_line_is_credited_as_it_was_shown(owner, cast, deal, sam):
    accrue(owner, deal, cast.aldgate, "100.00")
    made = bill(sam, deal, cast.aldgate)
    asked = [part(*line_ids(owner, made), "40.00") | {"left": "100.00"}]
    credit(sam, made, lines=asked)
    before = money(owner)
    assert refusal(credit, sam, made, lines=asked) == ("22023", "changed")
    assert refusal(credit, sam, made, lines=[asked[0] | {"left": None}]) == ("22023", "changed")
    assert money(owner) == before
    credit(sam, made, lines=[asked[0] | {"left": "60"}])


@pytest.mark.parametrize("billed", [True, False])
def test_what_an_adjustment_took_off_is_not_credited_once_more(owner, cast, deal, sam, billed):
    """100.00, brought to 30.00 on a paper of its own or not billed yet: 30.00 are left."""
    event = accrue(owner, deal, cast.aldgate, "100.00")
    made = bill(sam, deal, cast.aldgate)
    value(sam, "select app.adjust_fee_event(%s, 30, 'Agreed')", event)
    if billed:
        assert invoice(owner, bill(sam, deal, cast.aldgate))[5] == D("-70.00")
    (line,) = line_ids(owner, made)
    before = money(owner)
    assert refusal(credit, sam, made) == ("22023", "adjusted")
    assert refusal(credit, sam, made, lines=[part(line, "30.01")]) == ("22023", "adjusted")
    assert money(owner) == before
    credit(sam, made, lines=[part(line, "30.00")])
    assert refusal(credit, sam, made, lines=[part(line, "0.01")]) == ("22023", "adjusted")
    assert value(owner, "select app.fee_left(%s)", event) == 0
    bill(sam, deal, cast.aldgate)
    books = balances(owner)
    assert books.pop("receivable") + books.pop("credit") == 0 and books == {}
    assert broken_rules(owner) == []
