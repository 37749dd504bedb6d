"""profit_candidates: shares of profit at exits and period by period, above the mark, under the commitment's cap."""

from decimal import Decimal as D

import pytest

from tests import factories
from tests.factories import value
from tests.sql.commitments import decide
from tests.sql.exits import allocated, approval_about, propose_exit
from tests.sql.fees import CARRY, YEARLY, accrue, add_valuation, amounts, bought, charge, differing, not_accrued
from tests.sql.holds import broken_rules, refusal

EACH_YEAR = CARRY | {"frequency": "annual", "high_watermark": True}
OCCASIONS = "select occasion, computed_amount from fee_events where kind = 'performance' order by event_date, occasion"


def sell(owner, cast, app_connection, deal, fraction, price, on):
    made = propose_exit(app_connection(cast.sam), deal, fraction, price, on)
    assert decide(app_connection(cast.abe), approval_about(owner, made)) == "approved"


def value_each_year(owner, deal, *per_unit, start=2025):
    for n, nav in enumerate(per_unit):
        add_valuation(owner, deal, f"{start + n}-12-31", nav)


def different(owner):
    """Shares of profit that their own inputs do not give to the cent."""
    return owner.execute(
        "select id from fee_events where kind = 'performance'"
        " and app.recompute_fee(derivation, currency) is distinct from computed_amount"
    ).fetchall()


@pytest.fixture
def opening(owner, deal):
    """2 % of the opening value is a flat amount here, since no earlier year's fees leave the vehicle."""
    return lambda year, amount, allocation: factories.insert(
        owner, "fee_events", deal_id=deal.id, allocation_id=allocation, kind="management", occasion=str(year),
        event_date=f"{year}-12-31", computed_amount=D(amount), currency="USD", status="accrued",
        investor_id=value(owner, "select investor_id from allocations where id = %s", allocation),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("option", "due"), [({}, ["15.00", "0.00", "6.16"]), ({"after_management_fee": True}, ["13.00", "0.00", "5.38"])]
)
def test_the_year_above_the_mark(owner, cast, deal, opening, option, due):
    """500 and +15 %, −10 %, +20 %: 2 % of opening value, 20 % above the mark leave 550, 484, 564.96; 552 if net."""
    charge(owner, deal, EACH_YEAR | option)
    one = bought(owner, deal, cast.aldgate, 500, "2025-01-01", price="500")
    if option:  # 552, 485.76, 582.912 before fees: 2 % is 11.04 and 9.7152
        value_each_year(owner, deal, "575", "496.80", "582.912")
        fees = ("10", "11.04", "9.72")
    else:
        value_each_year(owner, deal, "575", "495", "580.8")
        fees = ("10", "11", "9.68")
    for year, amount in zip((2025, 2026, 2027), fees, strict=True):
        opening(year, amount, one)
    assert accrue(owner, deal, "2027-12-31") == 3
    if not option:
        assert amounts(owner, "performance") == [D(amount) for amount in due]
    else:
        assert amounts(owner, "performance")[:2] == [D("13.00"), D("0.00")]
    marks = (
        "select derivation #>> '{inputs,mark_per_unit}' from fee_events where kind = 'performance' order by event_date"
    )
    found = [None if row[0] is None else D(row[0]) for row in owner.execute(marks)]
    assert found == [None, D(552), D(552)] if option else found == [None, D(550), D(550)]
    last = value(owner, "select mark from app.profit_before(%s, (select id from fee_components), '2028-01-01')", one)
    assert option or last == D("564.96")
    assert different(owner) == []


