"""hurdle and carry: what a manager takes of a profit, against figures worked out by hand (domain rules §6)."""

from decimal import Decimal as D
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import value

HURDLE = "select app.hurdle(%s, %s, %s, %s)"
CARRY = "select app.carry(%s, %s, %s, %s, %s)"


@pytest.mark.parametrize(
    ("paid_in", "bps", "years", "compounding", "hurdle"),
    [
        ("100000", 800, 2, None, "16000"),
        ("100000", 800, 2, "simple", "16000"),
        ("100000", 800, 2, "annual", "16640"),
        ("100000", 0, 5, "annual", "0"),
        ("100000", 800, 0, "annual", "0"),
        ("0", 800, 3, "simple", "0"),
    ],
)
def test_hurdle(app_connection, paid_in, bps, years, compounding, hurdle):
    assert value(app_connection(), HURDLE, D(paid_in), bps, years, compounding) == D(hurdle)


@pytest.mark.parametrize(
    ("profit", "hurdle", "bps", "kind", "catch_up", "carry"),
    [
        ("50000", "16000", 2000, "hard", None, "6800"),
        ("50000", "16000", 2000, None, None, "6800"),
        ("10", "8", 2000, "hard", None, "0.40"),
        ("10", "8", 2000, "soft", None, "2.00"),
        ("9", "8", 2000, "hard", None, "0.20"),
        ("9", "8", 2000, "soft", None, "1.00"),
        ("9", "8", 2000, "soft", 5000, "0.50"),
        ("8", "8", 2000, "soft", None, "0"),
        ("7", "8", 2000, "hard", None, "0"),
        ("-5", "0", 2000, "hard", None, "0"),
        ("11500", "0", 1000, "hard", None, "1150"),
        ("10", "0", 0, "soft", None, "0"),
    ],
)
def test_carry(app_connection, profit, hurdle, bps, kind, catch_up, carry):
    assert value(app_connection(), CARRY, D(profit), D(hurdle), bps, kind, catch_up) == D(carry)


def test_more_profit_never_gives_less_and_never_takes_more_than_the_share(app_connection):
    connection = app_connection()
    amounts = st.decimals(-1000, 5000, places=2)

    @settings(max_examples=150, deadline=None, database=None)
    @given(
        profit=amounts,
        more=st.decimals(0, 500, places=2),
        hurdle=st.decimals(0, 2000, places=2),
        bps=st.integers(0, 5000),
        kind=st.sampled_from(["hard", "soft"]),
        catch_up=st.integers(5000, 10000),
    )
    def check(profit, more, hurdle, bps, kind, catch_up):
        less = value(connection, CARRY, profit, hurdle, bps, kind, catch_up)
        most = value(connection, CARRY, profit + more, hurdle, bps, kind, catch_up)
        assert 0 <= less <= most <= max(Fraction(profit + more) * bps / 10_000, 0)

    check()
