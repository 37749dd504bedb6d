"""Commission on what was funded: once a step, the cap on the sum, taken back when the money is (domain-rules §8)."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest

from tests.factories import insert, value
from tests.sql.holds import refusal
from tests.sql.introducers import (
    TODAY,
    accrue,
    agreed,
    bought,
    breaks,
    brought,
    commissions,
    earned,
    everything,
    introducer,
    owed,
    preview,
)
from tests.sql.invoices import accrue as accrue_fee
from tests.sql.invoices import balances, bill, credit, pay, ready
from tests.sql.matches import line, match, take_back


@pytest.fixture
def account(owner, app_connection, cast):
    """A house that can bill, and no fee but those that a test charges."""
    owner.execute("delete from fee_components")
    return ready(app_connection, cast)["USD"]


@pytest.fixture
def sam(app_connection, cast):
    return app_connection(cast.sam)


@pytest.fixture
def ingrid(owner, cast, deal, account):
    """Ingrid's introducer, who brought Aldgate to the deal, with an agreement at 200 bps."""
    them = introducer(owner, cast)
    agreed(owner, them, rate=200)
    brought(owner, them, cast.aldgate, deal.id)
    return them


def test_commission_is_on_what_was_funded(owner, cast, deal, sam, ingrid):
    """500,000 committed, 400,000 funded at 200 bps: 8,000.00. Again adds nothing; more funding adds its part."""
    _, invoice = bought(owner, deal, cast.aldgate, "500000")
    assert accrue(sam, deal) == 0
    pay(owner, invoice, "400000")
    assert accrue(sam, deal) == 1
    assert commissions(owner) == [("invested_amount", 1, D("400000.00"), D("8000.00"), "accrued")]
    assert accrue(sam, deal) == 0 and len(commissions(owner)) == 1
    pay(owner, invoice, "100000")
    assert accrue(sam, deal) == 1
    assert commissions(owner)[1] == ("invested_amount", 2, D("500000.00"), D("2000.00"), "accrued")
    assert owed(owner, ingrid) == 10_000
    assert (balances(owner)["commission_expense"], balances(owner)["introducer_payable"]) == (10_000, -10_000)
    assert breaks(owner) == []


def test_the_cap_comes_after_the_rate_and_is_on_the_sum(owner, cast, deal, sam, account):
    """5,000,000 at 150 bps capped at 50,000, in three payments."""
    them = introducer(owner, cast)
    agreed(owner, them, rate=150, cap=50_000)
    brought(owner, them, cast.aldgate, deal.id)
    _, invoice = bought(owner, deal, cast.aldgate, "5000000")
    for paid, so_far in (("2000000", "30000.00"), ("2000000", "50000.00"), ("1000000", "50000.00")):
        pay(owner, invoice, paid)
        accrue(sam, deal)
        assert earned(owner) == D(so_far)
    assert [row[3] for row in commissions(owner)] == [D("30000.00"), D("20000.00")]


def test_a_deals_rate_beats_the_default(owner, cast, deal, sam, ingrid):
    agreed(owner, ingrid, deal=deal.id, rate=50)
    _, invoice = bought(owner, deal, cast.aldgate, "100000")
    pay(owner, invoice, "100000")
    accrue(sam, deal)
    assert [row[3] for row in commissions(owner)] == [D("500.00")]


def test_tiers_are_marginal(owner, cast, deal, sam, ingrid):
    tiers = [{"up_to": "100000", "rate_bps": "200"}, {"up_to": None, "rate_bps": "100"}]
    agreed(owner, ingrid, deal=deal.id, rate=None, tiers=tiers)
    _, invoice = bought(owner, deal, cast.aldgate, "250000")
    pay(owner, invoice, "250000")
    accrue(sam, deal)
    assert earned(owner) == D("3500.00")


def test_the_default_of_the_introducer_counts_where_the_paper_states_none(owner, cast, deal, sam, account):
    them = introducer(owner, cast, default_commission_bps=300, commission_cap=1000)
    agreed(owner, them, rate=None)
    brought(owner, them, cast.aldgate, deal.id)
    _, invoice = bought(owner, deal, cast.aldgate, "100000")
    pay(owner, invoice, "20000")
    accrue(sam, deal)
    assert earned(owner) == D("600.00")
    pay(owner, invoice, "80000")
    accrue(sam, deal)
    assert earned(owner) == D("1000.00")


