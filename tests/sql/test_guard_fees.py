"""guard_fee, guard_overrides: what a fee states, or is negotiated about one, counts in the quotation or is refused."""

from itertools import product

import pytest
from psycopg.types.json import Jsonb

from deals.models import CalcMethod, DayCount, FeeBase, FeeFrequency, FeeKind
from tests.factories import act_as, insert, value
from tests.sql.holds import refusal

BASES = {
    "percent_of_investment": {"amount", "commitment"},
    "percent_per_annum": {"amount", "commitment", "called", "nav"},
    "percent_of_profit": {"profit"},
    "per_unit_spread": {"units"},
    "fixed": set(),
}


def fee(owner, deal, method="percent_of_investment", kind="other", **columns):
    figures = {"rate_bps": 100} if method.startswith("percent") else {"flat_amount": 5}
    if method == "percent_of_profit" and columns.get("frequency") in ("annual", "quarterly", "monthly"):
        figures["high_watermark"] = True  # what crystallises has a mark
    columns = {"kind": kind, "calc_method": method, **figures, **columns}
    return insert(owner, "fee_components", fee_plan_id=deal.fee_plan_id, **columns)


def taken(owner, deal, method, **columns) -> bool:
    """Whether a fee is taken; one that is not names the column and leaves nothing."""
    before = value(owner, "select count(*) from fee_components")
    try:
        fee(owner, deal, method, **columns)
    except Exception as error:
        assert error.sqlstate == "22023" and error.diag.message_detail in columns, (method, columns, error)
        assert value(owner, "select count(*) from fee_components") == before
        return False
    return True


def test_a_base_is_one_that_the_method_counts_with(owner, deal):
    found = {m: {b for b in FeeBase.values if taken(owner, deal, m, base=b)} for m in CalcMethod.values}
    assert found == BASES


def test_a_day_count_belongs_to_a_yearly_rate(owner, deal):
    found = {(m, d) for m, d in product(CalcMethod.values, DayCount.values) if taken(owner, deal, m, day_count=d)}
    assert found == {("percent_per_annum", d) for d in DayCount.values}


@pytest.mark.parametrize(
    ("columns", "fits"),
    [
        ({"hurdle_rate_bps": 800, "hurdle_type": "soft", "catch_up_bps": 5000}, True),
        ({"hurdle_rate_bps": 800, "hurdle_type": "hard", "hurdle_compounding": "annual"}, True),
        ({"after_management_fee": True}, True),
        ({"hurdle_type": "hard"}, False),
        ({"hurdle_compounding": "simple"}, False),
        ({"hurdle_rate_bps": 800, "hurdle_type": "hard", "catch_up_bps": 5000}, False),
        ({"hurdle_rate_bps": 800, "catch_up_bps": 5000}, False),
    ],
)
def test_a_hurdle_s_kind_needs_a_hurdle(owner, deal, columns, fits):
    assert taken(owner, deal, "percent_of_profit", **columns) == fits
    if "after_management_fee" in columns:
        assert not taken(owner, deal, "fixed", **columns)


def test_in_advance_is_said_of_what_is_due_every_year(owner, deal):
    found = {
        (m, f)
        for m, f in product(CalcMethod.values, FeeFrequency.values)
        if taken(owner, deal, m, frequency=f, in_advance=True)
    }
    periodic = ("annual", "quarterly", "monthly")
    assert found == {("percent_per_annum", f) for f in (*periodic, "one_time")} | {
        (m, f) for m in ("percent_of_investment", "per_unit_spread", "fixed") for f in periodic
    }


@pytest.mark.parametrize(
    "method, columns, fault",
    [
        ("fixed", {"rate_bps": 5}, "rate_bps"),
        ("fixed", {"flat_amount": None}, "flat_amount"),
        ("percent_of_investment", {"flat_amount": 5}, "flat_amount"),
        ("percent_of_investment", {"rate_bps": None}, "rate_bps"),
        ("percent_of_investment", {"hurdle_rate_bps": 800}, "hurdle_rate_bps"),
        ("fixed", {"high_watermark": True}, "high_watermark"),
        ("percent_per_annum", {"frequency": "on_exit"}, "frequency"),
        ("per_unit_spread", {"kind": "spread_markup"}, "flat_amount"),
    ],
)
def test_figures_are_those_of_the_method(owner, deal, method, columns, fault):
    before = value(owner, "select count(*) from fee_components")
    assert refusal(fee, owner, deal, method, **columns) == ("22023", fault)
    assert value(owner, "select count(*) from fee_components") == before


