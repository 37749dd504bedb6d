"""projection and break_even: what fees come to by an exit, and where two plans change places; worked out by hand."""

import json
from decimal import Decimal as D
from fractions import Fraction
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import value
from tests.sql.holds import refusal
from tests.sql.test_quotation import ALL_IN, CLASSIC, QUOTE

PROJECTION = "select app.projection(%s::jsonb, %s, %s)"
BREAK_EVEN = "select app.break_even(%s::jsonb, %s::jsonb, %s)"
FEES = "select app.projected_fees(%s::jsonb, %s, %s)"
CARRY = CLASSIC[2]
SOFT = CARRY | {"hurdle_type": "soft"}


@pytest.fixture
def quote(owner):
    """100 units at 100.00 EUR under these fees, as text."""

    def ask(*fees, units="100"):
        fees = json.dumps([{"id": str(uuid4()), **fee} for fee in fees])
        return json.dumps(value(owner, QUOTE, fees, None, units, "100", "EUR"))

    return ask


@pytest.fixture
def ask(app_connection):
    connection = app_connection()
    return lambda *asked: value(connection, *asked)


def sums(found: dict) -> tuple[str, ...]:
    return tuple(found[name] for name in ("proceeds", "once", "yearly", "profit", "on_exit", "fees", "net"))


@pytest.mark.parametrize(
    ("multiple", "expected"),
    [
        ("1", ("10000.00", "200.00", "750.00", "0.00", "0.00", "950.00", "-950.00")),
        ("2", ("20000.00", "200.00", "750.00", "1200.00", "0.00", "2150.00", "7850.00")),
        ("3", ("30000.00", "200.00", "750.00", "3200.00", "0.00", "4150.00", "15850.00")),
        ("0", ("0.00", "200.00", "750.00", "0.00", "0.00", "950.00", "-10950.00")),
    ],
)
def test_the_classic_plan_after_five_years(ask, quote, multiple, expected):
    assert sums(ask(PROJECTION, quote(*CLASSIC), multiple, 5)) == expected


def test_one_fee_for_all_stays_what_it_is(ask, quote):
    found = ask(PROJECTION, quote(ALL_IN), 3, 7)
    assert sums(found) == ("30000.00", "500.00", "0.00", "0.00", "0.00", "500.00", "19500.00")
    assert (found["multiple"], found["years"], found["currency"], found["amount"]) == ("3", "7", "EUR", "10000.00")


def test_a_fixed_fee_on_exit_is_apart_from_the_share_of_profit(ask, quote):
    fixed = {"kind": "other", "calc_method": "fixed", "flat_amount": "120", "frequency": "on_exit"}
    assert sums(ask(PROJECTION, quote(fixed, CARRY), 2, 5))[1:6] == ("0.00", "0.00", "1200.00", "120.00", "1320.00")


def test_the_kinds_of_hurdle(ask, quote):
    """Profit 10,000 over 5 years at 8 %: the hurdle is 4,000 simple, 4,693.28 compounded."""
    annual = CARRY | {"hurdle_compounding": "annual"}
    after = CARRY | {"after_management_fee": True}
    assert ask(PROJECTION, quote(CARRY), 2, 5)["profit"] == "1200.00"
    assert ask(PROJECTION, quote(SOFT), 2, 5)["profit"] == "2000.00"
    assert ask(PROJECTION, quote(annual), 2, 5)["profit"] == "1061.34"
    assert ask(PROJECTION, quote(CLASSIC[1], after), 2, 5)["profit"] == "1050.00"


def test_what_cannot_be_projected_is_refused(app_connection, quote):
    connection, terms = app_connection(), quote(ALL_IN)
    for multiple, years in (
        ("-1", "5"),
        ("101", "5"),
        ("2", "-1"),
        ("2", "101"),
        ("NaN", "5"),
        (None, "5"),
        ("2", None),
    ):
        assert refusal(connection.execute, PROJECTION, [terms, multiple, years]) == ("22023", "years"), (
            multiple,
            years,
        )
    assert refusal(connection.execute, BREAK_EVEN, [terms, terms, "NaN"]) == ("22023", "years")


