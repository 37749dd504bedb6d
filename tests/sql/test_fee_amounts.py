"""What a fee comes to: tiers, bounds, parts of a period, marks; the figures of domain rules §6, to the cent."""

import json
from datetime import date, timedelta
from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import value
from tests.sql.holds import refusal

FEE = "select app.period_fee(%s, %s, %s, %s, %s, %s, %s, %s)"
ROUNDED = "select app.money_round(app.period_fee(%s, %s, %s, %s, %s, %s, %s), 'EUR')"
TIERED = "select app.tiered(%s, %s::jsonb, %s)"
PERFORMANCE = "select app.performance_fee(%s, %s, %s, %s)"
TIERS = [{"up_to": "1000000", "rate_bps": "200"}, {"up_to": "5000000", "rate_bps": "150"},
         {"up_to": None, "rate_bps": "100"}]  # fmt: skip


@pytest.fixture
def ask(app_connection):
    connection = app_connection()
    return lambda *asked: value(connection, *asked)


Q2 = ("2025-04-01", "2025-06-30")


@pytest.mark.parametrize(
    ("base", "bps", "period", "whole", "convention", "fee"),
    [
        ("500000", 200, ("2025-01-01", "2025-03-31"), None, "ACT/365F", "2465.75"),
        ("500000", 200, Q2, None, "ACT/365F", "2493.15"),
        ("500000", 200, ("2025-07-01", "2025-09-30"), None, "ACT/365F", "2520.55"),
        ("500000", 200, ("2025-10-01", "2025-12-31"), None, None, "2520.55"),
        ("100000", 200, Q2, None, "ACT/365F", "498.63"),
        ("5000000", 150, ("2025-01-01", "2025-03-31"), None, "ACT/365F", "18493.15"),
        # From 20 May: 42 of 91 days, whatever the day count.
        ("100000", 200, ("2025-05-20", "2025-06-30"), Q2, "ACT/365F", "230.14"),
        ("10000000", 200, Q2, None, "30/360 ISDA", "50000.00"),
        ("10000000", 200, ("2025-05-20", "2025-06-30"), Q2, "30/360 ISDA", "23076.92"),
        ("10000000", 200, ("2025-04-01", "2025-05-19"), Q2, "30E/360", "26923.08"),
        # A half that comes out exactly is one: 182.50 × 1 % × 1/365 = 0.005.
        ("182.50", 100, ("2025-04-01", "2025-04-01"), None, "ACT/365F", "0.01"),
        ("0", 200, Q2, None, "ACT/365F", "0.00"),
        ("500000", 0, Q2, None, "ACT/365F", "0.00"),
    ],
)
def test_a_period(ask, base, bps, period, whole, convention, fee):
    assert ask(ROUNDED, D(base), bps, *period, *(whole or period), convention) == D(fee)


def test_without_proration_the_whole_period_is_owed(ask):
    part = ("2025-05-20", "2025-06-30")
    assert ask(FEE, 10_000_000, 200, *part, *Q2, "30E/360", "none") == 50_000
    assert ask("select app.part_days(%s, %s, %s, %s, 'none')", *part, *Q2) == 91
    assert ask("select app.part_days(%s, %s, %s, %s, null)", *part, *Q2) == 42
    assert ask("select app.prorated(91, %s, %s, %s, %s)", *part, *Q2) == 42
    assert ask("select app.prorated(91, %s, %s, %s, %s, 'none')", *part, *Q2) == 91


def test_thirty_days_and_twenty_nine_of_them(ask):
    """200.00 for 30 days, 29 used, 25 % VAT: 193.33 + 48.33 = 241.66."""
    june = ("2025-06-01", "2025-06-30")
    net = ask("select app.money_round(app.prorated(200, '2025-06-02', '2025-06-30', %s, %s), 'EUR')", *june)
    vat = ask("select app.vat_of(%s, 2500, 'EUR')", net)
    assert (net, vat, net + vat) == (D("193.33"), D("48.33"), D("241.66"))


