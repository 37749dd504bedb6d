"""fn_book_charges: what the bank took for itself leaves suspense, once, and comes back when it is taken back."""

from decimal import Decimal as D

import pytest

from tests.factories import value
from tests.sql.holds import broken_rules, refusal
from tests.sql.invoices import balances, ready
from tests.sql.matches import everything, left, line, take_back

BOOK = "select public.fn_book_charges(%s)"


@pytest.fixture
def account(app_connection, cast):
    return ready(app_connection, cast)["USD"]


@pytest.fixture
def sam(app_connection, cast):
    return app_connection(cast.sam)


def test_what_the_bank_took_leaves_suspense(owner, cast, sam, account):
    fee = line(owner, account, "-4.50", payer="The bank")
    assert balances(owner) == {"bank": D("-4.50"), "suspense": D("4.50")}
    match = value(sam, BOOK, fee)
    assert left(owner, fee) == 0 and balances(owner) == {"bank": D("-4.50"), "bank_charges": D("4.50")}
    assert owner.execute("select kind, matched_amount, matched_by from reconciliations").fetchone() == (
        "charges", D("-4.50"), cast.sam.id,
    )  # fmt: skip
    assert broken_rules(owner) == []
    before = everything(owner)
    assert refusal(value, sam, BOOK, fee) == ("22023", "charged")
    assert everything(owner) == before
    take_back(sam, match)
    assert left(owner, fee) == D("-4.50") and balances(owner) == {"bank": D("-4.50"), "suspense": D("4.50")}
    assert broken_rules(owner) == []
    value(sam, BOOK, fee)
    assert balances(owner)["bank_charges"] == D("4.50") and broken_rules(owner) == []


def test_more_than_banks_keep_is_booked_by_an_administrator(owner, cast, app_connection, sam, account):
    at_most, dear = line(owner, account, "-5.00"), line(owner, account, "-5.01")
    value(sam, BOOK, at_most)
    before = everything(owner)
    assert refusal(value, sam, BOOK, dear) == ("22023", "tolerance")
    assert everything(owner) == before
    value(app_connection(cast.ada), BOOK, dear)
    assert balances(owner)["bank_charges"] == D("10.01") and broken_rules(owner) == []


@pytest.mark.parametrize("who", ["alice", "rita", "ingrid", "larry", None])
def test_others_book_nothing_and_money_that_came_is_no_charge(owner, cast, app_connection, sam, account, who):
    fee, came = line(owner, account, "-4.50"), line(owner, account, "4.50")
    before = everything(owner)
    assert refusal(value, app_connection(getattr(cast, who or "", None)), BOOK, fee)[0] == "42501"
    assert refusal(value, sam, BOOK, came) == ("22023", "charged")
    assert refusal(value, sam, BOOK, account)[0] == "42501"
    assert everything(owner) == before