TIERS = Jsonb([{"up_to": "100", "rate_bps": "200"}, {"up_to": None, "rate_bps": "150"}])
QUARTERLY = {"frequency": "quarterly"}
ALL, BY_RATE = frozenset(CalcMethod.values), frozenset({"percent_of_investment", "percent_per_annum"})


@pytest.mark.parametrize(
    ("columns", "methods"),
    [
        ({"tiers": TIERS, "rate_bps": None, "flat_amount": None}, BY_RATE),
        ({"tiers": TIERS, "tier_mode": "whole", "rate_bps": None, "flat_amount": None}, BY_RATE),
        ({"tiers": TIERS, "rate_bps": 100, "flat_amount": None}, set()),
        ({"tier_mode": "whole"}, set()),
        ({"floor_amount": 5}, BY_RATE | {"per_unit_spread"}),
        ({"cap_amount": 5}, ALL - {"fixed"}),
        ({"cap_amount": 5, "cap_scope": "period"}, ALL - {"fixed", "percent_of_profit"}),
        ({"cap_amount": 5, "floor_amount": 6}, set()),
        ({"cap_amount": 5, "cap_scope": "total"}, {"percent_per_annum"}),
        ({"cap_amount": 5, "cap_scope": "total", **QUARTERLY}, ALL - {"percent_of_profit"}),
        ({"cap_scope": "total", **QUARTERLY}, set()),
        ({"vat_rate_bps": 2500}, ALL),
        ({"rounding": "down"}, ALL),
        ({"calendar": "calendar"}, {"percent_per_annum"}),
        ({"calendar": "calendar", **QUARTERLY}, ALL),
        ({"calendar": "anniversary", "anchor_day": 31, **QUARTERLY}, ALL),
        ({"calendar": "calendar", "anchor_day": 31, **QUARTERLY}, set()),
        ({"anchor_day": 31, **QUARTERLY}, set()),
        ({"proration": "none"}, {"percent_per_annum"}),
        ({"proration": "none", **QUARTERLY}, ALL - {"percent_of_profit"}),
    ],
    ids=lambda value: " ".join(sorted(value)) or "none",  # in one order, whichever process collects
)
def test_an_option_belongs_to_the_methods_that_count_with_it(owner, deal, columns, methods):
    assert {m for m in CalcMethod.values if taken(owner, deal, m, **columns)} == methods


@pytest.mark.parametrize(
    "column",
    ["floor_amount", "cap_amount", "vat_rate_bps", "rounding"],
)
def test_the_spread_is_neither_bounded_nor_taxed(owner, deal, column):
    stated = {"rounding": "down"}.get(column, 5)
    found = refusal(fee, owner, deal, "per_unit_spread", "spread_markup", flat_amount=None, **{column: stated})
    assert found == ("22023", column)


@pytest.mark.parametrize(
    "columns",
    [
        {"tiers": Jsonb([{"up_to": "5", "rate_bps": "1"}]), "rate_bps": None},
        {"floor_amount": -1},
        {"floor_amount": "NaN"},
        {"cap_amount": "NaN"},
        {"cap_amount": "1e15"},
        {"vat_rate_bps": 10_001},
        {"vat_rate_bps": -1},
        {"anchor_day": 0, "calendar": "anniversary"},
        {"anchor_day": 32, "calendar": "anniversary"},
        {"calendar": "lunar"},
        {"proration": "weeks"},
        {"rounding": "up"},
        {"tiers": TIERS, "rate_bps": None, "tier_mode": "steps"},
        {"cap_amount": 5, "cap_scope": "week"},
    ],
    ids=str,
)
def test_a_value_beyond_its_bounds_is_refused(owner, deal, columns):
    before = value(owner, "select count(*) from fee_components")
    assert refusal(fee, owner, deal, "percent_per_annum", **columns)[0] in ("23514", "22003")
    assert value(owner, "select count(*) from fee_components") == before


