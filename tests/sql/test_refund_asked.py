"""The subject refund, fn_cancel_refund and the bank line that pays: credit leaves once, and comes back once."""

from decimal import Decimal as D

import pytest

from tests.factories import value
from tests.sql.commitments import decide
from tests.sql.holds import broken_rules, refusal
from tests.sql.invoices import balances, ready
from tests.sql.matches import invoiced, left, match, take_back
from tests.sql.refunds import approved, cancel, everything, export, overpaid, paid_by, propose, status_of
from tests.sql.write_offs import asked_about


@pytest.fixture
def account(app_connection, cast):
    return ready(app_connection, cast, "USD")["USD"]


@pytest.fixture
def sam(app_connection, cast):
    return app_connection(cast.sam)


@pytest.fixture
def abe(app_connection, cast):
    return app_connection(cast.abe)


@pytest.fixture
def wire(owner, sam, cast, account):
    return overpaid(owner, sam, account, cast.aldgate)


@pytest.fixture
def refund(owner, sam, abe, cast, wire):
    return approved(owner, sam, abe, cast.aldgate, wire)


def test_approval_takes_it_off_the_credit(owner, cast, refund, app_connection):
    assert balances(owner) == {"bank": D("30.00"), "refunds_clearing": D("-30.00")}
    assert status_of(owner, refund) == "approved"
    ask = "select kind, amount, balance from fn_statement_of_account(%s, 'USD', '2026-01-01', '2199-01-01')"
    rows = app_connection(cast.alice).execute(ask, [cast.aldgate]).fetchall()
    assert rows[1:-1] == [("match", D("-30.00"), D("-30.00")), ("refund", D("30.00"), D("0.00"))]
    assert broken_rules(owner) == []


def test_who_proposed_does_not_approve(owner, cast, sam, wire):
    ask = asked_about(owner, propose(sam, cast.aldgate, wire))
    before = everything(owner)
    assert refusal(decide, sam, ask) == ("42501", "own_request")
    assert everything(owner) == before


def test_credit_that_was_used_is_not_refunded(owner, cast, deal, sam, abe, wire):
    made = propose(sam, cast.aldgate, wire)
    sam.execute("select public.fn_apply_credit(%s, 0.01)", [invoiced(owner, sam, deal, cast.aldgate, "50.00")])
    before = everything(owner)
    assert refusal(decide, abe, asked_about(owner, made)) == ("22023", "credit")
    assert everything(owner) == before
    assert decide(abe, asked_about(owner, made), "reject", "Used") == "rejected"
    assert (status_of(owner, made), broken_rules(owner)) == ("rejected", [])


def test_an_approval_binds_to_where_it_goes(owner, superuser, cast, sam, abe, wire):
    made = propose(sam, cast.aldgate, wire)
    owner.execute("update refunds set iban = 'FR1420041010050500013M02606'")
    assert refusal(decide, abe, asked_about(owner, made))[0] == "DL005"
    assert status_of(owner, made) == "proposed"


def test_the_bank_line_pays_it(owner, sam, account, refund):
    export(sam, refund)
    assert status_of(owner, refund) == "exported"
    out = paid_by(owner, account)
    (made,) = match(sam, out, ("refund", refund, "-30.00"))
    assert (status_of(owner, refund), left(owner, out)) == ("paid", D("0.00"))
    assert balances(owner) == {}
    row = "select kind, refund_id, investor_id is not null from reconciliations where id = %s"
    assert owner.execute(row, [made]).fetchone() == ("refund", refund, True)
    assert broken_rules(owner) == []
    take_back(sam, made)
    assert (status_of(owner, refund), left(owner, out)) == ("exported", D("-30.00"))
    assert broken_rules(owner) == []


