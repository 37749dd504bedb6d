"""fn_compute_fee_events: what accrues, to the cent, once; what it rests on and what the ledger says of it."""

import json
from datetime import date, timedelta
from decimal import Decimal as D

import pytest

from tests import factories
from tests.sql.commitments import committed, decide, open_approval
from tests.sql.exits import allocated, approval_about, propose_exit
from tests.sql.fees import (
    CARRY,
    YEARLY,
    accrue,
    add_valuation,
    amounts,
    balances,
    bought,
    charge,
    differing,
    not_accrued,
    periods,
)
from tests.sql.holds import refusal

FLAT = {"kind": "flat", "calc_method": "fixed", "flat_amount": D("750.00")}
SUBSCRIPTION = {"kind": "subscription", "calc_method": "percent_of_investment", "rate_bps": 250}


def sell(owner, cast, app_connection, deal, fraction="1", price="40", on="2025-03-31"):
    made = propose_exit(app_connection(cast.sam), deal, fraction, price, on)
    assert decide(app_connection(cast.abe), approval_about(owner, made)) == "approved"
    return made


def everything(owner) -> list:
    return [
        owner.execute(f"select * from {table} order by id").fetchall()
        for table in ("fee_events", "ledger_entries", "ledger_postings")
    ] + [owner.execute("select count(*) from audit_log").fetchall()]


# --- fees that run


def test_four_quarters_of_a_year(owner, cast, deal):
    charge(owner, deal, YEARLY)
    bought(owner, deal, cast.aldgate, 500_000, "2025-01-01")
    assert accrue(owner, deal, "2025-12-31") == 4
    assert amounts(owner) == [D("2465.75"), D("2493.15"), D("2520.55"), D("2520.55")]
    assert sum(amounts(owner)) == D("10000.00")
    assert [row[:2] for row in periods(owner)] == [
        ("2025-01-01", "2025-03-31"),
        ("2025-04-01", "2025-06-30"),
        ("2025-07-01", "2025-09-30"),
        ("2025-10-01", "2025-12-31"),
    ]
    assert differing(owner) == []


@pytest.mark.parametrize(
    ("fee", "amount", "start", "end", "due"),
    [
        ({}, 100_000, "2025-04-01", "2025-06-30", "498.63"),
        ({"rate_bps": 150}, 5_000_000, "2025-01-01", "2025-03-31", "18493.15"),
        ({"day_count": "30/360 ISDA"}, 10_000_000, "2025-05-20", "2025-06-30", "23076.92"),
        ({}, 500_000, "2025-05-20", "2025-06-30", "1150.68"),
        ({"frequency": "annual"}, 500_000, "2025-01-01", "2025-12-31", "10000.00"),
        ({"frequency": "one_time"}, 500_000, "2025-01-01", "2025-12-31", "10000.00"),
        ({"frequency": "monthly"}, 500_000, "2025-02-01", "2025-02-28", "767.12"),
        ({"calendar": "anniversary", "frequency": "monthly"}, 500_000, "2025-01-31", "2025-02-27", "767.12"),
        ({"rate_bps": 0}, 500_000, "2025-01-01", "2025-03-31", "0.00"),
        ({"base": "commitment"}, 500_000, "2025-01-01", "2025-03-31", "2465.75"),
        ({"base": "called"}, 500_000, "2025-01-01", "2025-03-31", "2465.75"),
        ({"cap_amount": 1000}, 500_000, "2025-01-01", "2025-03-31", "1000.00"),
        ({"floor_amount": 3000}, 500_000, "2025-01-01", "2025-03-31", "3000.00"),
        ({"rounding": "down"}, 500_000, "2025-01-01", "2025-03-31", "2465.75"),
    ],
)
def test_a_first_period(owner, cast, deal, fee, amount, start, end, due):
    charge(owner, deal, YEARLY | fee)
    bought(owner, deal, cast.aldgate, amount, start)
    assert accrue(owner, deal, date.fromisoformat(end) - timedelta(days=1)) == 0
    assert accrue(owner, deal, end) == 1
    assert periods(owner)[0][:3] == (start, end, D(due))
    assert differing(owner) == []


@pytest.mark.parametrize(
    ("fee", "due"),
    [
        ({"kind": "flat", "calc_method": "fixed", "flat_amount": 910, "frequency": "quarterly"}, "420.00"),
        (
            {"kind": "other", "calc_method": "per_unit_spread", "flat_amount": "0.91", "frequency": "quarterly"},
            "420.00",
        ),
    ],
)
def test_a_stated_amount_runs_too(owner, cast, deal, fee, due):
    charge(owner, deal, fee)
    bought(owner, deal, cast.aldgate, 100_000, "2025-05-20")
    assert accrue(owner, deal, "2025-06-30") == 1
    assert amounts(owner, fee["kind"]) == [D(due)]
    assert differing(owner) == []