@pytest.mark.parametrize(
    "terms", [None, {"status": "proposed"}, {"since": TODAY + timedelta(1)}, {"valid_until": "2020-12-31"}]
)
def test_without_an_agreement_in_force_nothing_is_earned(owner, cast, deal, sam, account, terms):
    them = introducer(owner, cast, default_commission_bps=200)
    if terms:
        agreed(owner, them, **terms)
    agreed(owner, them, deal=deal.id, rate=100)
    brought(owner, them, cast.aldgate, deal.id)
    _, invoice = bought(owner, deal, cast.aldgate, "1000")
    pay(owner, invoice, "1000")
    assert preview(sam, deal) == [("invested_amount", D("1000.00"), D("0.00"), "no_agreement")]
    assert accrue(sam, deal) == 0 and commissions(owner) == []


def test_an_inactive_introducer_earns_nothing_more(owner, cast, deal, sam, ingrid):
    owner.execute("update introducers set status = 'inactive'")
    _, invoice = bought(owner, deal, cast.aldgate, "1000")
    pay(owner, invoice, "1000")
    assert preview(sam, deal) == [("invested_amount", D("1000.00"), D("20.00"), "inactive")]
    assert accrue(sam, deal) == 0


def test_the_first_introduction_earns(owner, cast, deal, sam, ingrid):
    """Not the second one, nor one to another deal; one without a deal counts for all."""
    other = introducer(owner, name="Okonjo Partners")
    agreed(owner, other, rate=900)
    brought(owner, other, cast.aldgate, deal.id)
    brought(owner, other, cast.morland)
    for investor in (cast.aldgate, cast.morland):
        _, invoice = bought(owner, deal, investor, "1000")
        pay(owner, invoice, "1000")
    assert accrue(sam, deal) == 2
    rows = owner.execute("select introducer_id, investor_id, accrual_amount from introducer_commissions").fetchall()
    assert set(rows) == {(ingrid, cast.aldgate, D("20.00")), (other, cast.morland, D("90.00"))}


def test_the_margin_counts_as_far_as_it_was_funded(owner, cast, deal, sam, ingrid):
    """Units at 100 that cost 25: of 1,000 a margin of 750; 40 % funded, 10 %: 30.00. The derivation shows no cost."""
    agreed(owner, ingrid, deal=deal.id, rate=1000, basis_type="spread")
    _, invoice = bought(owner, deal, cast.aldgate, "1000")
    pay(owner, invoice, "400")
    accrue(sam, deal)
    assert commissions(owner) == [("spread", 1, D("300.00"), D("30.00"), "accrued")]
    inputs = value(owner, "select derivation -> 'inputs' from introducer_commissions")
    assert inputs == {"basis": "spread", "base": "300", "rate_bps": "1000", "accrued_before": "0.00"}


def fee(owner, sam, deal, investor, amount, **columns):
    """A fee that was billed; its event and its invoice."""
    event = accrue_fee(owner, deal, investor, amount, **columns)
    return event, bill(sam, deal, investor)


def test_fees_earn_once_they_are_paid_and_for_as_many_years_as_agreed(owner, cast, deal, sam, ingrid):
    terms = {"deal": deal.id, "rate": 1000}
    agreed(owner, ingrid, **terms, basis_type="management_fee", trail_years=2)
    agreed(owner, ingrid, **terms, basis_type="performance_fee")
    allocation, _ = bought(owner, deal, cast.aldgate, "1000")
    owner.execute("update allocations set approved_at = '2023-01-15 12:00+00', created_at = '2023-01-15 12:00+00'")
    paid = []
    for kind, amount, day in (
        ("management", "100.00", "2025-01-14"),
        ("management", "70.00", "2025-01-15"),
        ("performance", "500.00", "2026-05-05"),
    ):
        facts = {
            "kind": kind,
            "event_date": day,
            "period_start": day,
            "period_end": day,
            "allocation_id": allocation,
            "occasion": day,
        }
        paid.append(fee(owner, sam, deal, cast.aldgate, amount, **facts)[1])
    assert accrue(sam, deal) == 0
    for invoice, amount in zip(paid, ("100", "70", "250"), strict=True):
        pay(owner, invoice, amount)
    accrue(sam, deal)
    assert commissions(owner) == [
        ("management_fee", 1, D("100.00"), D("10.00"), "accrued"),
        ("performance_fee", 1, D("250.00"), D("25.00"), "accrued"),
    ]
    assert breaks(owner) == []


