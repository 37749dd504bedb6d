"""Payouts: recorded by one and approved by another, or by the bank's line; never twice."""

from datetime import timedelta
from decimal import Decimal as D

import pytest

from tests.factories import value
from tests.sql.exits import approval_about
from tests.sql.holds import refusal
from tests.sql.introducers import (
    TODAY,
    accrue,
    agreed,
    bought,
    breaks,
    brought,
    commissions,
    everything,
    introducer,
    owed,
    self_bill,
)
from tests.sql.invoices import balances, pay, ready
from tests.sql.matches import left, line, status, take_back

PROPOSE = "select public.fn_propose_payout(%s, %s, %s)"
REVERSE = "select public.fn_reverse_payout(%s, %s)"
MATCH = "select public.fn_match_payout(%s, %s)"
DECIDE = "select public.fn_decide_approval(%s, %s, %s)"


@pytest.fixture
def account(owner, app_connection, cast):
    owner.execute("delete from fee_components")
    return ready(app_connection, cast, "USD", "EUR")["USD"]


@pytest.fixture
def sam(app_connection, cast):
    return app_connection(cast.sam)


@pytest.fixture
def them(owner, cast, deal, account):
    made = introducer(owner, cast)
    agreed(owner, made, rate=200)
    brought(owner, made, cast.aldgate, deal.id)
    return made


@pytest.fixture
def billed(owner, cast, deal, sam, them):
    """A self-billing invoice of 20.00."""
    _, asked = bought(owner, deal, cast.aldgate, "1000")
    pay(owner, asked, "1000")
    accrue(sam, deal)
    return self_bill(sam, them)


def approved(owner, cast, app_connection, payout) -> str:
    return value(app_connection(cast.ada), DECIDE, approval_about(owner, payout), "approve", None)


def test_a_payout_counts_once_a_second_person_approves(owner, cast, app_connection, sam, them, billed):
    payout = value(sam, PROPOSE, billed, TODAY, "Wired today")
    assert status(owner, billed) == ("sent", D("20.00"))
    assert refusal(value, sam, DECIDE, approval_about(owner, payout), "approve", None) == ("42501", "own_request")
    assert refusal(value, sam, PROPOSE, billed, TODAY, "") == ("22023", "waits")
    assert approved(owner, cast, app_connection, payout) == "approved"
    assert status(owner, billed) == ("paid", D("0.00"))
    assert [row[4] for row in commissions(owner)] == ["paid"]
    assert value(owner, "select paid_at is not null from introducer_commissions")
    assert (owed(owner, them), balances(owner)["payouts_clearing"]) == (0, D("-20.00"))
    assert breaks(owner) == []
    assert refusal(value, sam, PROPOSE, billed, TODAY, "") == ("22023", "open")


def test_who_entered_the_account_does_not_approve(owner, cast, app_connection, sam, them, billed):
    """Whoever entered the account on the invoice, though others changed it since, or anything else of it."""
    abe, ada = app_connection(cast.abe), app_connection(cast.ada)
    entered = value(sam, "select parties #>> '{account,iban}' from invoices where id = %s", billed)
    change = "update introducers set iban = %s, phone = %s where id = %s"
    for who, iban in ((ada, "DE02120300000000202051"), (abe, entered), (ada, "DE02120300000000202051"), (ada, "")):
        who.execute(change, [iban, "", them])
    ask = approval_about(owner, value(sam, PROPOSE, billed, TODAY, ""))
    before = everything(owner)
    assert value(abe, "select app.why_not_decide(%s)", ask) == "set_account"
    assert refusal(value, abe, DECIDE, ask, "approve", None) == ("42501", "set_account")
    assert everything(owner) == before
    assert value(ada, DECIDE, ask, "approve", None) == "approved"


def test_the_bank_line_then_settles_the_payout(owner, cast, app_connection, sam, account, billed):
    approved(owner, cast, app_connection, value(sam, PROPOSE, billed, TODAY, ""))
    out = line(owner, account, "-20.00", payer="Iversen Advisory")
    match = value(sam, MATCH, out, billed)
    assert left(owner, out) == 0 and "payouts_clearing" not in balances(owner)
    assert value(owner, "select count(*) from payments where invoice_id = %s", billed) == 1
    assert breaks(owner) == []
    another = line(owner, account, "-20.00", payer="Iversen Advisory")
    assert refusal(value, sam, MATCH, another, billed) == ("22023", "open")
    take_back(sam, match)
    assert left(owner, out) == D("-20.00") and balances(owner)["payouts_clearing"] == D("-20.00")
    assert status(owner, billed)[0] == "paid" and breaks(owner) == []


