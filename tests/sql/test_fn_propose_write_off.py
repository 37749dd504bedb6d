"""fn_propose_write_off, fn_withdraw_write_off: a proposal is bound to what is open, and gives nothing up yet."""

from decimal import Decimal as D

import pytest

from audit.identity import SYSTEM_PROFILE_ID as SYSTEM
from tests.factories import value
from tests.sql.commitments import decide
from tests.sql.holds import broken_rules, refusal
from tests.sql.invoices import balances, credit, ready
from tests.sql.matches import invoiced, line, match, status, take_back
from tests.sql.write_offs import asked_about, everything, propose, state_of, withdraw


@pytest.fixture
def account(app_connection, cast):
    return ready(app_connection, cast, "USD")["USD"]


@pytest.fixture
def sam(app_connection, cast):
    return app_connection(cast.sam)


@pytest.fixture
def invoice(owner, sam, cast, deal, account):
    return invoiced(owner, sam, deal, cast.aldgate, "100.00")


def test_a_proposal_gives_nothing_up(owner, cast, deal, sam, invoice):
    books = balances(owner)
    made = propose(sam, invoice, "40.00")
    row = "select kind, amount, currency, open_amount, reason, status, proposed_by, payment_id from write_offs"
    kept = ("write_off", D("40.00"), "USD", D("100.00"), "The fund is in liquidation", "proposed", cast.sam.id, None)
    assert owner.execute(row).fetchone() == kept
    assert status(owner, invoice) == ("sent", D("100.00")) and balances(owner) == books
    facts = "entity_type, amount, currency, deal_id, investor_id, steps_needed, status"
    ask = f"select {facts} from approvals where id = %s"
    asked = owner.execute(ask, [asked_about(owner, made)]).fetchone()
    assert asked == ("write_off", D("40.00"), "USD", deal.id, cast.aldgate, 1, "pending")
    assert broken_rules(owner) == []


@pytest.mark.parametrize(
    ("amount", "reason", "word"),
    [
        ("100.01", "why", "open"), ("0", "why", "amount"), ("-1.00", "why", "amount"), ("0.001", "why", "amount"),
        ("NaN", "why", "amount"), (None, "why", "amount"), ("10.00", " ", "reason"), ("10.00", None, "reason"),
    ],
)  # fmt: skip
def test_what_does_not_fit_changes_nothing(owner, sam, invoice, amount, reason, word):
    before = everything(owner)
    assert refusal(propose, sam, invoice, amount, reason) == ("22023", word)
    assert everything(owner) == before


def test_one_waits_for_an_invoice(owner, cast, sam, invoice, app_connection):
    first = propose(sam, invoice, "40.00")
    before = everything(owner)
    assert refusal(propose, app_connection(cast.rita), invoice, "10.00") == ("22023", "waits")
    assert everything(owner) == before
    withdraw(sam, first)
    propose(sam, invoice, "10.00")
    assert broken_rules(owner) == []


def test_staff_propose_and_nobody_else(owner, cast, sam, invoice, app_connection):
    note = credit(sam, invoice, lines=[{"line": str(value(owner, "select id from invoice_lines")), "amount": "1.00"}])
    before = everything(owner)
    for who in (cast.alice, cast.larry, SYSTEM):
        assert refusal(propose, app_connection(who), invoice, "1.00")[0] == "42501"
    assert refusal(propose, sam, note, "1.00")[0] == "42501"
    assert refusal(propose, sam, cast.aldgate, "1.00")[0] == "42501"
    assert everything(owner) == before


def test_who_proposed_takes_it_back_or_administrators_and_operations(owner, cast, sam, invoice, app_connection):
    made = propose(app_connection(cast.ada), invoice, "40.00")
    rita = app_connection(cast.rita)
    before = everything(owner)
    assert refusal(withdraw, rita, made)[0] == "42501"
    assert refusal(withdraw, app_connection(cast.alice), made)[0] == "42501"
    assert everything(owner) == before
    withdraw(sam, made)
    ask = asked_about(owner, made)
    asked = value(owner, "select status from approvals where id = %s", ask)
    assert (state_of(owner, made), asked) == ("withdrawn", "withdrawn")
    before = everything(owner)
    assert refusal(withdraw, sam, made) == ("DL006", "withdrawn")
    assert refusal(decide, app_connection(cast.abe), ask)[0] == "DL006"
    assert everything(owner) == before
    own = propose(rita, invoice, "5.00")
    withdraw(rita, own)
    assert broken_rules(owner) == []


# --- what a bank kept


@pytest.fixture
def short(owner, sam, account, invoice):
    """A payment of an invoice that falls 5.00 short: the bank line."""
    wire = line(owner, account, "95.00")
    match(sam, wire, (invoice, "95.00"))
    return wire


def test_charges_are_what_a_payment_falls_short_of(owner, sam, invoice, short):
    propose(sam, invoice, "5.00", "Bank charges", short)
    found = owner.execute("select kind, amount, bank_transaction_id from write_offs").fetchone()
    assert found == ("bank_fee", D("5.00"), short)
    assert status(owner, invoice) == ("partial", D("5.00"))


def test_charges_have_a_tolerance_by_currency(owner, sam, invoice, short):
    before = everything(owner)
    owner.execute("insert into house_settings (key, value) values ('bank_fee_tolerance:USD', '4.99')")
    assert refusal(propose, sam, invoice, "5.00", "Bank charges", short) == ("22023", "tolerance")
    assert everything(owner)[:-1] == before[:-1]
    propose(sam, invoice, "5.00", "It is a write-off then")
    assert value(owner, "select kind from write_offs") == "write_off"


def test_charges_close_the_invoice_and_belong_to_its_payment(owner, sam, account, invoice, short):
    other = line(owner, account, "10.00")
    before = everything(owner)
    assert refusal(propose, sam, invoice, "4.99", "Bank charges", short) == ("22023", "rest")
    assert refusal(propose, sam, invoice, "5.00", "Bank charges", other) == ("22023", "line")
    assert everything(owner) == before
    take_back(sam, value(owner, "select id from reconciliations"))
    assert refusal(propose, sam, invoice, "5.00", "Bank charges", short) == ("22023", "line")
