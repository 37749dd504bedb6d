"""period_amount: what one fee comes to for one period, by its method and options."""

import json
from decimal import Decimal as D

import pytest

from tests.factories import value
from tests.sql.holds import refusal

ASKED = """select app.period_amount(jsonb_populate_record(null::public.fee_components, %s::jsonb), %s::jsonb,
                                    %s::numeric, %s, %s, '2025-04-01', '2025-06-30')"""
WHOLE, SHORT = ("2025-04-01", "2025-06-30"), ("2025-05-20", "2025-06-30")
TIERS = [{"up_to": "1000000", "rate_bps": "200"}, {"up_to": None, "rate_bps": "150"}]
YEARLY = {"kind": "management", "calc_method": "percent_per_annum", "rate_bps": 200, "frequency": "quarterly"}
PERCENT = {"kind": "other", "calc_method": "percent_of_investment", "rate_bps": 10, "frequency": "quarterly"}
FIXED = {"kind": "management", "calc_method": "fixed", "flat_amount": "910.00", "frequency": "quarterly"}
UNIT = {"kind": "other", "calc_method": "per_unit_spread", "flat_amount": "0.25", "frequency": "quarterly"}
CARRY = {"kind": "performance", "calc_method": "percent_of_profit", "rate_bps": 2000, "frequency": "on_exit"}


@pytest.mark.parametrize(
    ("fee", "own", "base", "days", "amount"),
    [
        (YEARLY, None, "500000", WHOLE, "2493.15"),
        (YEARLY, None, "500000", SHORT, "1150.68"),
        (YEARLY | {"proration": "none"}, None, "500000", SHORT, "2493.15"),
        (YEARLY | {"day_count": "30/360 ISDA"}, None, "10000000", SHORT, "23076.92"),
        (YEARLY | {"rate_bps": None, "tiers": TIERS}, None, "3000000", WHOLE, "12465.75"),
        (YEARLY | {"rate_bps": None, "tiers": TIERS, "tier_mode": "whole"}, None, "3000000", WHOLE, "11219.18"),
        (YEARLY | {"rate_bps": None, "tiers": TIERS}, {"rate_bps": "100"}, "3000000", WHOLE, "7479.45"),
        # Bounds are a whole period's: of 42 days of 91, that part.
        (YEARLY | {"floor_amount": "9100"}, None, "500000", WHOLE, "9100.00"),
        (YEARLY | {"floor_amount": "9100"}, None, "500000", SHORT, "4200.00"),
        (YEARLY | {"cap_amount": "910"}, None, "500000", SHORT, "420.00"),
        (YEARLY | {"cap_amount": "910", "cap_scope": "total"}, None, "500000", WHOLE, "2493.15"),
        (YEARLY | {"floor_amount": "9100"}, {"rate_bps": 0}, "500000", WHOLE, "0.00"),
        (YEARLY, {"rate_bps": 0}, "500000", WHOLE, "0.00"),
        (YEARLY, None, None, WHOLE, None),
        (PERCENT, None, "500000", WHOLE, "500.00"),
        (PERCENT, None, "500000", SHORT, "230.77"),
        (FIXED, None, None, SHORT, "420.00"),
        (FIXED, {"flat_amount": "91.00"}, None, SHORT, "42.00"),
        (UNIT, None, "1000", WHOLE, "250.00"),
        (CARRY, None, "1000", WHOLE, None),
    ],
)  # fmt: skip
def test_amounts(owner, fee, own, base, days, amount):
    found = value(owner, ASKED, json.dumps(fee), own and json.dumps(own), base, *days)
    assert (found and round(found, 2)) == (amount and D(amount))


def test_a_part_beyond_its_period_is_refused(owner):
    asked = [json.dumps(FIXED), None, None, "2025-03-31", "2025-06-30"]
    assert refusal(owner.execute, ASKED, asked) == ("22023", "dates")
