"""fn_invoice_fees, app.issue_draft: what accrued is billed once, to the cent, with a number that follows the last."""

from decimal import Decimal as D

import pytest

from tests import factories
from tests.factories import value
from tests.sql.firm import record_billing
from tests.sql.holds import refusal
from tests.sql.invoices import accrue, balances, bill, invoice, lines, money, ready


@pytest.fixture
def house(app_connection, cast):
    return ready(app_connection, cast, "USD")


def test_what_accrued_is_one_invoice(owner, cast, deal, house, app_connection):
    """500,000 at 2 % in 2025: four quarters, 10,000.00."""
    for amount, day in (("2465.75", "03-31"), ("2493.15", "06-30"), ("2520.55", "09-30"), ("2520.55", "12-31")):
        accrue(owner, deal, cast.aldgate, amount, event_date=f"2025-{day}")
    made = bill(app_connection(cast.sam), deal, cast.aldgate)
    year = value(owner, "select extract(year from now() at time zone 'UTC')::int")
    assert invoice(owner, made) == (
        f"INV-{year}-000001", "invoice", "sent", D("10000.00"), D("0.00"), D("10000.00"), "USD", 30, "fee_events"
    )  # fmt: skip
    assert [line[2] for line in lines(owner, made)] == [D("2465.75"), D("2493.15"), D("2520.55"), D("2520.55")]
    assert balances(owner) == {"receivable": D("10000.00"), "fee_income_management": D("-10000.00")}
    assert value(owner, "select array_agg(distinct status) from fee_events") == ["invoiced"]
    assert bill(app_connection(cast.sam), deal, cast.aldgate) is None


def test_tax_is_taken_on_the_sum_of_rounded_lines(owner, cast, deal, house, app_connection):
    """200.00 for 30 days, 29 used, 25 %: 193.33 and 48.33 are 241.66."""
    record_billing(app_connection(cast.sam), cast.aldgate, **{"from": "2020-01-01"}, rate=2500)
    accrue(owner, deal, cast.aldgate, "193.33")
    made = bill(app_connection(cast.sam), deal, cast.aldgate)
    assert invoice(owner, made)[3:6] == (D("193.33"), D("48.33"), D("241.66"))
    assert owner.execute("select rate_bps, treatment, base, amount from invoice_taxes").fetchall() == [
        (2500, "standard", D("193.33"), D("48.33"))
    ]
    assert balances(owner) == {
        "receivable": D("241.66"), "vat": D("-48.33"), "fee_income_management": D("-193.33")
    }  # fmt: skip


def test_each_rate_has_its_tax_and_a_fee_may_state_its_own(owner, cast, deal, house, app_connection):
    record_billing(app_connection(cast.sam), cast.aldgate, **{"from": "2020-01-01"}, rate=1700)
    for amount, rate in (("0.03", None), ("0.03", None), ("10.00", 300), ("5.00", 0)):
        accrue(owner, deal, cast.aldgate, amount, vat_rate_bps=rate)
    made = bill(app_connection(cast.sam), deal, cast.aldgate)
    taxes = "select rate_bps, treatment, base, amount from invoice_taxes order by 1"
    assert owner.execute(taxes).fetchall() == [
        (0, "zero", D("5.00"), D("0.00")),
        (300, "standard", D("10.00"), D("0.30")),
        (1700, "standard", D("0.06"), D("0.01")),
    ]
    assert invoice(owner, made)[3:6] == (D("15.06"), D("0.31"), D("15.37"))


@pytest.mark.parametrize("treatment", ["reverse_charge", "outside_scope", "exempt"])
def test_where_no_vat_is_charged_no_rate_counts(owner, cast, deal, house, app_connection, treatment):
    record_billing(app_connection(cast.sam), cast.aldgate, **{"from": "2020-01-01"}, treatment=treatment, rate=0)
    accrue(owner, deal, cast.aldgate, "100.00", vat_rate_bps=1700)
    bill(app_connection(cast.sam), deal, cast.aldgate)
    assert owner.execute("select rate_bps, treatment, base, amount from invoice_taxes").fetchall() == [
        (0, treatment, D("100.00"), D("0.00"))
    ]


def test_parties_and_reference_are_frozen(owner, cast, deal, house, app_connection):
    record_billing(app_connection(cast.sam), cast.aldgate, **{"from": "2020-01-01"})
    accrue(owner, deal, cast.aldgate)
    made = bill(app_connection(cast.sam), deal, cast.aldgate)
    parties, reference, number, account = owner.execute(
        "select parties, reference, number, receiving_account_id from invoices where id = %s", [made]
    ).fetchone()
    assert parties["seller"]["legal_name"] == "VERSO Example House S.A."
    assert parties["buyer"]["legal_name"] == "Aldgate Family Office"
    assert parties["account"]["iban"] == "LU280019400644750000" and account == house["USD"]
    assert reference == value(owner, "select app.rf_reference(%s)", number)
    change = "update invoices set parties = '{}' where id = %s"
    assert refusal(owner.execute, change, [made])[0] == "42501"