@pytest.mark.parametrize(
    ("first", "second", "years", "multiple", "cheaper"),
    [
        ([ALL_IN], CLASSIC, 1, "1.155", "second"),
        (CLASSIC, [ALL_IN], 1, "1.155", "first"),
        ([ALL_IN], [*CLASSIC[:2], SOFT], 1, "1.095", "second"),
        ([ALL_IN | {"rate_bps": 600}], [*CLASSIC[:2], SOFT], 1, "1.125", "second"),
        ([ALL_IN], [*CLASSIC[:2], CARRY | {"after_management_fee": True}], 1, "1.17", "second"),
        ([ALL_IN], CLASSIC, 5, None, "first"),
        ([ALL_IN], [ALL_IN], 5, None, "same"),
        ([CARRY], [CARRY | {"rate_bps": 1000}], 5, "1.4", "same"),
        ([], [CARRY | {"hurdle_rate_bps": None}], 5, "1", "same"),
    ],
)
def test_break_even(ask, quote, first, second, years, multiple, cheaper):
    found = ask(BREAK_EVEN, quote(*first), quote(*second), years)
    assert (found["multiple"] and D(found["multiple"]), found["cheaper"]) == (multiple and D(multiple), cheaper)


def test_caps_and_tax_of_an_exit(ask, quote):
    """150 a year for five years, at most 500; 20 % of 10,000 − 4,000, at most 1,000; 25 % VAT on both."""
    management = CLASSIC[1] | {"cap_amount": "500", "cap_scope": "total", "vat_rate_bps": 2500}
    found = ask(PROJECTION, quote(CLASSIC[0], management, CARRY | {"cap_amount": "1000", "vat_rate_bps": 2500}), 2, 5)
    assert sums(found)[1:] == ("200.00", "500.00", "1000.00", "0.00", "2075.00", "7925.00")
    assert found["vat"] == "375.00"
    yearly = ask(PROJECTION, quote(CLASSIC[1] | {"cap_amount": "120"}), 2, 5)
    assert yearly["yearly"] == "600.00"


def test_a_cap_is_a_bend(ask, quote):
    """600 once against 350 and 20 % of what is above 800: the same at a profit of 2,050, if the cap allows 250."""
    first, capped = quote(ALL_IN | {"rate_bps": 600}), quote(*CLASSIC[:2], CARRY | {"cap_amount": "251"})
    assert D(ask(BREAK_EVEN, first, capped, 1)["multiple"]) == D("1.205")
    second = quote(*CLASSIC[:2], CARRY | {"cap_amount": "249"})
    assert ask(BREAK_EVEN, first, second, 1) == {"multiple": None, "cheaper": "second"}


def test_tax_moves_the_break_even(ask, quote):
    """5 % with 25 % VAT is 625; 200 + 150 + 20 % of what is above 800."""
    found = ask(BREAK_EVEN, quote(ALL_IN | {"vat_rate_bps": 2500}), quote(*CLASSIC), 1)
    assert (D(found["multiple"]), found["cheaper"]) == (D("1.2175"), "second")


def test_many_fees_are_compared_in_reasonable_time(app_connection, ask, quote):
    """Forty fees on either side: two thousand fees at a bend, not a hundred thousand."""
    many = [CARRY | {"rate_bps": 10 + i, "hurdle_rate_bps": 100 * i, "after_management_fee": True} for i in range(40)]
    first, second = quote(CLASSIC[1], *many), quote(ALL_IN, *many[::2])
    connection = app_connection()
    connection.execute("set statement_timeout = '20s'")
    assert value(connection, BREAK_EVEN, first, second, 5)["cheaper"] in ("first", "second")


def test_nothing_bought_has_no_break_even(ask, quote):
    assert ask(BREAK_EVEN, quote(ALL_IN, units="0"), quote(*CLASSIC, units="0"), 5) == {
        "multiple": None,
        "cheaper": "same",
    }


def test_both_plans_cost_the_same_where_they_break_even(ask, quote):
    """And below it the one that is said to be cheaper is so."""
    rates, profit = st.integers(0, 1000), st.fixed_dictionaries(
        {"rate_bps": st.integers(0, 3000), "hurdle_rate_bps": st.integers(0, 1200) | st.none(),
         "hurdle_type": st.sampled_from(["hard", "soft"]), "catch_up_bps": st.integers(3000, 10000)})  # fmt: skip

    @settings(max_examples=60, deadline=None, database=None)
    @given(first=st.tuples(rates, profit), second=st.tuples(rates, profit), years=st.integers(0, 12))
    def check(first, second, years):
        one, two = (quote(ALL_IN | {"rate_bps": rate}, CARRY | share) for rate, share in (first, second))
        found = ask(BREAK_EVEN, one, two, years)
        if found["multiple"] is None:
            return
        at = D(found["multiple"])
        gap = lambda m: Fraction(ask(FEES, one, m, years)) - Fraction(ask(FEES, two, m, years))  # noqa: E731
        assert abs(gap(at)) < Fraction(1, 10**6)
        below = gap(at * D("0.999")) if at else 0
        assert {"first": below <= 0, "second": below >= 0, "same": abs(below) < Fraction(1, 10**6)}[found["cheaper"]]

    check()