def test_in_advance_a_period_is_due_on_its_first_day_for_what_is_held_then(owner, cast, deal, app_connection):
    charge(owner, deal, YEARLY | {"in_advance": True})
    bought(owner, deal, cast.aldgate, 500_000, "2025-01-01")
    assert accrue(owner, deal, "2024-12-31") == 0
    assert accrue(owner, deal, "2025-01-01") == 1
    sell(owner, cast, app_connection, deal, "0.5", on="2025-02-10")
    assert accrue(owner, deal, "2025-03-31") == 0
    assert accrue(owner, deal, "2025-04-01") == 1
    assert periods(owner) == [
        ("2025-01-01", "2025-03-31", D("2465.75"), "2025-01-01/2025-01-01"),
        ("2025-04-01", "2025-06-30", D("1246.58"), "2025-04-01/2025-04-01"),
    ]


def test_a_part_exit_begins_a_part_of_the_period(owner, cast, deal, app_connection):
    charge(owner, deal, YEARLY)
    bought(owner, deal, cast.aldgate, 500_000, "2025-01-01")
    sell(owner, cast, app_connection, deal, "0.5", on="2025-02-15")
    assert accrue(owner, deal, "2025-03-31") == 2
    # 45 days on 500,000.00 and 45 on half of it, at 90/365 of 2 % over 90 days.
    assert periods(owner) == [
        ("2025-01-01", "2025-02-14", D("1232.88"), "2025-01-01/2025-01-01"),
        ("2025-02-15", "2025-03-31", D("616.44"), "2025-01-01/2025-02-15"),
    ]
    assert differing(owner) == []


def test_the_last_period_ends_with_what_is_held(owner, cast, deal, app_connection):
    charge(owner, deal, YEARLY)
    bought(owner, deal, cast.aldgate, 500_000, "2025-01-01")
    sell(owner, cast, app_connection, deal, on="2025-02-15")
    assert accrue(owner, deal, "2025-12-31") == 1
    assert periods(owner) == [("2025-01-01", "2025-02-14", D("1232.88"), "2025-01-01/2025-01-01")]


def test_an_exit_that_is_entered_late_bills_no_day_twice(owner, cast, deal, app_connection):
    charge(owner, deal, YEARLY)
    bought(owner, deal, cast.aldgate, 500_000, "2025-01-01")
    accrue(owner, deal, "2025-03-31")
    sell(owner, cast, app_connection, deal, "0.5", on="2025-02-15")
    before = everything(owner)
    assert accrue(owner, deal, "2025-03-31") == 0
    assert everything(owner) == before


def test_net_asset_value_counts_from_each_valuation_on(owner, cast, deal):
    charge(owner, deal, YEARLY | {"base": "nav"})
    bought(owner, deal, cast.aldgate, 100_000, "2025-01-01")
    add_valuation(owner, deal, "2025-02-15", "120")
    add_valuation(owner, deal, "2025-03-01", "1000", status="proposed")
    # Until the first valuation the base is not known: reported, not billed as 0.
    assert not_accrued(owner, deal, "2025-03-31") == [("no_valuation", "2025-01-01", "2025-02-14")]
    assert accrue(owner, deal, "2025-03-31") == 1
    assert periods(owner) == [("2025-02-15", "2025-03-31", D("295.89"), "2025-01-01/2025-02-15")]
    # One that comes late bills no day twice.
    add_valuation(owner, deal, "2025-03-10", "500")
    assert accrue(owner, deal, "2025-03-31") == 0
    add_valuation(owner, deal, "2024-12-31", "100")
    assert accrue(owner, deal, "2025-03-31") == 1
    assert amounts(owner) == [D("246.58"), D("295.89")]
    assert differing(owner) == []


def test_a_cap_in_total_is_reached_once(owner, cast, deal):
    charge(owner, deal, YEARLY | {"cap_amount": 6000, "cap_scope": "total"})
    bought(owner, deal, cast.aldgate, 500_000, "2025-01-01")
    accrue(owner, deal, "2025-03-31")
    accrue(owner, deal, "2025-12-31")
    assert amounts(owner) == [D("2465.75"), D("2493.15"), D("1041.10"), D("0.00")]
    assert differing(owner) == []


