"""fn_propose_refund: no more than the credit and than came from there, to that account and a whole address alone."""

from decimal import Decimal as D

import pytest

from audit.identity import SYSTEM_PROFILE_ID as SYSTEM
from tests.factories import value
from tests.sql.firm import end_account
from tests.sql.holds import broken_rules, refusal
from tests.sql.invoices import balances, ready
from tests.sql.matches import invoiced, line, match
from tests.sql.refunds import PAYER_IBAN, cancel, everything, overpaid, propose
from tests.sql.write_offs import asked_about


@pytest.fixture
def account(app_connection, cast):
    return ready(app_connection, cast, "USD", "EUR")["USD"]


@pytest.fixture
def sam(app_connection, cast):
    return app_connection(cast.sam)


@pytest.fixture
def wire(owner, sam, cast, account):
    return overpaid(owner, sam, account, cast.aldgate)


def test_a_proposal_moves_nothing(owner, cast, sam, account, wire):
    books = balances(owner)
    made = propose(sam, cast.aldgate, wire, "20.00")
    row = (
        "select amount, currency, iban, payee_name, town, country, status, receiving_account_id, batch_id from refunds"
    )
    assert owner.execute(row).fetchone() == (
        D("20.00"), "USD", PAYER_IBAN, "Aldgate Family Office", "Luxembourg", "LU", "proposed", account, None
    )  # fmt: skip
    assert value(owner, "select end_to_end_id from refunds").startswith("REFUND-")
    assert balances(owner) == books
    facts = "entity_type, amount, currency, investor_id, deal_id"
    asked = owner.execute(f"select {facts} from approvals where id = %s", [asked_about(owner, made)]).fetchone()
    assert asked == ("refund", D("20.00"), "USD", cast.aldgate, None)
    assert broken_rules(owner) == []


@pytest.mark.parametrize(
    ("amount", "payee", "word"),
    [
        ("30.01", {}, "credit"), ("0", {}, "amount"), ("-1", {}, "amount"), ("0.001", {}, "amount"),
        ("NaN", {}, "amount"), (None, {}, "amount"), ("30.00", {"town": ""}, "address"),
        ("30.00", {"town": " "}, "address"),
        ("30.00", {"country": ""}, "address"), ("30.00", {"country": "Luxembourg"}, "address"),
        ("30.00", {"name": ""}, "address"), ("30.00", {"bic": ""}, "bic"),
    ],
)  # fmt: skip
def test_what_does_not_fit_changes_nothing(owner, cast, sam, wire, amount, payee, word):
    before = everything(owner)
    assert refusal(propose, sam, cast.aldgate, wire, amount, **payee) == ("22023", word)
    assert refusal(propose, sam, cast.aldgate, wire, "1.00", " ") == ("22023", "reason")
    assert everything(owner) == before


def test_a_bic_that_is_none_is_not_kept(owner, cast, sam, wire):
    before = everything(owner)
    assert refusal(propose, sam, cast.aldgate, wire, "1.00", bic="NOBANK")[0] == "23514"
    assert everything(owner) == before


def test_credit_is_promised_once(owner, cast, sam, wire):
    first = propose(sam, cast.aldgate, wire, "20.00")
    before = everything(owner)
    assert refusal(propose, sam, cast.aldgate, wire, "10.01") == ("22023", "credit")
    assert everything(owner) == before
    propose(sam, cast.aldgate, wire, "10.00")
    cancel(sam, first)
    propose(sam, cast.aldgate, wire, "20.00")
    assert broken_rules(owner) == []


def test_no_more_goes_to_an_account_than_came_from_it(owner, cast, sam, account, wire):
    """30.00 came from one account and 100.00 from another: only 30.00 of the credit goes back to the first."""
    overpaid(owner, sam, account, cast.aldgate, "100.00", counterparty_account="FR1420041010050500013M02606")
    before = everything(owner)
    assert refusal(propose, sam, cast.aldgate, wire, "30.01") == ("22023", "came_from")
    assert everything(owner) == before
    propose(sam, cast.aldgate, wire, "30.00")
    assert refusal(propose, sam, cast.aldgate, wire, "0.01") == ("22023", "came_from")


def test_what_went_back_already_does_not_go_back_again(owner, cast, sam, account, wire):
    overpaid(owner, sam, account, cast.aldgate, "100.00", counterparty_account="FR1420041010050500013M02606")
    match(sam, line(owner, account, "-10.00"), ("credit_of", cast.aldgate, "-10.00"))
    assert refusal(propose, sam, cast.aldgate, wire, "20.01") == ("22023", "came_from")
    propose(sam, cast.aldgate, wire, "20.00")


def test_the_payment_is_one_of_that_investor(owner, cast, deal, sam, account, wire):
    unmatched, out = line(owner, account, "50.00"), line(owner, account, "-5.00")
    of_another = overpaid(
        owner, sam, account, cast.morland, "50.00", counterparty_account="FR1420041010050500013M02606"
    )
    before = everything(owner)
    for each in (unmatched, out, of_another, cast.aldgate):
        assert refusal(propose, sam, cast.aldgate, each, "1.00") == ("22023", "line")
    assert everything(owner) == before


def test_an_account_that_is_no_iban_is_paid_by_hand(owner, cast, sam, account):
    wire = overpaid(owner, sam, account, cast.aldgate, counterparty_account="12-345678-9")
    assert refusal(propose, sam, cast.aldgate, wire) == ("22023", "iban")
    nowhere = overpaid(owner, sam, account, cast.aldgate, counterparty_account="")
    assert refusal(propose, sam, cast.aldgate, nowhere) == ("22023", "iban")


def test_another_account_of_ours_pays_where_the_first_ended(owner, cast, sam, account, wire, app_connection):
    end_account(app_connection(cast.ada), account)
    before = everything(owner)
    assert refusal(propose, sam, cast.aldgate, wire) == ("22023", "account")
    assert everything(owner) == before
    other = ready(app_connection, cast, "USD", identity=False)["USD"]
    propose(sam, cast.aldgate, wire)
    assert value(owner, "select receiving_account_id from refunds") == other


def test_an_invoice_that_was_paid_and_credited_is_money_from_there(owner, cast, deal, sam, account):
    invoice, wire = invoiced(owner, sam, deal, cast.aldgate, "100.00"), line(owner, account, "100.00")
    match(sam, wire, (invoice, "100.00"))
    assert refusal(propose, sam, cast.aldgate, wire, "100.00") == ("22023", "credit")
    sam.execute("select public.fn_credit_invoice(%s, 'Agreed', null)", [invoice])
    propose(sam, cast.aldgate, wire, "100.00")


def test_administrators_and_operations_propose(owner, cast, sam, wire, app_connection):
    before = everything(owner)
    for who in (cast.rita, cast.alice, cast.larry, SYSTEM):
        assert refusal(propose, app_connection(who), cast.aldgate, wire)[0] == "42501"
    assert refusal(propose, sam, wire, wire)[0] == "42501"
    assert everything(owner) == before