def test_an_edit_is_looked_at_too_and_the_seeds_columns_are_enough(owner, deal):
    for kind in FeeKind.values:
        figures = {} if kind == "spread_markup" else {"rate_bps": 100}
        insert(owner, "fee_components", fee_plan_id=deal.fee_plan_id, kind=kind, **figures,
               **({"calc_method": "per_unit_spread"} if kind == "spread_markup" else {}))  # fmt: skip
    assert refusal(owner.execute, "update fee_components set base = 'nav'") == ("22023", "base")


def test_staff_are_told_by_the_database_as_well(cast, deal, app_connection):
    sam = app_connection(cast.sam)
    statement = "insert into fee_components (fee_plan_id, kind, rate_bps, base) values (%s, 'management', 100, 'units')"
    assert refusal(sam.execute, statement, [deal.fee_plan_id]) == ("22023", "base")


# --- what is negotiated


@pytest.fixture
def agree(owner, cast, deal):
    component = value(owner, "select id::text from fee_components where fee_plan_id = %s", deal.fee_plan_id)

    def agreed(overrides):
        """Terms with these; "it" stands for the deal's one fee, of 500 basis points."""
        if isinstance(overrides, dict):
            overrides = {component if key == "it" else key: terms for key, terms in overrides.items()}
        owner.execute(
            "insert into investor_terms (deal_id, investor_id, overrides, status) values (%s, %s, %s, 'superseded')",
            [deal.id, cast.aldgate, Jsonb(overrides)],
        )

    return agreed


@pytest.mark.parametrize(
    "overrides",
    [
        {"it": {"rate_bps": 501}},
        {"it": {"rate_bps": -1}},
        {"it": {"rate_bps": "NaN"}},
        {"it": {"rate_bps": None}},
        {"it": {"rate_bps": True}},
        {"it": {"rate_bps": "1e2"}},
        {"it": {"flat_amount": "1.00"}},
        {"it": {"rate_bps": 100, "hurdle_rate_bps": 0}},
        {"it": {"reason": "an old friend"}},
        {"it": {}},
        {"it": 100},
        {"rate_bps": 300},
        {"11111111-2222-4333-8444-555555555555": {"rate_bps": 100}},
        [1],
        "none",
    ],
    ids=str,
)
def test_what_would_not_count_is_refused(owner, agree, overrides):
    assert refusal(agree, overrides) == ("22023", "overrides")
    assert value(owner, "select count(*) from investor_terms") == 0


@pytest.mark.parametrize(
    "overrides",
    [None, {}, {"it": {"rate_bps": 0}}, {"it": {"rate_bps": "499.5", "reason": "size"}}, {"it": {"rate_bps": 500}}],
    ids=str,
)
def test_what_lowers_a_fee_is_taken(owner, agree, overrides):
    agree(overrides)
    assert value(owner, "select count(*) from investor_terms") == 1


def test_of_tiers_a_rate_is_negotiated_below_the_lowest(owner, deal, agree):
    tiered = str(fee(owner, deal, rate_bps=None, tiers=TIERS))
    assert refusal(agree, {tiered: {"rate_bps": "150.01"}}) == ("22023", "overrides")
    agree({tiered: {"rate_bps": 150}})
    assert value(owner, "select count(*) from investor_terms") == 1


def test_a_fee_of_another_deal_is_none_of_this_one(owner, cast, deal, agree):
    from tests.factories import add_deal, add_fee_plan

    plan = add_fee_plan(owner, add_deal(owner, code="other_2027"))
    other = value(owner, "select id::text from fee_components where fee_plan_id = %s", plan)
    act_as(owner, None)
    assert refusal(agree, {other: {"rate_bps": 1}}) == ("22023", "overrides")
