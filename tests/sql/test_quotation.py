"""quotation, quotations, amount_of and the pure functions below them: the figures of the house's rules, to the cent."""

import json
from decimal import Decimal as D
from uuid import uuid4

import pytest

from deals.pricing import Quotation
from tests.factories import add_deal, add_fee_plan, add_position, insert, value
from tests.sql.firm import record_billing
from tests.sql.holds import refusal

ALL_IN = {"kind": "subscription", "calc_method": "percent_of_investment", "rate_bps": 500}
CLASSIC = [
    {"kind": "subscription", "calc_method": "percent_of_investment", "rate_bps": 200},
    {"kind": "management", "calc_method": "percent_per_annum", "rate_bps": 150, "frequency": "annual"},
    {
        "kind": "performance",
        "calc_method": "percent_of_profit",
        "rate_bps": 2000,
        "hurdle_rate_bps": 800,
        "frequency": "on_exit",
    },
]
QUOTE = """
select app.quote(array(select jsonb_populate_record(null::public.fee_components, f) from jsonb_array_elements(%s) f),
                 %s, %s::numeric, %s::numeric, %s)
"""


@pytest.fixture
def quote(owner):
    def ask(*fees, units="6000", price="28.50", currency="USD", overrides=None) -> Quotation:
        """The pure function: fees in, figures out."""
        fees = [{"id": str(uuid4()), **fee} for fee in fees]
        own = json.dumps({fees[i]["id"]: terms for i, terms in (overrides or {}).items()})
        return Quotation(value(owner, QUOTE, json.dumps(fees), own, units, price, currency))

    return ask


@pytest.mark.parametrize(
    "units, gross, fee",
    [("500", "14250.00", "712.50"), ("6000", "171000.00", "8550.00"), ("10000", "285000.00", "14250.00")],
)
def test_the_sample_deal_at_five_percent(quote, units, gross, fee):
    found = quote(ALL_IN, units=units)
    assert (found.facts["amount"], found.facts["subscription_fee"]) == (gross, fee)


def test_subscription_fee_and_wire(quote):
    found = quote({"kind": "subscription", "rate_bps": 250}, units="1000", price="100")
    assert (found.facts["subscription_fee"], found.facts["wire"]) == ("2500.00", "102500.00")


def test_fees_billed_apart_are_no_part_of_the_wire(quote):
    found = quote(ALL_IN, {"kind": "flat", "calc_method": "fixed", "flat_amount": "500"}, units="500")
    assert (found.facts["wire"], found.facts["other_once"]) == ("14962.50", "500.00")


def test_an_all_in_plan_shows_zero_for_the_rest(quote):
    found = quote(ALL_IN)
    assert (found.facts["yearly"], found.profit_lines, found.due) == ("0.00", (), D("179550.00"))


def test_two_plans_compared(quote):
    found = quote(*CLASSIC)
    assert (found.subscription_fee, found.yearly, found.due) == (D("3420.00"), D("2565.00"), D("174420.00"))
    (share,) = found.profit_lines
    assert (share.rate_bps, share.hurdle, share.amount) == (2000, "of profit above 8\u00a0% a year", None)


def test_what_was_negotiated_counts_and_an_explicit_zero_is_zero(quote):
    found = quote(*CLASSIC, overrides={0: {"rate_bps": 100}, 1: {"rate_bps": 0}})
    assert (found.facts["subscription_fee"], found.facts["wire"]) == ("1710.00", "172710.00")
    assert found.facts["yearly"] == "0.00"
    assert [line.negotiated for line in found.lines] == [True, True, False]
    assert [line.rate_bps for line in found.lines] == [100, 0, 2000]
    flat = {"kind": "subscription", "calc_method": "fixed", "flat_amount": "750"}
    assert quote(flat, overrides={0: {"flat_amount": "12.50"}}).facts["subscription_fee"] == "12.50"


