"""undo_fees, lock_fees_of_undo, undo_preview: what an allocation owed is voided, credited, or the investor's again."""

from datetime import date
from decimal import Decimal as D

import pytest
from psycopg.types.json import Jsonb

from tests.factories import value
from tests.sql.commitments import committed, decide
from tests.sql.holds import broken_rules, refusal
from tests.sql.invoices import accrue, balances, bill, credit, money, pay, ready
from tests.sql.undo import FUNDS, given, propose_undo, undo, waits_for_the_last
from tests.sql.write_offs import asked_about, propose

EVENTS = "select kind, status, computed_amount from fee_events where allocation_id = %s order by kind, computed_amount"


@pytest.fixture
def house(app_connection, cast):
    ready(app_connection, cast)


@pytest.fixture
def allocation(owner, cast, deal, house, app_connection):
    """500 units: 14,250.00, with a fee of 712.50 on its funding invoice and a margin of 1,750.00."""
    return given(owner, cast, deal, app_connection)


def status(owner, invoice):
    return value(owner, "select status from invoices where id = %s", invoice)


def test_the_funding_invoice_is_credited_and_the_margin_voided(owner, cast, allocation, app_connection):
    undo(owner, cast, app_connection, allocation)
    assert status(owner, value(owner, FUNDS, allocation)) == "cancelled"
    assert {row[1] for row in owner.execute(EVENTS, [allocation])} == {"voided"}
    note = "select total, note, status from invoices where kind = 'credit_note'"
    assert owner.execute(note).fetchall() == [(D("-14962.50"), "The buyer never paid", "paid")]
    assert balances(owner) == {}
    assert broken_rules(owner) == []


def test_money_on_it_becomes_the_investor_s_credit_and_settles_nothing(owner, cast, allocation, app_connection):
    funds = value(owner, FUNDS, allocation)
    assert pay(owner, funds, "10000.00") == "partial"
    undo(owner, cast, app_connection, allocation)
    assert (status(owner, funds), value(owner, "select status from allocations")) == ("paid", "rejected")
    assert balances(owner) == {"credit": D("-10000.00"), "suspense": D("10000.00")}
    assert value(owner, "select app.invoice_open_amount(%s)", funds) == 0
    assert broken_rules(owner) == []


def test_what_accrued_and_is_not_billed_is_voided(owner, cast, deal, allocation, app_connection):
    event = accrue(owner, deal, cast.aldgate, "71.05", allocation_id=allocation)
    other = accrue(owner, deal, cast.aldgate, "5.00")
    undo(owner, cast, app_connection, allocation)
    said = "select status, void_reason from fee_events where id = %s"
    assert owner.execute(said, [event]).fetchone() == ("voided", "The buyer never paid")
    assert owner.execute(said, [other]).fetchone() == ("accrued", "")
    assert balances(owner) == {"accrued_fees": D("5.00"), "fee_income_management": D("-5.00")}


def test_of_an_invoice_with_others_its_own_lines_are_credited(owner, cast, deal, allocation, app_connection):
    accrue(owner, deal, cast.aldgate, "71.05", allocation_id=allocation)
    accrue(owner, deal, cast.aldgate, "30.00")
    made = bill(app_connection(cast.sam), deal, cast.aldgate)
    assert pay(owner, made, "80.00") == "partial"
    undo(owner, cast, app_connection, allocation)
    # 101.05 asked for, 71.05 credited: 30.00 are owed, and of the 80.00 that came in 50.00 are theirs again.
    assert status(owner, made) == "paid"
    assert balances(owner) == {
        "credit": D("-50.00"), "suspense": D("80.00"), "fee_income_management": D("-30.00")
    }  # fmt: skip
    assert broken_rules(owner) == []


def test_what_was_credited_before_is_not_credited_again(owner, cast, deal, allocation, app_connection):
    accrue(owner, deal, cast.aldgate, "71.05", allocation_id=allocation)
    made = bill(app_connection(cast.sam), deal, cast.aldgate)
    line = value(owner, "select id from invoice_lines where invoice_id = %s", made)
    credit(app_connection(cast.sam), made, lines=[{"line": str(line), "amount": "21.05"}])
    undo(owner, cast, app_connection, allocation)
    assert (status(owner, made), balances(owner)) == ("cancelled", {})


def adjusted(owner, app_connection, cast, event, right):
    return value(app_connection(cast.sam), "select app.adjust_fee_event(%s, %s, 'Agreed')", event, D(right))


@pytest.mark.parametrize("right", ["450.00", "530.00", "0.00"])
def test_an_adjustment_that_was_billed_apart_is_netted(owner, cast, deal, allocation, app_connection, right):
    """500.00 were billed and then brought to another amount on a paper of its own: that amount is given back."""
    how = Jsonb({"method": "period"})
    event = accrue(owner, deal, cast.aldgate, "500.00", allocation_id=allocation, derivation=how)
    sam = app_connection(cast.sam)
    bill(sam, deal, cast.aldgate)
    adjusted(owner, app_connection, cast, event, right)
    bill(sam, deal, cast.aldgate)
    undo(owner, cast, app_connection, allocation)
    live = "select coalesce(sum(computed_amount), 0) from fee_events where status <> 'voided'"
    assert value(owner, live) == 0
    books = balances(owner)
    assert books.pop("credit", 0) + books.pop("receivable", 0) == 0 and books == {}
    assert broken_rules(owner) == []


