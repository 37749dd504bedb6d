"""split and vat_of: parts that add up, and tax on a sum."""

from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import value
from tests.sql.holds import refusal

SPLIT = "select app.split(%s::numeric, %s::numeric[], %s)"
VAT = "select app.vat_of(%s, %s, %s)"


@pytest.mark.parametrize(
    ("amount", "weights", "currency", "parts"),
    [
        ("100.00", "{1,1,1}", "EUR", ["33.34", "33.33", "33.33"]),
        ("-100.00", "{1,1,1}", "EUR", ["-33.34", "-33.33", "-33.33"]),
        ("7", "{50,30,20}", "JPY", ["4", "2", "1"]),
        ("100", "{1,1,1}", "JPY", ["34", "33", "33"]),
        ("0.01", "{0,5,5}", "EUR", ["0.00", "0.01", "0.00"]),
        ("0.02", "{1,0.5,2}", "EUR", ["0.01", "0.00", "0.01"]),
        ("0.00", "{3,4}", "EUR", ["0.00", "0.00"]),
        ("8550.00", "{100}", "USD", ["8550.00"]),
    ],
)
def test_parts(app_connection, amount, weights, currency, parts):
    assert [str(part) for part in value(app_connection(), SPLIT, amount, weights, currency)] == parts


@pytest.mark.parametrize(
    ("amount", "weights", "why"),
    [("1", "{1,Infinity}", "weights"), ("Infinity", "{1}", "amount"), ("1", "{}", "weights"), ("1", None, "weights"),
     ("1", "{0,0}", "weights"), ("1", "{1,-1}", "weights"),
     ("1", "{2,-1}", "weights"), ("1", "{1,NULL}", "weights"), ("1", "{1,NaN}", "weights"),
     ("0.005", "{1,1}", "amount"), (None, "{1,1}", "amount"), ("NaN", "{1,1}", "amount")],
)  # fmt: skip
def test_what_cannot_be_split_is_refused(app_connection, amount, weights, why):
    assert refusal(app_connection().execute, SPLIT, [amount, weights, "EUR"]) == ("22023", why)


def test_parts_add_up_and_none_is_a_cent_from_its_share(app_connection):
    connection = app_connection()

    @settings(max_examples=150, deadline=None, database=None)
    @given(
        amount=st.decimals(-(10**12), 10**12, places=2),
        weights=st.lists(st.decimals(0, 10**9, places=3), min_size=1, max_size=9).filter(any),
    )
    def check(amount, weights):
        parts, whole = value(connection, SPLIT, amount, weights, "EUR"), sum(weights)
        assert sum(parts) == amount
        assert all(abs(part * whole - amount * w) < D("0.01") * whole for part, w in zip(parts, weights, strict=True))
        assert value(connection, SPLIT, -amount, weights, "EUR") == [-part for part in parts]

    check()


@pytest.mark.parametrize(
    ("total", "bps", "currency", "vat"),
    [("193.33", 2500, "EUR", "48.33"), ("-193.33", 2500, "EUR", "-48.33"), ("0.10", 2500, "EUR", "0.03"),
     ("100.00", 0, "EUR", "0.00"), ("105", 1000, "JPY", "11"), ("200.00", "770", "CHF", "15.40")],
)  # fmt: skip
def test_vat(app_connection, total, bps, currency, vat):
    assert str(value(app_connection(), VAT, D(total), D(bps), currency)) == vat