def test_a_net_that_is_not_above_zero_is_a_credit_note(owner, cast, deal, house, app_connection):
    accrue(owner, deal, cast.aldgate, "20.00")
    accrue(owner, deal, cast.aldgate, "-50.00", kind="other")
    made = bill(app_connection(cast.sam), deal, cast.aldgate)
    number, kind, status, *sums = invoice(owner, made)[:6]
    assert (number[:4], kind, status, sums) == ("CRN-", "credit_note", "paid", [D("-30.00"), D("0.00"), D("-30.00")])
    assert balances(owner) == {
        "credit": D("-30.00"), "fee_income_management": D("-20.00"), "fee_income_other": D("50.00")
    }  # fmt: skip


def test_what_is_not_billed(owner, cast, deal, house, app_connection):
    sam = app_connection(cast.sam)
    accrue(owner, deal, cast.aldgate, "100.00", house_only=True, kind="spread_markup")
    accrue(owner, deal, cast.aldgate, "100.00", status="voided")
    accrue(owner, deal, cast.aldgate, "0.00")
    accrue(owner, deal, cast.morland, "7.00")
    before = money(owner)
    assert bill(sam, deal, cast.aldgate) is None
    assert money(owner) == before
    accrue(owner, deal, cast.aldgate, "1.00")
    assert [line[2] for line in lines(owner, bill(sam, deal, cast.aldgate))] == [D("0.00"), D("1.00")]


def test_currencies_are_billed_apart(owner, cast, deal, house, app_connection):
    ready(app_connection, cast, "EUR", identity=False)
    accrue(owner, deal, cast.aldgate, "5.00", currency="EUR")
    accrue(owner, deal, cast.aldgate, "7.00")
    sam = app_connection(cast.sam)
    made = [bill(sam, deal, cast.aldgate) for _ in range(3)]
    assert [invoice(owner, each)[5:7] for each in made[:2]] == [(D("7.00"), "USD"), (D("5.00"), "EUR")]
    assert made[2] is None


def test_who_may_and_what_is_not_there(owner, cast, deal, house, app_connection):
    accrue(owner, deal, cast.aldgate)
    before = money(owner)
    for person in (cast.alice, cast.larry, None):
        assert refusal(bill, app_connection(person), deal, cast.aldgate)[0] == "42501"
    unknown = "00000000-0000-4000-8000-00000000000f"
    assert refusal(bill, app_connection(cast.sam), deal, unknown)[0] == "42501"
    assert money(owner) == before
    assert bill(owner, deal, cast.aldgate)


@pytest.mark.parametrize(("identity", "missing"), [(False, "identity"), (True, "account")])
def test_a_house_that_cannot_bill_says_what_is_missing(owner, cast, deal, app_connection, identity, missing):
    ready(app_connection, cast, "EUR", identity=identity)
    accrue(owner, deal, cast.aldgate)
    before = money(owner)
    assert refusal(bill, app_connection(cast.sam), deal, cast.aldgate) == ("22023", missing)
    assert money(owner) == before


def test_people_read_their_own_and_no_draft(owner, cast, deal, house, app_connection):
    accrue(owner, deal, cast.aldgate, "10.00")
    accrue(owner, deal, cast.morland, "20.00")
    own, other = (bill(app_connection(cast.sam), deal, who) for who in (cast.aldgate, cast.morland))
    factories.insert(owner, "invoices", deal_id=deal.id, investor_id=cast.aldgate)
    for person, seen in ((cast.alice, {own}), (cast.bob, {own}), (cast.mallory, {other}), (cast.larry, set())):
        reader = app_connection(person)
        assert {row[0] for row in reader.execute("select id from invoices")} == seen
        for table in ("invoice_lines", "invoice_taxes"):
            assert {row[0] for row in reader.execute(f"select invoice_id from {table}")} == seen
    assert value(app_connection(cast.rita), "select count(*) from invoices") == 3


def test_a_reference_has_its_check_digits(owner):
    """The example of the standard, and that mod 97 of what is moved to the end is 1."""
    assert value(owner, "select app.rf_reference('5390 0754 7034')") == "RF18539007547034"
    for text in ("INV-2026-000001", "CRN-2026-999999", "a"):
        made = value(owner, "select app.rf_reference(%s)", text)
        assert int("".join(str(int(c, 36)) for c in made[4:] + made[:4])) % 97 == 1
    for bad in ("", "-", "1" * 22):
        assert refusal(owner.execute, "select app.rf_reference(%s)", [bad]) == ("22023", "reference")