@pytest.mark.parametrize(
    "base, bps, days, year, fee",
    [
        (100_000, 200, 91, 365, "498.63"),
        (5_000_000, 150, 90, 365, "18493.15"),
        (500_000, 200, 90, 365, "2465.75"),
        (500_000, 200, 91, 365, "2493.15"),
        (500_000, 200, 92, 365, "2520.55"),
        (500_000, 200, 365, 365, "10000.00"),
        (10_000_000, 200, 62, 360, "34444.44"),
        (10_000_000, 200, 60, 360, "33333.33"),
    ],
)
def test_a_yearly_rate_by_days(owner, base, bps, days, year, fee):
    found = value(owner, "select app.money_round(app.per_annum(%s, %s, %s, %s), 'USD')", base, bps, days, year)
    assert found == D(fee)


def test_the_day_count_counts(quote):
    def yearly(day_count):
        return quote(
            {"kind": "management", "calc_method": "percent_per_annum", "rate_bps": 200, "day_count": day_count},
            units="10000",
            price="1000",
        ).facts["yearly"]

    assert [yearly(name) for name in (None, "ACT/365F", "ACT/360", "ACT/ACT ISDA", "30E/360")] == [
        "200000.00", "200000.00", "202777.78", "200000.00", "200000.00",
    ]  # fmt: skip


def test_every_method_gives_its_figure(quote):
    def due(**stated):
        facts = quote(stated, units="10", price="100").facts
        return facts["subscription_fee"], facts["other_once"], facts["yearly"], facts["on_exit"]

    zero = "0.00"
    assert due(kind="flat", calc_method="fixed", flat_amount="250") == (zero, "250.00", zero, zero)
    assert due(kind="subscription", flat_amount="75") == ("75.00", zero, zero, zero)
    assert due(kind="other", calc_method="per_unit_spread", flat_amount="0.25") == (zero, "2.50", zero, zero)
    assert due(kind="management", flat_amount="30", frequency="quarterly") == (zero, zero, "120.00", zero)
    assert due(kind="management", rate_bps=150, frequency="monthly") == (zero, zero, "15.00", zero)
    assert due(kind="other", flat_amount="90", frequency="on_exit") == (zero, zero, zero, "90.00")
    assert due(kind="subscription", rate_bps=0) == (zero, zero, zero, zero)


def test_a_sum_of_a_year_is_rounded_once(quote):
    """Four quarters of 1.125 are 4.50: not four times 1.13."""
    (line,) = quote(
        {"kind": "other", "rate_bps": 25, "frequency": "quarterly", "calc_method": "percent_of_investment"},
        units="1",
        price="450",
    ).lines
    assert (line.facts["unrounded"], line.facts["rounded"]) == ("4.5", "4.50")


@pytest.mark.parametrize("currency, fee", [("USD", "0.01"), ("JPY", "0")])
def test_rounding_is_half_up_to_the_minor_unit_and_the_exact_value_stays(quote, currency, fee):
    (line,) = quote({"kind": "subscription", "rate_bps": 50}, units="1", price="1", currency=currency).lines
    assert (line.facts["unrounded"], line.facts["rounded"]) == ("0.005" if currency == "USD" else "0.005", fee)


def test_a_fee_that_states_nothing_is_refused(quote):
    assert refusal(quote, {"kind": "flat"}) == ("22023", "fee_plan")


@pytest.mark.parametrize(
    "units, price, why",
    [("1e15", "1", "units"), ("-1", "1", "units"), ("NaN", "1", "units"), ("1", "1e12", "units"), ("1", "NaN", "units"),
     ("1e9", "1000000", "too_much"), ("999999999999999", "999999999999", "too_much")],
)  # fmt: skip
def test_what_cannot_be_paid_is_refused(quote, units, price, why):
    assert refusal(lambda: quote(ALL_IN, units=units, price=price)) == ("22023", why)


def test_a_figure_says_how_it_came_about(quote):
    (line,) = Quotation(quote(ALL_IN).facts, "version 3").lines
    assert line.derivation == {
        "inputs": [("Amount", "6,000 × 28.50 = 171,000.00\u00a0USD"), ("Rate", "500 basis points")],
        "formula": "171,000.00 × 500 / 10,000",
        "result": D("8550.00"),
        "rounding": "once, half up, to 0.01\u00a0USD",
        "terms": "version 3",
    }
    lines = quote(*CLASSIC).yearly_lines
    assert lines[0].derivation["formula"] == "171,000.00 × 150 / 10,000 × 365 / 365"