# --- fees that are due once


def test_the_quoted_amount_is_split_over_the_allocations_of_the_commitment(owner, cast, deal, app_connection):
    """Three holds of one commitment: the fee is that of their sum, and its parts add up."""
    charge(owner, deal, SUBSCRIPTION | {"rate_bps": 333}, FLAT | {"flat_amount": 100})
    alice = app_connection(cast.alice)
    for _ in range(3):
        made = committed(owner, alice, deal, cast.aldgate, 1)
    decide(app_connection(cast.abe), made.approval)
    # 3 × 28.50 × 3.33 % = 2.84715.
    assert amounts(owner, "subscription") == [D("0.95"), D("0.95"), D("0.95")]
    assert sorted(amounts(owner, "flat")) == [D("33.33"), D("33.33"), D("33.34")]
    lines = owner.execute("select terms_data -> 'lines' from term_sheets order by version desc limit 1").fetchone()[0]
    assert sorted(D(line["rounded"]) for line in lines) == [D("2.85"), D("100.00")]
    assert accrue(owner, deal, "2198-01-01") == 0
    assert differing(owner) == []


def test_what_was_negotiated_counts_and_zero_is_zero(owner, cast, deal, app_connection):
    (fee,) = charge(owner, deal, SUBSCRIPTION)
    factories.insert(
        owner, "investor_terms", deal_id=deal.id, investor_id=cast.aldgate, overrides={str(fee): {"rate_bps": 0}}
    )
    made = committed(owner, app_connection(cast.alice), deal, cast.aldgate, 500)
    decide(app_connection(cast.abe), made.approval)
    assert amounts(owner, "subscription") == [D("0.00")]
    assert "accrued_fees" not in balances(owner)


def test_without_a_commitment_it_is_the_allocations(owner, cast, deal):
    charge(owner, deal, SUBSCRIPTION)
    bought(owner, deal, cast.aldgate, 100_000, "2025-01-01")
    assert amounts(owner, "subscription") == [D("2500.00")]
    assert balances(owner)["accrued_fees"] == D("2500.00")
    assert balances(owner)["fee_income_subscription"] == D("-2500.00")
    assert accrue(owner, deal, "2025-12-31") == 0


def test_a_commitment_without_frozen_terms_owes_by_its_plan(owner, cast, deal):
    charge(owner, deal, SUBSCRIPTION)
    asked = {"requested_units": 2000, "unit_price": 100, "selected_fee_plan_id": deal.fee_plan_id, "status": "approved"}
    commitment = factories.insert(owner, "deal_commitments", deal_id=deal.id, investor_id=cast.aldgate, **asked)
    common = {"deal_id": deal.id, "investor_id": cast.aldgate, "unit_price": 100, "commitment_id": commitment}
    for units in (500, 1500):
        factories.insert(owner, "allocations", units=units, status="approved", **common)
    assert amounts(owner, "subscription") == [D("3750.00"), D("1250.00")]


def test_without_terms_it_is_reported(owner, cast, deal):
    owner.execute("update fee_plans set is_default = false")
    bought(owner, deal, cast.aldgate, 100_000, "2025-01-01")
    assert [row[0] for row in not_accrued(owner, deal, "2025-12-31")] == []
    asked = {"requested_units": 1, "status": "approved"}
    commitment = factories.insert(owner, "deal_commitments", deal_id=deal.id, investor_id=cast.aldgate, **asked)
    owner.execute("update allocations set commitment_id = %s", [commitment])
    assert [row[0] for row in not_accrued(owner, deal, "2025-12-31")] == ["terms_missing"]


# --- the margin


@pytest.mark.parametrize(("units", "margin"), [(500, "1750.00"), (6_000, "23500.00"), (10_000, "40500.00")])
def test_the_margin_is_the_houses_lot_by_lot(owner, cast, deal, app_connection, units, margin):
    made = committed(owner, app_connection(cast.alice), deal, cast.aldgate, units)
    decide(app_connection(cast.abe), made.approval)
    if second := open_approval(owner, made.id):
        decide(app_connection(cast.ada), second)
    assert amounts(owner, "spread_markup") == [D(margin)]
    assert balances(owner)["spread"] == -D(margin)
    assert balances(owner)["principal_due"] == D(margin)
    assert owner.execute(
        "select occasion, house_only, fee_component_id from fee_events where house_only"
    ).fetchall() == [("margin", True, None)]
    assert app_connection(cast.alice).execute(
        "select count(*) from fee_events where kind = 'spread_markup'"
    ).fetchone() == (0,)
    assert differing(owner) == []


