"""fund_on_allocation, fn_issue_invoice: an allocation asks for its money at once, or as soon as the house can bill."""

from decimal import Decimal as D

from tests import factories
from tests.factories import value
from tests.sql.commitments import committed, decide
from tests.sql.holds import broken_rules, refusal
from tests.sql.invoices import accrue, balances, credit, invoice, lines, money, pay, ready

OF_ALLOCATION = "select id from invoices where allocation_id = %s and kind = 'invoice'"


def approved(owner, cast, deal, app_connection, units=500):
    it = committed(owner, app_connection(cast.alice), deal, cast.aldgate, units)
    assert decide(app_connection(cast.abe), it.approval) == "approved"
    return value(owner, "select id from allocations where commitment_id = %s", it.id)


def test_an_approval_asks_for_the_money(owner, cast, deal, app_connection):
    ready(app_connection, cast)
    allocation = approved(owner, cast, deal, app_connection)
    made = value(owner, OF_ALLOCATION, allocation)
    number, kind, status, *sums = invoice(owner, made)[:6]
    assert (kind, status) == ("invoice", "sent") and number.startswith("INV-")
    assert lines(owner, made)[0] == (1, "investment", D("14250.00"), 0)
    assert owner.execute(
        "select quantity, unit_price from invoice_lines where invoice_id = %s and kind = 'investment'", [made]
    ).fetchone() == (D(500), D("28.50"))
    # Less the margin inside the price: 500 × (28.50 − 25.00).
    assert (balances(owner)["principal_due"], balances(owner)["spread"]) == (D("-12500.00"), D("-1750.00"))
    assert broken_rules(owner) == []


def test_the_wire_is_the_investment_and_the_subscription_fee(owner, cast, deal, app_connection):
    """100,000.00 and 2.5 %: 102,500.00, on one invoice, without VAT on the investment."""
    ready(app_connection, cast)
    bare = factories.Deal(factories.add_deal(owner, "Bare", code="bare_2027"), "bare_2027", deal.vehicle_id, D(100))
    facts = {"deal_id": bare.id, "investor_id": cast.aldgate, "unit_price": D(100), "units": D(1000)}
    allocation = factories.insert(owner, "allocations", **facts)
    accrue(owner, bare, cast.aldgate, "2500.00", kind="subscription", allocation_id=allocation)
    accrue(owner, bare, cast.aldgate, "7.00", kind="management", allocation_id=allocation)
    accrue(owner, bare, cast.aldgate, "9.00", kind="subscription")
    made = value(owner, "select app.fund_allocation(a) from allocations a")
    assert invoice(owner, made)[3:6] == (D("102500.00"), D("0.00"), D("102500.00"))
    assert [(row[1], row[2]) for row in lines(owner, made)] == [
        ("investment", D("100000.00")), ("fee", D("2500.00"))
    ]  # fmt: skip
    again = "select app.fund_allocation(a) from allocations a"
    assert value(owner, again) == made


def test_a_house_that_cannot_bill_yet_approves_all_the_same(owner, cast, deal, app_connection):
    allocation = approved(owner, cast, deal, app_connection)
    made = value(owner, OF_ALLOCATION, allocation)
    assert invoice(owner, made)[:6] == (None, "invoice", "draft", D("14250.00"), D("0.00"), D("14250.00"))
    sam, before = app_connection(cast.sam), money(owner)
    assert refusal(sam.execute, "select public.fn_issue_invoice(%s)", [made]) == ("22023", "identity")
    assert refusal(app_connection(cast.alice).execute, "select public.fn_issue_invoice(%s)", [made])[0] == "42501"
    assert money(owner) == before
    assert value(app_connection(cast.alice), "select count(*) from invoices") == 0
    ready(app_connection, cast)
    assert [value(sam, "select public.fn_issue_invoice(%s)", made) for _ in range(2)] == [made, made]
    assert invoice(owner, made)[2] == "sent"
    assert value(owner, "select last from number_series where series = 'INV'") == 1


def test_paid_in_full_the_allocation_is_settled(owner, cast, deal, app_connection):
    ready(app_connection, cast)
    allocation = approved(owner, cast, deal, app_connection)
    made = value(owner, OF_ALLOCATION, allocation)
    status = "select status from allocations where id = %s"
    total = invoice(owner, made)[5]
    assert (pay(owner, made, str(total - 1)), value(owner, status, allocation)) == ("partial", "approved")
    assert (pay(owner, made, "1.00"), value(owner, status, allocation)) == ("paid", "settled")
    assert (pay(owner, made, "-1.00"), value(owner, status, allocation)) == ("partial", "approved")
    assert broken_rules(owner) == []


def test_a_credit_note_settles_nothing(owner, cast, deal, app_connection):
    ready(app_connection, cast)
    allocation = approved(owner, cast, deal, app_connection)
    credit(app_connection(cast.sam), value(owner, OF_ALLOCATION, allocation))
    assert value(owner, "select status from allocations where id = %s", allocation) == "approved"
    # The margin is the allocation's: it stays while the allocation does.
    assert balances(owner)["principal_due"] == D("1750.00")


def test_amounts_of_one_commitment_are_rounded_once(owner, cast, deal, app_connection):
    """Three times 1 unit at 0.333: 0.33, 0.34 and 0.33 make the 1.00 that three cost."""
    ready(app_connection, cast)
    commitment = factories.add_commitment(owner, deal.id, cast.aldgate, 3)
    for _ in range(3):
        factories.insert(
            owner, "allocations", deal_id=deal.id, investor_id=cast.aldgate, unit_price=D("0.333"), units=1,
            status="approved", commitment_id=commitment,
        )  # fmt: skip
    asked = "select amount from invoice_lines l join invoices i on i.id = invoice_id where l.kind = 'investment'"
    assert [row[0] for row in owner.execute(asked + " order by number")] == [D("0.33"), D("0.34"), D("0.33")]