# --- of a deal


ASK = "select app.quotation(%s, %s, %s, %s, %s)"


def ask(connection, deal, investor=None, units=6000, price=None, plan=None) -> dict:
    return value(connection, ASK, deal.id, investor, units, price, plan)


@pytest.fixture
def lowered(owner, cast, deal):
    """Aldgate pays 100 basis points instead of 500."""
    component = value(owner, "select id from fee_components where fee_plan_id = %s", deal.fee_plan_id)
    overrides = {str(component): {"rate_bps": 100}}
    insert(owner, "investor_terms", deal_id=deal.id, investor_id=cast.aldgate, overrides=overrides)


def test_an_investor_reads_what_was_negotiated_and_others_do_not(cast, deal, lowered, app_connection):
    alice, mallory = app_connection(cast.alice), app_connection(cast.mallory)
    mine, theirs = ask(alice, deal, cast.aldgate), ask(mallory, deal, cast.morland)
    assert (mine["wire"], theirs["wire"], theirs["overrides"]) == ("172710.00", "179550.00", None)
    assert ask(alice, deal)["wire"] == "179550.00"
    assert ask(app_connection(cast.sam), deal, cast.aldgate)["wire"] == "172710.00"


def test_who_may_not_see_it_gets_nothing(owner, cast, deal, lowered, app_connection):
    other = add_deal(owner, code="other_2027")
    plan = add_fee_plan(owner, other, "Foreign")
    alice = app_connection(cast.alice)
    for args in (
        (app_connection(cast.bob), deal, cast.aldgate),  # not invited
        (app_connection(cast.mallory), deal, cast.aldgate),
        (app_connection(), deal),
        (alice, deal, cast.aldgate, 1, None, plan),  # another deal's plan
        (alice, deal, cast.aldgate, 1, None, uuid4()),
    ):
        assert refusal(ask, *args)[0] == "42501"


@pytest.mark.parametrize(
    ("stated", "treatment", "rate", "vat"),
    [
        (None, "domestic", 1700, "1453.50"),
        (700, "domestic", 1700, "598.50"),
        (0, "domestic", 1700, "0.00"),
        (700, "reverse_charge", 0, "0.00"),
    ],
)
def test_vat_is_quoted_as_the_investor_is_billed(owner, cast, deal, app_connection, stated, treatment, rate, vat):
    owner.execute("update fee_components set vat_rate_bps = %s", [stated])
    sam, alice = app_connection(cast.sam), app_connection(cast.alice)
    before = ask(alice, deal, cast.aldgate)
    record_billing(sam, cast.aldgate, treatment=treatment, rate=rate)
    found = ask(alice, deal, cast.aldgate)
    assert (found["vat"]["subscription_fee"], D(found["wire"])) == (vat, D("179550.00") + D(vat))
    assert (found["fee_plan"], found["hash"] == before["hash"]) == (before["fee_plan"], found["wire"] == before["wire"])
    # Of nobody in particular, and of who has no billing details: what the fee states.
    of_morland = ask(app_connection(cast.mallory), deal, cast.morland)
    assert ask(sam, deal)["vat"] == of_morland["vat"] == before["vat"]


def test_many_at_once_keep_their_places(cast, deal, app_connection):
    rows = app_connection(cast.alice).execute(
        "select place, quotation ->> 'wire' from app.quotations(%s, %s::uuid[], %s, %s::numeric[], %s::uuid[])",
        [[deal.id] * 4, [cast.aldgate, cast.morland, None, cast.aldgate], [D(500), D(1), D(6000), D(0)],
         [None, None, D("28.50"), None], [None] * 4],
    ).fetchall()  # fmt: skip
    assert rows == [(1, "14962.50"), (3, "179550.00"), (4, "0.00")]