def test_an_adjustment_billed_before_its_fee_is_refused(owner, cast, deal, allocation, app_connection):
    event = accrue(owner, deal, cast.aldgate, "50.00", allocation_id=allocation, event_date=date(2199, 1, 1))
    made = value(owner, "select app.adjust_fee_event(%s, 20, 'Agreed')", event)
    owner.execute("update fee_events set status = 'voided' where id = %s", [event])
    reverse = "select app.reverse_entry(id, 'test', asked_date, '') from ledger_entries where key = %s"
    owner.execute(reverse, [f"fee_event:{event}"])
    bill(app_connection(cast.sam), deal, cast.aldgate)
    assert value(owner, "select status from fee_events where id = %s", made) == "invoiced"
    credit(app_connection(cast.sam), value(owner, FUNDS, allocation))
    last = waits_for_the_last(owner, cast, app_connection, allocation)
    before = money(owner)
    assert refusal(decide, app_connection(cast.abe), last) == ("22023", "fees_first")
    assert money(owner) == before


def test_a_fee_of_the_whole_commitment_goes_with_the_last_of_it(owner, cast, deal, house, app_connection):
    alice = app_connection(cast.alice)
    committed(owner, alice, deal, cast.aldgate, 100)
    it = committed(owner, alice, deal, cast.aldgate, 50)
    decide(app_connection(cast.abe), it.approval)
    event = accrue(owner, deal, cast.aldgate, "9.00", commitment_id=it.id)
    parts = [row[0] for row in owner.execute("select id from allocations order by units").fetchall()]
    for allocation, found in zip(parts, ("accrued", "voided"), strict=True):
        undo(owner, cast, app_connection, allocation)
        assert value(owner, "select status from fee_events where id = %s", event) == found
    assert balances(owner) == {}


def test_nothing_accrues_after(owner, cast, deal, allocation, app_connection):
    undo(owner, cast, app_connection, allocation)
    assert value(owner, "select public.fn_compute_fee_events(%s, '2030-12-31')", deal.id) == 0


def test_a_draft_is_never_issued(owner, cast, deal, app_connection):
    """Where the house had not said who it is, the funding invoice is a draft."""
    allocation = given(owner, cast, deal, app_connection)
    funds = value(owner, FUNDS, allocation)
    assert status(owner, funds) == "draft"
    undo(owner, cast, app_connection, allocation)
    ready(app_connection, cast)
    before = money(owner)
    issue = "select public.fn_issue_invoice(%s)"
    assert refusal(value, app_connection(cast.sam), issue, funds) == ("22023", "undone")
    assert money(owner) == before
    assert (balances(owner), broken_rules(owner)) == ({}, [])
    assert owner.execute("select status, note from invoices").fetchall() == [("draft", "The buyer never paid")]


def test_what_will_happen_is_said_before(owner, cast, deal, allocation, app_connection):
    accrue(owner, deal, cast.aldgate, "71.05", allocation_id=allocation)
    pay(owner, value(owner, FUNDS, allocation), "10000.00")
    preview = "select app.undo_preview(%s)"
    said = value(app_connection(cast.rita), preview, allocation)
    assert said["events"] == [
        {"kind": "management", "house_only": False, "amount": "71.05"},
        {"kind": "spread_markup", "house_only": True, "amount": "1750.00"},
    ]
    (credited,) = said["credits"]
    assert (credited["amount"], credited["whole"], credited["applied"]) == ("14962.50", True, "10000.00")
    assert value(app_connection(cast.alice), preview, allocation) is None
    propose_undo(app_connection(cast.sam), allocation)
    assert value(owner, "select count(*) from fee_events where status = 'voided'") == 0


def test_corrections_go_to_the_next_month_where_one_is_closed(owner, cast, deal, allocation, app_connection):
    accrue(owner, deal, cast.aldgate, "71.05", allocation_id=allocation, event_date=date(2026, 3, 31))
    value(app_connection(cast.ada), "select public.fn_close_period('2026-03-01', 'Done')")
    undo(owner, cast, app_connection, allocation)
    late = "select count(*) from ledger_entries where kind = 'reversal' and effective_date < '2026-04-01'"
    assert (value(owner, late), balances(owner)) == (0, {})


def test_what_is_written_off_is_taken_back_first(owner, cast, allocation, app_connection):
    """A credit note would give back money that nobody paid."""
    made = propose(app_connection(cast.sam), value(owner, FUNDS, allocation), "10.00")
    decide(app_connection(cast.ada), asked_about(owner, made))
    last = waits_for_the_last(owner, cast, app_connection, allocation)
    before = money(owner)
    assert refusal(decide, app_connection(cast.abe), last) == ("22023", "written_off")
    assert money(owner) == before


def test_no_paper_is_credited_by_more_than_it_asks_for(owner, cast, deal, allocation, app_connection):
    """300.00 on one invoice, brought to 100.00 on the next one, which asks for 250.00 − 200.00."""
    sam, how = app_connection(cast.sam), Jsonb({"method": "period"})
    first = accrue(owner, deal, cast.aldgate, "300.00", allocation_id=allocation, derivation=how)
    bill(sam, deal, cast.aldgate)
    adjusted(owner, app_connection, cast, first, "100.00")
    accrue(owner, deal, cast.aldgate, "250.00", allocation_id=allocation, occasion="2", derivation=how)
    bill(sam, deal, cast.aldgate)
    undo(owner, cast, app_connection, allocation)
    assert sorted(row[0] for row in owner.execute("select total from invoices where kind = 'credit_note'")) == [
        D("-14962.50"), D("-300.00"), D("-50.00")
    ]  # fmt: skip
    assert (balances(owner), broken_rules(owner)) == ({}, [])