def test_each_allocation_has_a_mark_of_its_own(owner, cast, deal):
    """Who entered at 80 owes on 15 a unit at 95; who entered at 100 owes nothing."""
    charge(owner, deal, EACH_YEAR)
    bought(owner, deal, cast.aldgate, 100_000, "2025-01-01")
    bought(owner, deal, cast.morland, 80_000, "2025-06-01", price="80")
    value_each_year(owner, deal, "95")
    assert accrue(owner, deal, "2025-12-31") == 2
    rows = owner.execute("select investor_id, computed_amount from fee_events where kind = 'performance'")
    assert dict(rows.fetchall()) == {cast.aldgate: D("0.00"), cast.morland: D("3000.00")}


def test_it_accrues_once(owner, cast, deal):
    charge(owner, deal, EACH_YEAR)
    bought(owner, deal, cast.aldgate, 100_000, "2025-01-01")
    value_each_year(owner, deal, "110", "130")
    assert accrue(owner, deal, "2025-12-30") == 0
    assert accrue(owner, deal, "2026-12-31") == 2
    assert accrue(owner, deal, "2026-12-31") == accrue(owner, deal, "2027-06-30") == 0
    # 20 % of 10 a unit leaves 108; the next year owes on 22.
    assert owner.execute(OCCASIONS).fetchall() == [
        ("crystal:2025-12-31", D("2000.00")), ("crystal:2026-12-31", D("4400.00"))
    ]  # fmt: skip
    assert broken_rules(owner) == []


def test_an_exit_owes_above_what_crystallised_and_on_what_it_sells(owner, cast, deal, app_connection):
    charge(owner, deal, EACH_YEAR)
    bought(owner, deal, cast.aldgate, 100_000, "2024-01-01")
    value_each_year(owner, deal, "110", start=2024)
    sell(owner, cast, app_connection, deal, "0.5", "118", "2025-06-30")
    value_each_year(owner, deal, "120")
    accrue(owner, deal, "2025-12-31")
    # 2,000.00, mark 108; 500 units at 118: 20 % of 10 leaves 116; the other 500 at 120 owe on 4.
    assert amounts(owner, "performance") == [D("2000.00"), D("1000.00"), D("400.00")]
    assert differing(owner) == []


def test_a_valuation_that_is_late_is_waited_for(owner, cast, deal, app_connection):
    charge(owner, deal, EACH_YEAR)
    bought(owner, deal, cast.aldgate, 100_000, "2025-01-01")
    add_valuation(owner, deal, "2025-12-30", "150")
    add_valuation(owner, deal, "2025-12-31", "110", "proposed")
    sell(owner, cast, app_connection, deal, "0.5", "115", "2026-01-31")
    waits = [("not_valued", "2025-01-01", "2025-12-31"), ("after_earlier_exit", None, None)]
    assert (not_accrued(owner, deal, "2026-01-31"), accrue(owner, deal, "2026-01-31")) == (waits, 0)
    owner.execute("update valuations set status = 'approved' where as_of_date = '2025-12-31'")
    assert accrue(owner, deal, "2026-01-31") == 2
    assert amounts(owner, "performance") == [D("2000.00"), D("700.00")]


def test_a_year_that_was_never_valued_is_passed_over_for_good(owner, cast, deal):
    charge(owner, deal, EACH_YEAR)
    bought(owner, deal, cast.aldgate, 100_000, "2024-01-01")
    value_each_year(owner, deal, "120")
    assert accrue(owner, deal, "2025-12-31") == 1
    value_each_year(owner, deal, "150", start=2024)
    assert (accrue(owner, deal, "2025-12-31"), not_accrued(owner, deal, "2025-12-31")) == (0, [])


def test_nothing_crystallises_where_nothing_is_held_or_the_fee_is_due_on_exit(owner, cast, deal, app_connection):
    charge(owner, deal, EACH_YEAR, CARRY)
    bought(owner, deal, cast.aldgate, 100_000, "2025-01-01")
    sell(owner, cast, app_connection, deal, "1", "100", "2025-06-30")
    value_each_year(owner, deal, "200")
    assert accrue(owner, deal, "2025-12-31") == 2
    assert {row[0][:5] for row in owner.execute(OCCASIONS)} == {"exit:"}