def test_it_names_its_version_and_hashes_what_was_shown(owner, cast, deal, app_connection):
    alice = app_connection(cast.alice)
    first = ask(alice, deal, cast.aldgate)
    assert (first["version"], first["hash"][:3], len(first["hash"])) == ("q2", "q2:", 67)
    assert ask(app_connection(cast.sam), deal, cast.aldgate) == first
    assert ask(alice, deal, cast.aldgate, 6001)["hash"] != first["hash"]
    owner.execute("update fee_plans set name = 'Other words'")
    assert ask(alice, deal, cast.aldgate)["hash"] == first["hash"]
    owner.execute("update fee_components set base = 'amount', rate_bps = 500")
    changed = ask(alice, deal, cast.aldgate)
    owner.execute("update fee_components set rate_bps = 900")
    assert len({first["hash"], changed["hash"], ask(alice, deal, cast.aldgate)["hash"]}) == 3


def test_the_spread_is_the_houses(owner, cast, deal, app_connection):
    insert(owner, "fee_components", fee_plan_id=deal.fee_plan_id, kind="spread_markup", calc_method="per_unit_spread")
    found = ask(app_connection(cast.alice), deal, cast.aldgate)
    assert [line["kind"] for line in found["lines"]] == ["subscription"]
    assert [fee["kind"] for fee in found["fee_plan"]["components"]] == ["subscription"]
    kinds = "select array_agg(kind order by kind) from fee_components"
    assert value(app_connection(cast.alice), kinds) == value(app_connection(cast.larry), kinds) == ["subscription"]
    assert value(app_connection(cast.sam), kinds) == ["spread_markup", "subscription"]


def test_without_a_plan_nothing_is_charged(owner, cast, deal, app_connection):
    owner.execute("update fee_plans set is_default = false")
    found = ask(app_connection(cast.alice), deal, cast.aldgate)
    assert (found["fee_plan"], found["lines"], found["wire"]) == (None, [], "171000.00")


MANAGEMENT = {"kind": "management", "calc_method": "percent_per_annum", "rate_bps": 200, "frequency": "quarterly"}
TIERS = [{"up_to": "100000", "rate_bps": "200"}, {"up_to": None, "rate_bps": "150"}]
TIERED = MANAGEMENT | {"rate_bps": None, "tiers": TIERS}


@pytest.mark.parametrize(
    ("fee", "yearly"),
    [
        (TIERED, "3065.00"),  # 100,000 × 2 % + 71,000 × 1.5 %
        (TIERED | {"tier_mode": "whole"}, "2565.00"),
        (TIERED | {"day_count": "ACT/360"}, "3107.57"),
        (MANAGEMENT, "3420.00"),
        (MANAGEMENT | {"floor_amount": "1000"}, "4000.00"),  # a quarter's, four times
        (MANAGEMENT | {"cap_amount": "800"}, "3200.00"),
        (MANAGEMENT | {"cap_amount": "800", "cap_scope": "total"}, "800.00"),
        (MANAGEMENT | {"frequency": "annual", "floor_amount": "4000.01"}, "4000.01"),
        (MANAGEMENT | {"base": "nav"}, "3420.00"),
        (MANAGEMENT | {"rate_bps": 0, "floor_amount": "0"}, "0.00"),
    ],
)
def test_tiers_and_bounds_of_a_year(quote, fee, yearly):
    assert quote(fee).facts["yearly"] == yearly


def test_a_cap_once_and_rounding_down(quote):
    capped = {"kind": "subscription", "rate_bps": 500, "cap_amount": "5000"}
    assert quote(capped).facts["wire"] == "176000.00"
    down = {"kind": "subscription", "rate_bps": 50, "rounding": "down"}
    assert quote(down, units="1", price="1").facts["subscription_fee"] == "0.00"


def test_no_floor_lifts_what_was_negotiated_and_its_rate_takes_the_place_of_tiers(quote):
    assert quote(MANAGEMENT | {"floor_amount": "1000"}, overrides={0: {"rate_bps": 0}}).facts["yearly"] == "0.00"
    assert quote(TIERED, overrides={0: {"rate_bps": "100"}}).facts["yearly"] == "1710.00"