# --- what is due on exit


def test_carry_without_a_hurdle(owner, cast, deal, app_connection):
    charge(owner, deal, CARRY | {"rate_bps": 1000})
    allocated(owner, deal, cast.aldgate, 1000)
    sell(owner, cast, app_connection, deal)
    assert accrue(owner, deal, "2025-03-30") == 0
    assert accrue(owner, deal, "2025-03-31") == 1
    assert amounts(owner, "performance") == [D("1150.00")]


@pytest.mark.parametrize(
    ("fee", "price", "due"),
    [
        ({"hurdle_rate_bps": 800}, "150", "6800.00"),
        ({"hurdle_rate_bps": 800}, "116", "0.00"),
        ({"hurdle_rate_bps": 800}, "90", "0.00"),
        ({}, "90", "0.00"),
        ({"hurdle_rate_bps": 800, "hurdle_compounding": "annual"}, "150", "6672.00"),
        ({"hurdle_rate_bps": 400}, "110", "400.00"),
        ({"hurdle_rate_bps": 400, "hurdle_type": "soft"}, "110", "2000.00"),
        ({"hurdle_rate_bps": 400}, "109", "200.00"),
        ({"hurdle_rate_bps": 400, "hurdle_type": "soft"}, "109", "1000.00"),
        ({"cap_amount": 5000}, "150", "5000.00"),
    ],
)
def test_hurdles(owner, cast, deal, app_connection, fee, price, due):
    """100,000.00 in, two years: the rates a year are half of the rules' where those say it of the whole time."""
    charge(owner, deal, CARRY | fee)
    bought(owner, deal, cast.aldgate, 100_000, "2023-03-01")
    sell(owner, cast, app_connection, deal, price=price, on="2025-03-01")
    accrue(owner, deal, "2025-03-01")
    assert amounts(owner, "performance") == [D(due)]
    assert differing(owner) == []


def test_a_mark_is_each_allocations_own(owner, cast, deal, app_connection):
    """Who entered at 80 owes on 15 a unit at 95, who entered at 100 owes nothing."""
    charge(owner, deal, CARRY | {"high_watermark": True})
    bought(owner, deal, cast.aldgate, 100_000, "2024-01-01")
    bought(owner, deal, cast.morland, 80_000, "2024-06-01", price="80")
    sell(owner, cast, app_connection, deal, price="95")
    assert accrue(owner, deal, "2025-03-31") == 2
    rows = owner.execute("select investor_id, computed_amount from fee_events where kind = 'performance'")
    assert dict(rows.fetchall()) == {cast.aldgate: D("0.00"), cast.morland: D("3000.00")}


def test_the_next_exit_pays_above_the_mark_of_the_one_before(owner, cast, deal, app_connection):
    """Half at 150: 20 % of 50 a unit leaves 140. The rest at 145 owes on 5 a unit; without a mark it would on 45."""
    charge(owner, deal, CARRY | {"high_watermark": True})
    bought(owner, deal, cast.aldgate, 100_000, "2024-01-01")
    sell(owner, cast, app_connection, deal, "0.5", "150", "2025-01-31")
    sell(owner, cast, app_connection, deal, "1", "145", "2025-03-31")
    assert not_accrued(owner, deal, "2025-03-31") == [("after_earlier_exit", None, None)]
    assert accrue(owner, deal, "2025-03-31") == 2
    assert amounts(owner, "performance") == [D("5000.00"), D("500.00")]
    assert differing(owner) == []


def test_profit_after_the_management_fee(owner, cast, deal, app_connection):
    charge(owner, deal, YEARLY | {"frequency": "annual"}, CARRY | {"after_management_fee": True})
    bought(owner, deal, cast.aldgate, 100_000, "2024-01-01")
    sell(owner, cast, app_connection, deal, "0.25", "150", "2025-01-01")
    sell(owner, cast, app_connection, deal, "1", "150", "2025-02-01")
    accrue(owner, deal, "2025-12-31")
    # 2,005.48 for the leap year, a quarter of it in the first exit; then what is left and January on three quarters.
    assert amounts(owner) == [D("2005.48"), D("127.40")]
    assert amounts(owner, "performance") == [D("2399.73"), D("7173.70")]