def test_an_investment_comes_before_the_fee_on_its_invoice(owner, cast, deal, sam, ingrid):
    """What is applied counts up to the investment: the subscription fee beside it earns nothing."""
    owner.execute(
        "insert into fee_components (fee_plan_id, kind, calc_method, rate_bps) values (%s, 'subscription',"
        " 'percent_of_investment', 250)",
        [deal.fee_plan_id],
    )
    _, invoice = bought(owner, deal, cast.aldgate, "1000")
    total = value(owner, "select total from invoices where id = %s", invoice)
    pay(owner, invoice, str(total))
    accrue(sam, deal)
    assert [row[2:4] for row in commissions(owner)] == [(D("1000.00"), D("20.00"))]


def test_what_is_written_off_or_credited_earns_nothing(owner, cast, deal, sam, ingrid):
    _, invoice = bought(owner, deal, cast.aldgate, "1000")
    for method, amount in (("write_off", 100), ("credit_note", 200), ("bank_fee", 10), ("credit", 300)):
        facts = {"amount": amount, "method": method, "status": "applied"}
        insert(owner, "payments", investor_id=cast.aldgate, invoice_id=invoice, **facts)
    accrue(sam, deal)
    assert [row[2:4] for row in commissions(owner)] == [(D("300.00"), D("6.00"))]


# --- taken back


def test_a_payment_taken_back_takes_its_commission_back(owner, cast, deal, sam, account, ingrid):
    """In the same transaction, by a row of its own; never billed, the two cancel each other."""
    _, invoice = bought(owner, deal, cast.aldgate, "1000")
    (first,) = match(sam, line(owner, account, "600.00"), (invoice, "600.00"))
    match(sam, line(owner, account, "400.00"), (invoice, "400.00"))
    accrue(sam, deal)
    assert earned(owner) == 20
    take_back(sam, first)
    assert commissions(owner)[1] == ("invested_amount", 2, D("400.00"), D("-12.00"), "accrued")
    assert (earned(owner), owed(owner, ingrid)) == (8, 8)
    take_back(sam, value(owner, "select id from reconciliations where matched_amount = 400"))
    assert [row[4] for row in commissions(owner)] == ["cancelled"] * 3
    assert owed(owner, ingrid) == 0 and breaks(owner) == []
    match(sam, line(owner, account, "1000.00"), (invoice, "1000.00"))
    accrue(sam, deal)
    assert (earned(owner), owed(owner, ingrid)) == (20, 20)
    assert breaks(owner) == []


def test_a_credit_takes_back_what_is_no_longer_an_investment(owner, cast, deal, sam, account, ingrid):
    _, invoice = bought(owner, deal, cast.aldgate, "1000")
    match(sam, line(owner, account, "1000.00"), (invoice, "1000.00"))
    accrue(sam, deal)
    (investment,) = [row[0] for row in owner.execute("select id from invoice_lines where kind = 'investment'")]
    credit(sam, invoice, lines=[{"line": str(investment), "amount": "250.00"}])
    assert earned(owner) == 15 and owed(owner, ingrid) == 15
    assert breaks(owner) == []


def test_an_allocation_undone_takes_all_of_it_back(owner, cast, deal, sam, ingrid):
    allocation, invoice = bought(owner, deal, cast.aldgate, "1000")
    pay(owner, invoice, "300")
    accrue(sam, deal)
    owner.execute("update allocations set status = 'rejected' where id = %s", [allocation])
    assert [row[3:] for row in commissions(owner)] == [(D("6.00"), "cancelled"), (D("-6.00"), "cancelled")]
    assert value(owner, "select app.claw_back_commissions(%s)", allocation) == 0
    assert owed(owner, ingrid) == 0


def test_what_was_earned_by_terms_that_count_no_more_stays_with_its_money(owner, cast, deal, sam, account, ingrid):
    """400.00 of 1,000.00 at 200 bps, then the terms end before that day: more adds nothing, less takes its part."""
    _, invoice = bought(owner, deal, cast.aldgate, "1000")
    (first,) = match(sam, line(owner, account, "400.00"), (invoice, "400.00"))
    accrue(sam, deal)
    end = "select public.fn_end_agreement((select id from introducer_agreements), %s, 'Over')"
    sam.execute(end, [TODAY - timedelta(30)])
    match(sam, line(owner, account, "100.00"), (invoice, "100.00"))
    assert accrue(sam, deal) == 0 and earned(owner) == 8
    take_back(sam, first)
    assert (earned(owner), owed(owner, ingrid)) == (2, 2)
    owner.execute("update allocations set status = 'rejected'")
    assert (earned(owner), owed(owner, ingrid)) == (0, 0)
    assert accrue(sam, deal) == 0 and breaks(owner) == []