def test_the_hurdle_runs_from_the_mark(owner, cast, deal):
    """8 % of 100,000.00 a year: 2025 owes 20 % of 20,000 − 7,999.94 (a day is of 2024), 2026 of 22,400 − 8,000."""
    charge(owner, deal, EACH_YEAR | {"hurdle_rate_bps": 800})
    bought(owner, deal, cast.aldgate, 100_000, "2024-12-31")
    value_each_year(owner, deal, "120", "140")
    accrue(owner, deal, "2026-12-31")
    assert amounts(owner, "performance") == [D("2400.01"), D("2880.00")]
    assert differing(owner) == []


def test_periods_of_their_own(owner, cast, deal):
    charge(owner, deal, EACH_YEAR | {"frequency": "quarterly", "calendar": "anniversary", "anchor_day": 31})
    bought(owner, deal, cast.aldgate, 100_000, "2025-01-31")
    add_valuation(owner, deal, "2025-04-29", "110")
    assert accrue(owner, deal, "2025-04-30") == 1
    days = "select period_start::text || '/' || period_end from fee_events where kind = 'performance'"
    assert value(owner, days) == "2025-01-31/2025-04-29"


def test_a_cap_is_the_commitments(owner, cast, deal, app_connection):
    """Two allocations of one commitment and two exits pay 5,000.00 together; another investor has a cap of its own."""
    charge(owner, deal, CARRY | {"cap_amount": 5000})
    commitment = factories.add_commitment(owner, deal.id, cast.aldgate, 1000, selected_fee_plan_id=deal.fee_plan_id)
    for investor, own in ((cast.aldgate, True), (cast.aldgate, True), (cast.morland, False)):
        made = allocated(owner, deal, investor, 500, price="100", on="2024-01-01")
        if own:
            owner.execute("update allocations set commitment_id = %s where id = %s", [commitment, made])
    sell(owner, cast, app_connection, deal, "0.5", "130", "2025-01-31")
    sell(owner, cast, app_connection, deal, "1", "150", "2025-02-28")
    accrue(owner, deal, "2025-03-31")
    sums = "select investor_id, array_agg(computed_amount order by event_date, computed_amount desc) from fee_events"
    found = dict(owner.execute(f"{sums} where kind = 'performance' group by 1").fetchall())
    assert sum(found[cast.aldgate]) == D("5000.00")
    assert found[cast.aldgate][:2] == [D("1500.00"), D("1500.00")]
    assert found[cast.morland] == [D("1500.00"), D("2500.00")]
    assert differing(owner) == []
    assert accrue(owner, deal, "2025-03-31") == 0


def test_it_has_a_mark_and_stays_a_share_of_profit(owner, deal):
    owner.execute("delete from fee_components")
    add = "insert into fee_components (fee_plan_id, kind, calc_method, rate_bps, frequency, high_watermark, calendar,"
    row = f"{add} proration) values (%s, 'performance', 'percent_of_profit', 2000, %s, %s, %s, %s)"
    for wrong, word in (
        (("annual", None, None, None), "high_watermark"), (("annual", True, None, "none"), "proration"),
        (("on_exit", True, "anniversary", None), "calendar"),
    ):  # fmt: skip
        assert refusal(owner.execute, row, [deal.fee_plan_id, *wrong]) == ("22023", word)
    owner.execute(row, [deal.fee_plan_id, "annual", True, "anniversary", None])


def test_with_the_years_fee_it_follows_in_one_run(owner, cast, deal):
    charge(owner, deal, YEARLY | {"frequency": "annual"}, EACH_YEAR | {"after_management_fee": True})
    bought(owner, deal, cast.aldgate, 100_000, "2025-01-01")
    value_each_year(owner, deal, "110")
    assert accrue(owner, deal, "2025-12-31") == 2
    assert amounts(owner, "performance") == [D("1600.00")]