@pytest.mark.parametrize(
    ("period", "whole", "convention", "proration", "why"),
    [
        (("2025-03-31", "2025-06-30"), Q2, "ACT/365F", None, "dates"),
        (("2025-04-01", "2025-07-01"), Q2, "ACT/365F", None, "dates"),
        (("2025-05-02", "2025-05-01"), Q2, "ACT/365F", None, "dates"),
        (Q2, Q2, "ACT/364", None, "convention"),
        (Q2, Q2, "ACT/365F", "by_weeks", "proration"),
    ],
)
def test_what_is_no_part_of_a_period_is_refused(app_connection, period, whole, convention, proration, why):
    asked = [1000, 200, *period, *whole, convention, proration]
    assert refusal(app_connection().execute, FEE, asked) == ("22023", why)


def test_the_parts_of_a_period_make_the_period(ask):
    """Unrounded, they differ from it by less than rounding anything could tell."""
    day = timedelta(1)

    @settings(max_examples=100, deadline=None, database=None)
    @given(
        start=st.dates(date(2000, 1, 1), date(2040, 12, 31)),
        length=st.integers(1, 366),
        cut=st.floats(0, 1),
        base=st.decimals(0, 10**9, places=2),
        bps=st.integers(0, 10_000),
        convention=st.sampled_from(["ACT/365F", "ACT/360", "ACT/ACT ISDA", "30E/360"]),
    )
    def check(start, length, cut, base, bps, convention):
        end, middle = start + timedelta(length), start + timedelta(int(cut * (length - 1)))
        pieces = [(start, middle), (middle + day, end), (start, end)]
        one, two, both = (ask(FEE, base, bps, *piece, start, end, convention, None) for piece in pieces)
        assert abs(Fraction(one) + Fraction(two) - Fraction(both)) < Fraction(1, 10**20)

    check()


@pytest.mark.parametrize(
    ("base", "mode", "fee"),
    [
        ("1000000", "marginal", "20000"),
        ("1000000.01", "marginal", "20000.00015"),
        ("3000000", "marginal", "50000"),
        ("3000000", None, "50000"),
        ("7000000", "marginal", "100000"),
        ("1000000", "whole", "20000"),
        ("1000000.01", "whole", "15000.00015"),
        ("3000000", "whole", "45000"),
        ("7000000", "whole", "70000"),
        ("0", "marginal", "0"),
        ("-5", "marginal", "0"),
        ("-5", "whole", "0"),
    ],
)
def test_tiers(ask, base, mode, fee):
    assert ask(TIERED, D(base), json.dumps(TIERS), mode) == D(fee)


def test_tiers_of_a_period(ask):
    """3,000,000 in 91 days of 365: the year's 50,000.00, as a rate of all of it."""
    fee = "select app.money_round(app.period_fee(app.tiered(3000000, %s::jsonb), 10000, %s, %s, %s, %s), 'EUR')"
    assert ask(fee, json.dumps(TIERS), *Q2, *Q2) == D("12465.75")


def test_no_base_or_no_tiers_give_no_fee(ask):
    assert ask(TIERED, None, json.dumps(TIERS), "marginal") is None
    assert ask(TIERED, None, json.dumps(TIERS), "whole") is None
    assert ask(TIERED, 5, None, "marginal") is None
    assert ask(FEE, None, 100, *Q2, *Q2, None, None) is None


def test_an_unknown_way_of_tiers_is_refused(app_connection):
    asked = [5, json.dumps(TIERS), "steps"]
    assert refusal(app_connection().execute, TIERED, asked) == ("22023", "tier_mode")


LAST = {"up_to": None, "rate_bps": "100"}