def test_one_line_pays_a_whole_file(owner, cast, sam, abe, account, wire, refund):
    """Banks book a file in one sum, and name no account then."""
    more = overpaid(owner, sam, account, cast.morland, "12.00", counterparty_account="FR1420041010050500013M02606")
    second = approved(owner, sam, abe, cast.morland, more, "12.00")
    export(sam, refund, second)
    out = paid_by(owner, account, "-42.00", counterparty_account="", counterparty="")
    match(sam, out, ("refund", refund, "-30.00"), ("refund", second, "-12.00"))
    assert [status_of(owner, each) for each in (refund, second)] == ["paid", "paid"]
    assert (balances(owner), broken_rules(owner)) == ({}, [])


def test_what_the_bank_line_has_to_be(owner, cast, sam, account, wire, refund):
    out, less = paid_by(owner, account), paid_by(owner, account, "-29.00")
    elsewhere = paid_by(owner, account, counterparty_account="FR1420041010050500013M02606")
    waits = propose(sam, cast.aldgate, overpaid(owner, sam, account, cast.aldgate, "5.00"), "5.00")
    before = everything(owner)
    assert refusal(match, sam, less, ("refund", refund, "-29.00")) == ("22023", "refund")
    assert refusal(match, sam, out, ("refund", refund, "-29.00")) == ("22023", "refund")
    assert refusal(match, sam, elsewhere, ("refund", refund, "-30.00")) == ("22023", "refund_to")
    assert refusal(match, sam, out, ("refund", waits, "-5.00")) == ("22023", "refund")
    assert refusal(match, sam, out, ("refund", account, "-5.00"))[0] == "42501"
    assert refusal(match, sam, wire, ("refund", refund, "30.00"))[0] == "22023"
    assert everything(owner) == before
    match(sam, out, ("refund", refund, "-30.00"))
    again = paid_by(owner, account)
    assert refusal(match, sam, again, ("refund", refund, "-30.00")) == ("22023", "refund")


def test_an_approved_refund_may_be_paid_by_hand(owner, sam, account, refund):
    (made,) = match(sam, paid_by(owner, account), ("refund", refund, "-30.00"))
    assert status_of(owner, refund) == "paid"
    assert refusal(export, sam, refund) == ("DL006", "gone")
    take_back(sam, made)
    assert (status_of(owner, refund), broken_rules(owner)) == ("approved", [])


def test_what_is_not_paid_is_cancelled_and_is_credit_again(owner, cast, sam, abe, wire, app_connection):
    waits = propose(sam, cast.aldgate, wire, "10.00")
    counts = approved(owner, sam, abe, cast.aldgate, wire, "20.00")
    before = everything(owner)
    assert refusal(cancel, sam, waits, " ") == ("22023", "reason")
    for who in (cast.rita, cast.alice):
        assert refusal(cancel, app_connection(who), waits)[0] == "42501"
    assert everything(owner) == before
    cancel(sam, waits)
    assert value(owner, "select status from approvals where id = %s", asked_about(owner, waits)) == "withdrawn"
    cancel(sam, counts)
    assert balances(owner) == {"bank": D("30.00"), "credit": D("-30.00")}
    before = everything(owner)
    assert refusal(cancel, sam, counts) == ("DL006", "cancelled")
    assert everything(owner) == before
    assert broken_rules(owner) == []


def test_what_is_in_a_file_is_ended_by_an_administrator(owner, sam, abe, account, refund):
    batch = export(sam, refund)
    before = everything(owner)
    assert refusal(cancel, sam, refund) == ("42501", "exported")
    assert everything(owner) == before
    cancel(abe, refund, "The bank refused it")
    assert (status_of(owner, refund), balances(owner)["credit"]) == ("cancelled", D("-30.00"))
    assert value(owner, "select batch_id from refunds") == batch
    assert refusal(match, sam, paid_by(owner, account), ("refund", refund, "-30.00")) == ("22023", "refund")
    assert broken_rules(owner) == []


def test_what_is_paid_is_not_cancelled(owner, sam, abe, account, refund):
    match(sam, paid_by(owner, account), ("refund", refund, "-30.00"))
    before = everything(owner)
    assert refusal(cancel, abe, refund) == ("DL006", "paid")
    assert everything(owner) == before
