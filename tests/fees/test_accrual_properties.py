"""However a year of fees is asked for, it comes to the same: no day twice, none lost, and no cent but by rounding."""

from datetime import date, timedelta
from decimal import Decimal as D

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import value
from tests.sql.fees import YEARLY, accrue, bought, charge, differing

START, END = date(2025, 1, 1), date(2025, 12, 31)
SUM = "select coalesce(sum(computed_amount), 0) from fee_events where kind = %s"
days = st.dates(START, END)
check = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def begin(owner, cast, deal):
    """Each example stands in a transaction of its own, which is taken back."""

    def it(*fees, amount="500000", on=START):
        owner.execute("begin")
        charge(owner, deal, *fees)
        return bought(owner, deal, cast.aldgate, amount, on.isoformat())

    yield it
    owner.execute("rollback")


@check
@given(runs=st.lists(days, max_size=4), advance=st.booleans(), frequency=st.sampled_from(["monthly", "quarterly"]))
def test_in_how_many_runs_does_not_matter(owner, deal, begin, runs, advance, frequency):
    begin(YEARLY | {"in_advance": advance, "frequency": frequency})
    try:
        for as_of in (*runs, END):
            accrue(owner, deal, as_of)
        assert accrue(owner, deal, END) == 0
        assert abs(value(owner, SUM, "management") - D("10000.00")) <= D("0.06")  # half a cent a period
        covered = owner.execute(
            "select range_agg(daterange(period_start, period_end, '[]'))::text, sum(period_end - period_start + 1)"
            " from fee_events where period_start is not null"
        ).fetchone()
        assert covered == ("{[2025-01-01,2026-01-01)}", 365)
        assert differing(owner) == []
    finally:
        owner.execute("rollback")


@check
@given(cut=st.dates(START + timedelta(days=1), END), amount=st.integers(1, 10**9))
def test_where_a_period_is_cut_changes_at_most_rounding(owner, deal, begin, cut, amount):
    """An entry that moves nothing begins a part of the period, and the parts come to the same."""
    allocation = begin(YEARLY | {"frequency": "annual"}, amount=amount)
    try:
        owner.execute(
            "insert into position_entries (investor_id, vehicle_id, deal_id, allocation_id, effective_date, units,"
            " cost, cause, key) select investor_id, vehicle_id, deal_id, allocation_id, d, u, 0, 'correction', k"
            "  from position_entries, (values (%s::date, 1, 'a'), (%s::date, -1, 'b')) v(d, u, k)"
            " where allocation_id = %s",
            [cut, cut, allocation],
        )
        assert accrue(owner, deal, END) == 2
        whole = round(D(amount) * 2 / 100, 2)
        assert abs(value(owner, SUM, "management") - whole) <= D("0.01")
    finally:
        owner.execute("rollback")


@check
@given(holds=st.lists(st.integers(1, 10**6), min_size=1, max_size=6), flat=st.integers(1, 10**9))
def test_a_split_fee_adds_up(owner, cast, deal, begin, holds, flat):
    begin({"kind": "flat", "calc_method": "fixed", "flat_amount": D(flat) / 100, "frequency": "quarterly"}, amount=100)
    try:
        commitment = value(
            owner,
            "insert into deal_commitments (deal_id, investor_id, requested_units, unit_price, status,"
            " selected_fee_plan_id) values (%s, %s, %s, 1, 'approved', %s) returning id",
            deal.id, cast.morland, sum(holds), deal.fee_plan_id,
        )  # fmt: skip
        for units in holds:
            one = bought(owner, deal, cast.morland, units, "2025-01-01", price="1")
            owner.execute("update allocations set commitment_id = %s where id = %s", [commitment, one])
        accrue(owner, deal, "2025-03-31")
        asked = "select sum(computed_amount) from fee_events where commitment_id = %s and period_start is not null"
        assert value(owner, asked, commitment) == D(flat) / 100
        assert differing(owner) == []
    finally:
        owner.execute("rollback")
