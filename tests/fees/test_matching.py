"""Any sequence of matches and reversals keeps every cent, and a service says in words why it refused."""

import random
from decimal import Decimal as D

import pytest

from audit.identity import acting_as
from fees.services import bank
from lib.db import NotAllowed
from tests.factories import value
from tests.sql.holds import broken_rules
from tests.sql.invoices import ready
from tests.sql.matches import everything, invoiced, left, line, status

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account(app_connection, cast):
    return ready(app_connection, cast, "USD")["USD"]


@pytest.fixture
def invoice_of(owner, app_connection, cast, deal):
    return lambda amount: invoiced(owner, app_connection(cast.sam), deal, cast.aldgate, amount)


def act(who, verb, **facts):
    with acting_as(who.id):
        return verb(acting_user=who.profile, **facts)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_cent_is_somewhere(owner, cast, account, invoice_of, seed):
    dice, sam = random.Random(seed), cast.sam
    invoices = [invoice_of(f"{dice.randint(1, 9999) / 100:.2f}") for _ in range(4)]
    wires = [line(owner, account, f"{dice.randint(1, 9999) / 100:.2f}") for _ in range(4)]
    made = []
    for _ in range(40):
        wire, invoice = dice.choice(wires), dice.choice(invoices)
        amount = D(dice.randint(1, 4000)) / 100
        part = dice.choice([{"invoice": invoice}, {"invoice": invoice}, {"credit_of": cast.aldgate}])
        try:
            if made and dice.random() < 0.4:
                act(sam, bank.reverse_match, match_id=dice.choice(made), reason="Wrong")
            elif dice.random() < 0.2:
                act(sam, bank.apply_credit, invoice_id=invoice, amount=amount)
            else:
                made += act(sam, bank.match_line, line_id=wire, parts=[part | {"amount": amount}])
        except bank.BankRefused:
            pass
    assert made and broken_rules(owner) == []
    brought = value(owner, "select sum(amount) from bank_transactions")
    by_line = sum(left(owner, wire) for wire in wires)
    by_invoice = value(owner, "select coalesce(sum(amount), 0) from payments")
    credit = value(owner, "select coalesce(-sum(balance), 0) from ledger_accounts where kind = 'credit'")
    assert brought == by_line + by_invoice + credit
    assert all(0 <= left(owner, wire) for wire in wires)


def test_refusals_in_words(owner, cast, account, invoice_of):
    invoice, wire = invoice_of("100.00"), line(owner, account, "150.00")
    before = everything(owner)
    for amount, sentence in (("150.01", "less left"), ("100.01", "less open"), ("0", "above zero")):
        with pytest.raises(bank.BankRefused, match=sentence):
            act(cast.sam, bank.match_line, line_id=wire, parts=[{"invoice": invoice, "amount": D(amount)}])
    for who in (cast.rita, cast.alice):
        with pytest.raises(NotAllowed):
            act(who, bank.match_line, line_id=wire, parts=[{"invoice": invoice, "amount": D("1.00")}])
    assert everything(owner) == before


def test_the_bank_takes_a_payment_back(owner, cast, account, invoice_of):
    invoice, wire = invoice_of("100.00"), line(owner, account, "100.00")
    act(cast.sam, bank.match_line, line_id=wire, parts=[{"invoice": invoice, "amount": D("100.00")}])
    back = line(owner, account, "-100.00", is_reversal=True)
    with pytest.raises(bank.BankRefused, match="same account"):
        act(cast.sam, bank.return_line, line_id=wire, original_id=back, reason="Returned")
    act(cast.sam, bank.return_line, line_id=back, original_id=wire, reason="Returned")
    assert status(owner, invoice) == ("sent", D("100.00"))
    assert broken_rules(owner) == []
