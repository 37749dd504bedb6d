"""Whatever comes in which order, commissions add up to what their base earns (domain-rules §8)."""

from decimal import Decimal as D
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import add_investor, value
from tests.sql.introducers import accrue, agreed, bought, breaks, brought, introducer, owed
from tests.sql.invoices import ready
from tests.sql.matches import line, match, take_back

CENTS = st.integers(1, 40_000)
STEPS = st.lists(st.tuples(st.sampled_from(["pay", "take back", "accrue"]), CENTS), min_size=1, max_size=8)
TERMS = (
    {"rate": 137, "cap": None},
    {"rate": 777, "cap": D("12.34")},
    {"rate": None, "tiers": [{"up_to": "100", "rate_bps": "333"}, {"up_to": None, "rate_bps": "77"}]},
)


@pytest.fixture
def house(owner, cast, app_connection):
    owner.execute("delete from fee_components")
    return ready(app_connection, cast)["USD"]


@pytest.mark.parametrize("terms", TERMS)
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_the_sum_is_the_commission_on_what_is_funded(owner, cast, deal, house, app_connection, terms, steps):
    sam, them = app_connection(cast.sam), introducer(owner)
    agreed(owner, them, **terms)
    investor = add_investor(owner, f"Investor {uuid4().hex}")  # each example has its own
    brought(owner, them, investor, deal.id)
    _, invoice = bought(owner, deal, investor, "1000")
    funded, matches = D(0), []
    for what, cents in steps:
        amount = min(D(cents) / 100, 1000 - funded)
        if what == "pay" and amount:
            matches += match(sam, line(owner, house, str(amount)), (invoice, str(amount)))
            funded += amount
        elif what == "take back" and matches:
            last = matches.pop()
            funded -= value(owner, "select matched_amount from reconciliations where id = %s", last)
            take_back(sam, last)
        else:
            accrue(sam, deal)
    accrue(sam, deal)
    asked = "select app.commission_amount(%s, %s, %s::jsonb, %s, 'USD')"
    row = "select rate_bps, tiers::text, cap_amount from introducer_agreements where introducer_id = %s"
    rate, tiers, cap = owner.execute(row, [them]).fetchone()
    due = value(owner, asked, funded, rate, tiers, cap)
    theirs = "select coalesce(sum(accrual_amount), 0) from introducer_commissions where introducer_id = %s"
    assert value(owner, theirs, them) == due == owed(owner, them)
    assert breaks(owner) == [] and accrue(sam, deal) == 0