def test_a_bank_line_pays_by_itself_in_parts_and_is_taken_back(owner, cast, sam, account, them, billed):
    first, second = (line(owner, account, amount, payer="Iversen") for amount in ("-15.00", "-5.00"))
    value(sam, MATCH, first, billed)
    assert status(owner, billed) == ("partial", D("5.00"))
    match = value(sam, MATCH, second, billed)
    assert status(owner, billed) == ("paid", D("0.00")) and commissions(owner)[0][4] == "paid"
    assert breaks(owner) == []
    take_back(sam, match)
    assert status(owner, billed) == ("partial", D("5.00")) and commissions(owner)[0][4] == "invoiced"
    assert owed(owner, them) == 5 and breaks(owner) == []


def test_paid_by_the_bank_meanwhile_it_is_not_paid_again(owner, cast, app_connection, sam, account, billed):
    payout = value(sam, PROPOSE, billed, TODAY, "")
    value(sam, MATCH, line(owner, account, "-20.00", payer="Iversen"), billed)
    before = everything(owner)
    asked = (app_connection(cast.ada), DECIDE, approval_about(owner, payout), "approve", None)
    assert refusal(value, *asked) == ("DL006", "open")
    assert everything(owner) == before
    assert value(*asked[:3], "reject", "Paid already") == "rejected"


def test_a_payout_the_bank_never_made_is_taken_back_once(owner, cast, app_connection, sam, account, them, billed):
    payout = value(sam, PROPOSE, billed, TODAY, "")
    ada = app_connection(cast.ada)
    assert refusal(value, ada, REVERSE, payout, "Never sent") == ("DL006", "proposed")
    approved(owner, cast, app_connection, payout)
    before = everything(owner)
    assert refusal(value, ada, REVERSE, payout, " ") == ("22023", "reason")
    for person in (cast.sam, cast.rita, cast.ingrid, None):
        assert refusal(value, app_connection(person), REVERSE, payout, "Never sent")[0] == "42501"
    assert refusal(value, ada, REVERSE, billed, "Never sent")[0] == "42501"
    assert everything(owner) == before

    value(ada, REVERSE, payout, " The bank refused the file ")
    assert status(owner, billed) == ("sent", D("20.00"))
    assert commissions(owner)[0][4] == "invoiced"
    assert owed(owner, them) == 20 and "payouts_clearing" not in balances(owner)
    assert owner.execute("select status, reversal_reason from introducer_payouts").fetchone() == (
        "reversed", "The bank refused the file",
    )  # fmt: skip
    assert breaks(owner) == []
    assert refusal(value, ada, REVERSE, payout, "Again") == ("DL006", "reversed")

    approved(owner, cast, app_connection, value(sam, PROPOSE, billed, TODAY, "Sent again"))
    value(sam, MATCH, line(owner, account, "-20.00", payer="Iversen"), billed)
    assert (owed(owner, them), status(owner, billed)[0], breaks(owner)) == (0, "paid", [])


def test_what_the_bank_paid_is_not_taken_back(owner, cast, app_connection, sam, account, billed):
    payout = value(sam, PROPOSE, billed, TODAY, "")
    approved(owner, cast, app_connection, payout)
    match = value(sam, MATCH, line(owner, account, "-20.00", payer="Iversen"), billed)
    before = everything(owner)
    ada = app_connection(cast.ada)
    assert refusal(value, ada, REVERSE, payout, "Never sent") == ("22023", "matched")
    assert everything(owner) == before
    take_back(sam, match)
    value(ada, REVERSE, payout, "Never sent")
    assert status(owner, billed) == ("sent", D("20.00")) and breaks(owner) == []


def test_what_does_not_fit_is_refused_and_changes_nothing(owner, cast, app_connection, sam, account, billed):
    dear, incoming, foreign = (
        line(owner, account, "-20.01", payer="Iversen"),
        line(owner, account, "20.00"),
        line(owner, value(owner, "select id from receiving_accounts where currency = 'EUR'"), "-20.00", currency="EUR"),
    )
    before = everything(owner)
    for which, word in ((dear, "open"), (incoming, "amount"), (foreign, "currency")):
        assert refusal(value, sam, MATCH, which, billed) == ("22023", word)
    for day in (None, TODAY - timedelta(1), TODAY + timedelta(33)):
        assert refusal(value, sam, PROPOSE, billed, day, "") == ("22023", "paid_on")
    (funding,) = owner.execute("select id from invoices where kind = 'invoice'").fetchone()
    assert refusal(value, sam, MATCH, dear, funding)[0] == "42501"
    assert refusal(value, sam, PROPOSE, funding, TODAY, "")[0] == "42501"
    for person in (cast.rita, cast.ingrid, None):
        connection = app_connection(person)
        assert refusal(value, connection, PROPOSE, billed, TODAY, "")[0] == "42501"
        assert refusal(value, connection, MATCH, dear, billed)[0] == "42501"
    assert everything(owner) == before