def test_undone_it_is_taken_back_whatever_counts_by_then(owner, cast, deal, sam, account, ingrid):
    """Other terms for the deal, and somebody who brought the investor before: what each earned goes."""
    _, invoice = bought(owner, deal, cast.aldgate, "1000")
    pay(owner, invoice, "500")
    accrue(sam, deal)
    agreed(owner, ingrid, deal=deal.id, rate=1000, basis_type="spread")
    other = introducer(owner, name="Okonjo Partners")
    agreed(owner, other, rate=100)
    brought(owner, other, cast.aldgate, created_at="2020-01-01")
    accrue(sam, deal)
    assert (owed(owner, ingrid), owed(owner, other)) == (10, 5)
    owner.execute("update allocations set status = 'rejected'")
    assert (owed(owner, ingrid), owed(owner, other)) == (0, 0)
    assert accrue(sam, deal) == 0 and breaks(owner) == []


# --- cancelled


CANCEL = "select public.fn_cancel_commission(%s, %s)"


def test_what_is_cancelled_never_comes_again(owner, cast, deal, sam, ingrid):
    _, invoice = bought(owner, deal, cast.aldgate, "1000")
    pay(owner, invoice, "500")
    accrue(sam, deal)
    (made,) = owner.execute("select id from introducer_commissions").fetchone()
    value(sam, CANCEL, made, "Waived by e-mail")
    assert accrue(sam, deal) == 0 and owed(owner, ingrid) == 0
    pay(owner, invoice, "500")
    accrue(sam, deal)
    assert [row[3:] for row in commissions(owner)] == [(D("10.00"), "cancelled"), (D("10.00"), "accrued")]
    owner.execute("update allocations set status = 'rejected'")
    assert (earned(owner), owed(owner, ingrid)) == (0, 0)
    assert accrue(sam, deal) == 0
    assert breaks(owner) == []


def test_cancelling_is_refused_and_changes_nothing(owner, cast, deal, app_connection, sam, ingrid):
    _, invoice = bought(owner, deal, cast.aldgate, "1000")
    pay(owner, invoice, "500")
    accrue(sam, deal)
    (made,) = owner.execute("select id from introducer_commissions").fetchone()
    before = everything(owner)
    assert refusal(value, sam, CANCEL, made, " ") == ("22023", "reason")
    for person in (cast.rita, cast.ingrid, cast.alice):
        assert refusal(value, app_connection(person), CANCEL, made, "No")[0] == "42501"
    assert everything(owner) == before
    value(sam, CANCEL, made, "Waived")
    assert refusal(value, sam, CANCEL, made, "Again") == ("22023", "status")


# --- who, and when


def test_only_staff_and_jobs_accrue_and_only_up_to_now(owner, cast, deal, app_connection, sam, ingrid):
    _, invoice = bought(owner, deal, cast.aldgate, "1000")
    pay(owner, invoice, "1000")
    before = everything(owner)
    run, asked = "select public.fn_accrue_commissions(%s, %s)", "select * from app.commission_preview(%s, %s)"
    for statement in (run, asked):
        for person in (cast.alice, cast.ingrid, None):
            assert refusal(value, app_connection(person), statement, deal.id, TODAY)[0] == "42501"
        assert refusal(value, sam, statement, "00000000-0000-0000-0000-00000000dead", TODAY)[0] == "42501"
        for day in (None, date(1899, 12, 31), TODAY + timedelta(2)):
            assert refusal(value, sam, statement, deal.id, day) == ("22023", "as_of")
    assert everything(owner) == before


def test_what_is_written_stays(owner, cast, deal, sam, ingrid):
    _, invoice = bought(owner, deal, cast.aldgate, "1000")
    pay(owner, invoice, "1000")
    accrue(sam, deal)
    assert refusal(owner.execute, "update introducer_commissions set accrual_amount = 1")[0] == "42501"
    assert refusal(owner.execute, "delete from introducer_commissions")[0] == "42501"
    key = (
        "insert into introducer_commissions (introducer_id, basis_type, allocation_id, step, rate_bps, accrual_amount)"
    )
    key += " select introducer_id, basis_type, allocation_id, step, 1, 1 from introducer_commissions"
    assert refusal(owner.execute, key)[0] == "23505"
    assert insert(
        owner, "introducer_commissions", introducer_id=ingrid, rate_bps=1, accrual_amount=1
    )  # as in the seeds