def test_tax_is_a_sum_of_its_own_per_rate_on_rounded_lines(quote):
    """Three fees of 0.10 at 25 %: 0.08 on 0.30, not three times 0.03."""
    dime = {"kind": "other", "calc_method": "fixed", "flat_amount": "0.10", "vat_rate_bps": 2500}
    found = quote(dime, dime, dime, dime | {"vat_rate_bps": 1000}, dime | {"vat_rate_bps": None}, MANAGEMENT).facts
    assert (found["other_once"], found["vat"]) == (
        "0.50",
        {"subscription_fee": "0.00", "other_once": "0.09", "yearly": "0.00", "on_exit": "0.00"},
    )


def test_the_tax_of_the_subscription_fee_is_paid_with_it(quote):
    found = quote(ALL_IN | {"vat_rate_bps": 2500}, MANAGEMENT | {"vat_rate_bps": 770}).facts
    assert (found["subscription_fee"], found["vat"]["subscription_fee"]) == ("8550.00", "2137.50")
    assert (found["wire"], found["vat"]["yearly"]) == ("181687.50", "263.34")


def test_no_vat_is_named_on_a_fee_of_nothing(quote):
    carry = CLASSIC[2] | {"vat_rate_bps": 1700}
    fees = (
        carry,
        carry | {"rate_bps": 0},
        MANAGEMENT | {"vat_rate_bps": 1700},
        MANAGEMENT | {"vat_rate_bps": 1700, "rate_bps": 0},
    )
    assert [bool(line.options) for line in quote(*fees).lines] == [True, False, True, False]


def test_a_tiered_figure_says_how_it_came_about(quote):
    (line,) = quote(TIERED | {"floor_amount": "1000", "cap_amount": "90000"}).lines
    assert line.facts["formula"] == "tiers(amount) × days / year_days → at least floor → at most cap"
    assert line.facts["inputs"] == {
        "amount": "171000.00", "units": "6000", "days": "365", "year_days": "365",
        "floor": "4000.00", "cap": "360000.00", "tiers": TIERS,
    }  # fmt: skip


def test_what_was_hashed_in_a_version_of_before_keeps_its_hash(owner, cast, deal, app_connection):
    """Computed by version q1, on 6,000 units at 28.50 and 5 %."""
    old = {
        "version": "q1", "deal_id": "d", "investor_id": "i", "fee_plan": {"id": "p", "components": [{"id": "c"}]},
        "overrides": None, "currency": "USD", "units": "6000", "unit_price": "28.5", "amount": "171000.00",
        "lines": [{"rounded": "8550.00"}], "subscription_fee": "8550.00", "other_once": "0.00", "yearly": "0.00",
        "on_exit": "0.00", "wire": "179550.00",
    }  # fmt: skip
    asked = "select app.quotation_hash(%s::jsonb)"
    found = value(owner, asked, json.dumps(old))
    assert found == "q1:3d63a06a9d2eb22e7c55d46ad2484d121e03b186c1347e8296cd69693b8abe14"
    assert value(owner, asked, json.dumps(old | {"vat": {"yearly": "1.00"}})) == found
    now = ask(app_connection(cast.alice), deal, cast.aldgate)
    assert value(owner, asked, json.dumps(now)) == now["hash"]
    assert value(owner, asked, json.dumps(now | {"vat": {"yearly": "1.00"}})) != now["hash"]


def test_amount_of(app_connection):
    found = value(app_connection(), "select app.amount_of(3, 1.0045, 'USD')")
    assert found == D("3.01")


