"""The arithmetic of a commission, by table, and its recomputation from a derivation."""

import json
from decimal import Decimal as D

import pytest

from tests.factories import value
from tests.sql.holds import refusal

TIERS = json.dumps([{"up_to": "100000", "rate_bps": "200"}, {"up_to": None, "rate_bps": "50.5"}])


@pytest.mark.parametrize(
    ("base", "rate", "tiers", "cap", "currency", "amount"),
    [
        ("400000", 200, None, None, "USD", "8000.00"),
        ("5000000", 150, None, "50000", "USD", "50000.00"),
        ("3333333.33", 150, None, "50000", "USD", "50000.00"),
        ("3333332", 150, None, "50000", "USD", "49999.98"),
        ("0.25", 200, None, None, "USD", "0.01"),  # half a cent, up
        ("0.24", 200, None, None, "USD", "0.00"),
        ("50", 100, None, None, "JPY", "1"),
        ("400000", 0, None, None, "USD", "0.00"),
        ("400000", None, None, None, "USD", "0.00"),
        ("-10", 200, None, None, "USD", "0.00"),
        ("400000", 200, None, "0", "USD", "0.00"),
        ("100000", None, TIERS, None, "USD", "2000.00"),
        ("300000", None, TIERS, None, "USD", "3010.00"),
        ("300000", None, TIERS, "2500.50", "USD", "2500.50"),
    ],
)
def test_amount(owner, base, rate, tiers, cap, currency, amount):
    asked = "select app.commission_amount(%s::numeric, %s::numeric, %s::jsonb, %s::numeric, %s)"
    assert value(owner, asked, base, rate, tiers, cap, currency) == D(amount)


RECOMPUTE = "select app.recompute_commission(%s::jsonb, 'USD')"


def step(**inputs):
    return json.dumps({"inputs": {"base": "1000", "rate_bps": "200", "accrued_before": "0.00"} | inputs})


@pytest.mark.parametrize(
    ("inputs", "amount"),
    [
        ({}, "20.00"),
        ({"accrued_before": "15.00"}, "5.00"),
        ({"accrued_before": "25.00"}, "-5.00"),
        ({"base": "0", "accrued_before": "20.00"}, "-20.00"),
        ({"base": "0", "accrued_before": "20.00", "kept": "12.00"}, "-12.00"),
        ({"cap": "7"}, "7.00"),
        ({"base": "2000"}, "40.00"),  # another input, another result
    ],
)
def test_a_step_follows_from_its_inputs(app_connection, cast, inputs, amount):
    assert value(app_connection(cast.ingrid), RECOMPUTE, step(**inputs)) == D(amount)


def test_inputs_that_are_no_figures_are_refused(app_connection, cast):
    assert refusal(value, app_connection(cast.sam), RECOMPUTE, step(base="much")) == ("22023", "inputs")
