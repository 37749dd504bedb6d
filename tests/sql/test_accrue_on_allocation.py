"""accrue_on_allocation, accrue_margin: one-off fees and the margin accrue with the allocation, in its transaction."""

from decimal import Decimal as D

import pytest

from tests.factories import value
from tests.sql.fees import YEARLY, accrue, amounts, balances, charge, differing
from tests.sql.holds import broken_rules

FEE = {"kind": "subscription", "calc_method": "percent_of_investment", "rate_bps": 250}
ALLOCATE = """insert into allocations (deal_id, investor_id, units, unit_price, status, approved_at)
              select %s, %s, u, 100, %s, '2025-01-01' from unnest(%s::numeric[]) u returning id"""
LOTS = "insert into allocation_lot_items (allocation_id, lot_id, units) select a.id, %s, %s from allocations a"


@pytest.fixture
def fees(owner, deal):
    charge(owner, deal, FEE, YEARLY)


def test_many_allocations_of_one_statement(owner, cast, deal, fees):
    owner.execute(ALLOCATE, [deal.id, cast.aldgate, "approved", [1000, 2000]])
    assert amounts(owner, "subscription") == [D("5000.00"), D("2500.00")]
    assert amounts(owner) == []
    assert balances(owner) == {"accrued_fees": D("7500.00"), "fee_income_subscription": D("-7500.00")}
    assert differing(owner) == []


@pytest.mark.parametrize("status", ["pending_review", "rejected"])
def test_what_is_not_approved_owes_nothing(owner, cast, deal, fees, status):
    owner.execute(ALLOCATE, [deal.id, cast.aldgate, status, [1000]])
    assert amounts(owner, "subscription") == []
    assert accrue(owner, deal, "2026-01-01") == 0


def test_the_margin_waits_for_all_lots(owner, cast, deal, fees):
    owner.execute(ALLOCATE, [deal.id, cast.aldgate, "approved", [1000]])
    owner.execute(LOTS, [deal.lots["A"], 400])
    assert amounts(owner, "spread_markup") == []
    assert value(owner, "select reason from app.fee_preview(%s, '2025-01-01')", deal.id) == "lots_missing"
    owner.execute(LOTS, [deal.lots["B"], 600])
    # 400 × 75.00 and 600 × 77.50.
    assert amounts(owner, "spread_markup") == [D("76500.00")]
    assert balances(owner)["spread"] == D("-76500.00")
    assert [row for row in broken_rules(owner) if "fee" in str(row)] == []


def test_nothing_of_it_stays_when_the_allocation_does_not(owner, cast, deal, fees):
    with pytest.raises(ZeroDivisionError), owner.transaction():
        owner.execute(ALLOCATE, [deal.id, cast.aldgate, "approved", [1000]])
        raise ZeroDivisionError
    assert amounts(owner, "subscription") == []
    assert balances(owner) == {}