def test_options_are_said_in_words(quote):
    fee = TIERED | {"floor_amount": "1000", "cap_amount": "90000", "cap_scope": "total", "vat_rate_bps": 2500}
    found = quote(fee, ALL_IN | {"vat_rate_bps": 2500, "rounding": "down"}, CLASSIC[0])
    yearly, taxed, plain = found.lines
    assert yearly.options == [
        "2\u00a0% up to 100,000.00, then 1.5\u00a0%",
        "at least 4,000.00",
        "at most 90,000.00 in total",
        "plus 25\u00a0% VAT",
    ]
    assert yearly.derivation["formula"] == "tiers of 171,000.00 × 365 / 365"
    assert yearly.derivation["inputs"][1:4] == [
        ("Tiers", "2\u00a0% up to 100,000.00, then 1.5\u00a0%"),
        ("At least", "4,000.00\u00a0USD"),
        ("At most", "90,000.00\u00a0USD"),
    ]
    assert taxed.derivation["rounding"] == "once, down, to 0.01\u00a0USD"
    assert (taxed.options, plain.options) == (["plus 25\u00a0% VAT"], [])
    assert (found.closing_vat, found.vat_parts) == (
        D("2137.50"), [("at closing", D("2137.50")), ("a year", D("1000.00"))],
    )  # fmt: skip
    whole = quote(TIERED | {"tier_mode": "whole"}).lines[0].options
    assert whole == ["2\u00a0% up to 100,000.00, then 1.5\u00a0%, on the whole amount"]


NAV_FEE = {
    "kind": "management",
    "calc_method": "percent_per_annum",
    "rate_bps": 200,
    "frequency": "annual",
    "base": "nav",
}


@pytest.fixture
def on_value(owner, cast, deal):
    """A fee of 2 % a year on net asset value, and a unit valued at 40.00; what Aldgate is told."""
    owner.execute("delete from fee_components")
    insert(owner, "fee_components", fee_plan_id=deal.fee_plan_id, **NAV_FEE)
    insert(owner, "valuations", vehicle_id=deal.vehicle_id, as_of_date="2026-06-30", nav_per_unit=40, status="approved")
    insert(owner, "valuations", vehicle_id=deal.vehicle_id, as_of_date="2026-09-30", nav_per_unit=90)

    def ask(connection):
        found = value(connection, "select app.quotation(%s, %s, 1000)", deal.id, cast.aldgate)
        return Quotation(found), found["lines"][0]

    return ask


def test_a_fee_on_value_is_shown_on_the_newest_approved_one(owner, cast, deal, on_value, app_connection):
    """1,000 units at 40.00: 800.00 a year, not 570.00 on the 28,500.00 paid."""
    add_position(owner, cast.aldgate, deal.vehicle_id)
    for person in (cast.alice, cast.sam):
        found, line = on_value(app_connection(person))
        assert (line["rounded"], line["assumes"], line["inputs"]["valued_on"]) == (
            "800.00",
            "value_stays",
            "2026-06-30",
        )
    (shown,) = found.lines
    assert shown.assumes == "at the value of 30 Jun 2026, 40.00 a unit, as if it stayed"
    assert ("Value", "1,000 × 40.00 = 40,000.00\xa0USD") in shown.derivation["inputs"]


def test_who_holds_nothing_reads_no_value(owner, cast, deal, on_value, app_connection):
    """Nor do staff for them: what is agreed to is one figure, whoever looks."""
    for person in (cast.alice, cast.sam):
        found, line = on_value(app_connection(person))
        assert (line["rounded"], line["assumes"]) == ("570.00", "value_is_cost")
        assert "40" not in json.dumps(line["inputs"])
    assert found.lines[0].assumes == "as if the net asset value were what was paid"


def test_what_is_called_is_all_of_it(owner, cast, deal, on_value, app_connection):
    owner.execute("update fee_components set base = 'called'")
    found, line = on_value(app_connection(cast.alice))
    assert (line["rounded"], line["assumes"]) == ("570.00", "called_in_full")
    assert found.lines[0].options == ["as if the whole amount were called at closing"]


def test_a_value_that_moved_is_another_quotation(owner, cast, deal, on_value, app_connection):
    add_position(owner, cast.aldgate, deal.vehicle_id)
    before, _ = on_value(app_connection(cast.alice))
    owner.execute("update valuations set status = 'approved'")
    after, line = on_value(app_connection(cast.alice))
    assert (line["rounded"], before.hash == after.hash) == ("1800.00", False)
