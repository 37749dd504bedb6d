"""What an investor pays: the figures of the house's rules, to the cent."""

from decimal import Decimal

import pytest

from deals.models import FeeComponent
from deals.pricing import cost_of, percent_fee, profit_fee, subscription_fee, yearly_fee

D = Decimal
ALL_IN = [FeeComponent(kind="subscription", calc_method="percent_of_investment", rate_bps=500)]
CLASSIC = [
    FeeComponent(kind="subscription", calc_method="percent_of_investment", rate_bps=200),
    FeeComponent(kind="management", calc_method="percent_per_annum", rate_bps=150, frequency="annual"),
    FeeComponent(
        kind="performance",
        calc_method="percent_of_profit",
        rate_bps=2000,
        hurdle_rate_bps=800,
        frequency="on_exit",
    ),
]


def cost(components, units="6000", price="28.50", currency="USD", **more):
    return cost_of("plan", components, units=D(units), unit_price=D(price), currency=currency, **more)


@pytest.mark.parametrize(
    "units, gross, fee",
    [("500", "14250.00", "712.50"), ("6000", "171000.00", "8550.00"), ("10000", "285000.00", "14250.00")],
)
def test_the_sample_deal_at_five_percent(units, gross, fee):
    found = cost(ALL_IN, units)
    assert (found.gross, found.subscription_fee) == (D(gross), D(fee))
    assert subscription_fee(ALL_IN, units=D(units), unit_price=D("28.50"), currency="USD") == D(fee)


def test_subscription_fee_and_wire():
    found = cost([FeeComponent(kind="subscription", rate_bps=250)], "1000", "100")
    assert found.subscription_fee == D("2500.00")
    assert found.due == D("102500.00")


def test_fees_billed_apart_are_no_part_of_the_wire():
    """Investor, approver and term sheet read one sum: investment + subscription fee."""
    found = cost([*ALL_IN, FeeComponent(kind="flat", calc_method="fixed", flat_amount=D("500"))], "500")
    assert (found.due, found.once) == (D("14962.50"), D("1212.50"))


def test_an_all_in_plan_shows_zero_for_the_rest():
    found = cost(ALL_IN)
    assert (found.yearly, found.profit_lines, found.due) == (D(0), (), D("179550.00"))


def test_two_plans_compared():
    found = cost(CLASSIC)
    assert (found.subscription_fee, found.yearly, found.due) == (D("3420.00"), D("2565.00"), D("174420.00"))
    (share,) = found.profit_lines
    assert (share.rate_bps, share.hurdle_bps, share.amount) == (2000, 800, None)
    assert found.example(D(40), 3) == D("16707.00")
    assert cost(ALL_IN).example(D(40), 3) == D("8550.00")


@pytest.mark.parametrize(
    "base, bps, days, fee",
    [
        (100_000, 200, 91, "498.63"),
        (5_000_000, 150, 90, "18493.15"),
        (500_000, 200, 90, "2465.75"),
        (500_000, 200, 91, "2493.15"),
        (500_000, 200, 92, "2520.55"),
        (500_000, 200, 365, "10000.00"),
    ],
)
def test_management_by_days_of_365(base, bps, days, fee):
    assert yearly_fee(D(base), bps, "USD", days) == D(fee)


@pytest.mark.parametrize(
    "paid, received, rate, hurdle, years, fee",
    [
        (100_000, 150_000, 2000, 800, 2, "6800.00"),
        (100, 110, 2000, 800, 1, "0.40"),
        (100, 107, 2000, 800, 1, "0.00"),
        (100, 90, 2000, 0, 1, "0.00"),
        (28_500, 40_000, 1000, 0, 1, "1150.00"),
    ],
)
def test_share_of_profit_is_above_a_hard_hurdle_only(paid, received, rate, hurdle, years, fee):
    given = {"rate_bps": rate, "hurdle_bps": hurdle, "years": years, "currency": "USD"}
    assert profit_fee(paid=D(paid), received=D(received), **given) == D(fee)


@pytest.mark.parametrize("currency, fee", [("USD", "0.01"), ("JPY", "0"), ("KWD", "0.005")])
def test_rounding_is_half_up_to_the_minor_unit(currency, fee):
    assert percent_fee(D(1), 50, currency) == D(fee)


def test_every_method_gives_its_figure():
    def due(**stated):
        found = cost([FeeComponent(**stated)], "10", "100")
        return found.once, found.yearly

    assert due(kind="flat", calc_method="fixed", flat_amount=D("250")) == (D("250.00"), D(0))
    assert due(kind="subscription", flat_amount=D("75")) == (D("75.00"), D(0))
    assert due(kind="other", calc_method="per_unit_spread", flat_amount=D("0.25")) == (D("2.50"), D(0))
    assert due(kind="management", flat_amount=D("30"), frequency="quarterly") == (D(0), D("120.00"))
    assert due(kind="management", rate_bps=150, frequency="monthly") == (D(0), D("15.00"))


def test_a_flat_fee_on_exit_is_due_then():
    found = cost([FeeComponent(kind="other", calc_method="fixed", flat_amount=D(90), frequency="on_exit")])
    assert (found.once, found.yearly, found.profit_lines) == (D(0), D(0), ())
    assert found.example(D(40), 3) == D("90.00")


def test_zero_is_zero_and_not_missing():
    found = cost([FeeComponent(kind="subscription", rate_bps=0, flat_amount=None)])
    assert (found.subscription_fee, len(found.subscription_lines)) == (D("0.00"), 1)


def test_the_spread_is_no_line_of_an_investor():
    assert cost([FeeComponent(kind="spread_markup", calc_method="per_unit_spread", flat_amount=D(3))]).lines == ()


def test_a_figure_says_how_it_came_about():
    (line,) = cost(ALL_IN, terms="version 3").lines
    assert line.derivation == {
        "inputs": [("Amount", "6,000 × 28.50 = 171,000.00\u00a0USD"), ("Rate", "500 basis points")],
        "formula": "171,000.00 × 500 / 10,000",
        "result": D("8550.00"),
        "rounding": "once, half up, to 0.01\u00a0USD",
        "terms": "version 3",
    }