@pytest.mark.parametrize(
    ("tiers", "fault"),
    [
        (TIERS, None),
        ([LAST], None),
        (None, None),
        ([], "count"),
        ({}, "count"),
        ([LAST] * 21, "count"),
        ([{"up_to": "5", "rate_bps": "100"}], "last"),
        ([LAST, LAST], "up_to"),
        ([{"up_to": "0", "rate_bps": "1"}, LAST], "up_to"),
        ([{"up_to": "5", "rate_bps": "1"}, {"up_to": "5", "rate_bps": "1"}, LAST], "up_to"),
        ([{"up_to": 5, "rate_bps": "1"}, LAST], "up_to"),
        ([{"up_to": "-5", "rate_bps": "1"}, LAST], "up_to"),
        ([{"up_to": "NaN", "rate_bps": "1"}, LAST], "up_to"),
        ([{"up_to": None, "rate_bps": "10001"}], "rate_bps"),
        ([{"up_to": None, "rate_bps": 100}], "rate_bps"),
        ([{"up_to": None, "rate_bps": "-1"}], "rate_bps"),
        ([{"up_to": None}], "rate_bps"),
        ([{"up_to": None, "rate_bps": "1", "hurdle": "1"}], "rate_bps"),
        ([5], "rate_bps"),
    ],
    ids=str,
)
def test_tiers_that_cannot_be_counted_with(ask, tiers, fault):
    assert ask("select app.tiers_at_fault(%s::jsonb)", None if tiers is None else json.dumps(tiers)) == fault


@pytest.mark.parametrize(
    ("amount", "floor", "cap", "found"),
    [("5", "10", None, "10"), ("5", None, "3", "3"), ("5", "1", "9", "5"), ("5", None, None, "5"), ("5", "8", "6", "6"),
     (None, "8", "9", None), ("5", None, "0", "0")],
)  # fmt: skip
def test_bounds(ask, amount, floor, cap, found):
    assert ask("select app.bounded(%s::numeric, %s::numeric, %s::numeric)", amount, floor, cap) == (found and D(found))


@pytest.mark.parametrize(("net", "values"), [(False, ["550", "484", "564.96"]), (True, ["552", "485.76", "568.96"])])
def test_a_high_water_mark_over_three_years(ask, net, values):
    """500 at first; +15 %, −10 %, +20 %; 2 % of the opening value, 20 % of what is above the mark."""
    left = mark = D(500)
    found, marks = [], []
    for growth in ("1.15", "0.90", "1.20"):
        gross, management = left * D(growth), left * D("0.02")
        fee = ask(PERFORMANCE, gross, mark, 2000, management if net else 0)
        left = gross - management - fee
        mark = ask("select app.mark(%s, %s)", left, mark)
        found.append(round(left, 2))
        marks.append(round(mark, 2))
    assert found == [D(value) for value in values]
    assert net or marks == [550, 550, D("564.96")]


def test_each_investor_has_a_mark_of_their_own(ask):
    """Entered at 100 and at 80: at 95 the second owes on 15 a unit, the first nothing."""
    assert [ask(PERFORMANCE, 95, mark, 2000, 0) for mark in (100, 80)] == [0, 3]


def test_above_a_mark_a_hurdle_counts_as_it_does_of_a_profit(ask):
    asked = "select app.performance_fee(110, 100, 2000, 0, 8, %s, %s)"
    assert (ask(asked, "hard", None), ask(asked, "soft", None), ask(asked, "soft", 5000)) == (D("0.4"), 2, 1)


@pytest.mark.parametrize(
    ("amount", "currency", "rounding", "found"),
    [("1.005", "EUR", "half_up", "1.01"), ("1.005", "EUR", None, "1.01"), ("1.009", "EUR", "down", "1.00"),
     ("1.5", "JPY", "half_up", "2"), ("1.9", "JPY", "down", "1"), ("-1.009", "EUR", "down", "-1.00")],
)  # fmt: skip
def test_rounding(ask, amount, currency, rounding, found):
    assert str(ask("select app.fee_round(%s, %s, %s)", D(amount), currency, rounding)) == found