def test_other_fees_on_exit(owner, cast, deal, app_connection):
    charge(
        owner, deal,
        {"kind": "flat", "calc_method": "fixed", "flat_amount": 1000, "frequency": "on_exit"},
        {"kind": "other", "calc_method": "percent_of_investment", "rate_bps": 100, "frequency": "on_exit"},
    )  # fmt: skip
    bought(owner, deal, cast.aldgate, 100_000, "2024-01-01")
    sell(owner, cast, app_connection, deal, "0.25", "150", "2025-01-01")
    assert accrue(owner, deal, "2025-01-01") == 2
    assert (amounts(owner, "flat"), amounts(owner, "other")) == ([D("250.00")], [D("250.00")])
    assert differing(owner) == []


# --- once, for whom, with what


def test_running_it_again_changes_nothing(owner, cast, deal, app_connection):
    charge(owner, deal, YEARLY, SUBSCRIPTION, CARRY)
    bought(owner, deal, cast.aldgate, 500_000, "2025-01-01")
    sell(owner, cast, app_connection, deal, "0.5", "150", "2025-05-31")
    assert accrue(app_connection(cast.sam), deal, "2025-12-31") == 6
    before = everything(owner)
    for as_of in ("2025-12-31", "2025-06-30", "2026-01-01"):
        assert accrue(app_connection(cast.sam), deal, as_of) == 0
    assert everything(owner) == before


def test_each_event_says_how_it_came_about(owner, cast, deal):
    charge(owner, deal, YEARLY)
    bought(owner, deal, cast.aldgate, 500_000, "2025-01-01")
    accrue(owner, deal, "2025-03-31")
    found = factories.value(owner, "select derivation from fee_events where kind = 'management'")
    assert {name: found[name] for name in ("method", "formula", "convention", "rounding", "terms_version")} == {
        "method": "period",
        "formula": "base × rate_bps / 10000 × year_fraction",
        "convention": "ACT/365F",
        "rounding": "half_up",
        "terms_version": f"plan {deal.fee_plan_id} version 1",
    }
    assert found["inputs"]["base"] == "500000"
    # No input is the result, and each one counts.
    assert "2465.75" not in str(found)
    asked = "select app.recompute_fee(jsonb_set(%s::jsonb, %s, %s::jsonb), 'USD')"
    for path, changed in (
        ("{inputs,base}", '"600000"'),
        ("{inputs,fee,rate_bps}", "150"),
        ("{inputs,period_end}", '"2025-03-30"'),
        ("{inputs,own}", '{"rate_bps": 100}'),
        ("{inputs,fee,day_count}", '"ACT/360"'),
    ):
        assert factories.value(owner, asked, json.dumps(found), path, changed) != D("2465.75"), path


def test_the_ledger_says_the_same(owner, cast, deal):
    charge(owner, deal, YEARLY)
    bought(owner, deal, cast.aldgate, 500_000, "2025-01-01")
    accrue(owner, deal, "2025-06-30")
    assert balances(owner)["accrued_fees"] == D("4958.90")
    assert balances(owner)["fee_income_management"] == D("-4958.90")
    rows = owner.execute(
        "select l.kind, l.effective_date::text, e.event_date::text from ledger_entries l"
        " join fee_events e on l.key = 'fee_event:' || e.id and l.source_id = e.id"
        " where e.kind = 'management' order by 2"
    )
    assert rows.fetchall() == [("fee_accrued", d, d) for d in ("2025-03-31", "2025-06-30")]


@pytest.mark.parametrize("person", ["alice", "larry", "mallory"])
def test_it_is_for_staff_and_jobs(owner, cast, deal, app_connection, person):
    charge(owner, deal, YEARLY)
    bought(owner, deal, cast.aldgate, 500_000, "2025-01-01")
    before = everything(owner)
    nobody = app_connection(getattr(cast, person))
    assert refusal(accrue, nobody, deal, "2025-12-31")[0] == "42501"
    assert refusal(nobody.execute, "select * from app.fee_preview(%s, '2025-12-31')", [deal.id])[0] == "42501"
    assert everything(owner) == before


@pytest.mark.parametrize("as_of", [None, "1899-12-31", "2199-01-01"])
def test_days_have_bounds(owner, deal, as_of):
    assert refusal(accrue, owner, deal, as_of) == ("22023", "as_of")


def test_an_unknown_deal(owner, cast, app_connection):
    asked = "select public.fn_compute_fee_events(gen_random_uuid())"
    assert refusal(app_connection(cast.sam).execute, asked)[0] == "42501"
    assert refusal(app_connection(cast.sam).execute, "select public.fn_compute_fee_events(null)")[0] == "42501"
