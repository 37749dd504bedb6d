"""What an investor pays under a fee plan: pure arithmetic over a plan's components.

Amounts are in the deal's currency. Every fee is rounded once, half up, to the currency's minor unit, and
carries how it came about. The spread is the house's and stands on no investor's page, so it is no line here.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from config.lib import figures
from config.lib.money import minor_units, round_money

from .models import CalcMethod, FeeFrequency, FeeKind

TEN_THOUSAND = Decimal(10_000)
DAYS_OF_YEAR = 365
_TIMES_A_YEAR = {FeeFrequency.ANNUAL: 1, FeeFrequency.QUARTERLY: 4, FeeFrequency.MONTHLY: 12}

ONCE, YEARLY, ON_EXIT = "once", "yearly", "on_exit"


def gross_amount(units: Decimal, unit_price: Decimal, currency: str) -> Decimal:
    """Units × price, rounded once to the currency's minor unit."""
    return round_money(units * unit_price, currency)


def percent_fee(base: Decimal, rate_bps: int, currency: str) -> Decimal:
    """base × rate / 10,000, once."""
    return round_money(base * rate_bps / TEN_THOUSAND, currency)


def yearly_fee(base: Decimal, rate_bps: int, currency: str, days: int = DAYS_OF_YEAR) -> Decimal:
    """base × rate / 10,000 × days / 365 (ACT/365F)."""
    return round_money(base * rate_bps * days / (TEN_THOUSAND * DAYS_OF_YEAR), currency)


def profit_fee(
    *, paid: Decimal, received: Decimal, rate_bps: int, currency: str, hurdle_bps: int = 0, years: int = 1
) -> Decimal:
    """(profit − hurdle) × rate, never below 0; the hurdle is simple interest on what was paid."""
    hurdle = paid * hurdle_bps * years / TEN_THOUSAND
    return round_money(max(received - paid - hurdle, Decimal(0)) * rate_bps / TEN_THOUSAND, currency)


@dataclass(frozen=True)
class Purchase:
    """Units at a price; ``terms`` names the version of the terms that is shown beside each figure."""

    units: Decimal
    unit_price: Decimal
    currency: str
    terms: str = ""

    @property
    def gross(self) -> Decimal:
        return gross_amount(self.units, self.unit_price, self.currency)


@dataclass(frozen=True)
class FeeLine:
    """One fee of a plan for a given purchase. ``amount`` is None where it is known only on exit."""

    component: Any
    label: str
    when: str
    amount: Decimal | None
    derivation: dict = field(default_factory=dict)

    @property
    def rate_bps(self) -> int | None:
        return self.component.rate_bps

    @property
    def hurdle_bps(self) -> int | None:
        return self.component.hurdle_rate_bps

    def on_exit(self, purchase: Purchase, exit_price: Decimal, years: int) -> Decimal:
        """This share of profit when everything is sold at ``exit_price`` after so many full years."""
        return profit_fee(
            paid=purchase.gross,
            received=gross_amount(purchase.units, exit_price, purchase.currency),
            rate_bps=self.rate_bps or 0,
            hurdle_bps=self.hurdle_bps or 0,
            years=years,
            currency=purchase.currency,
        )


@dataclass(frozen=True)
class PlanCost:
    """What one purchase costs under one plan."""

    plan: Any
    purchase: Purchase
    lines: tuple[FeeLine, ...]

    @property
    def currency(self) -> str:
        return self.purchase.currency

    @property
    def units(self) -> Decimal:
        return self.purchase.units

    @property
    def unit_price(self) -> Decimal:
        return self.purchase.unit_price

    @property
    def gross(self) -> Decimal:
        return self.purchase.gross

    @property
    def subscription_lines(self) -> tuple[FeeLine, ...]:
        return tuple(x for x in self.lines if x.when == ONCE and x.component.kind == FeeKind.SUBSCRIPTION)

    @property
    def other_lines(self) -> tuple[FeeLine, ...]:
        """Flat and other fees that arise once with the purchase and are billed apart from it."""
        return tuple(x for x in self.lines if x.when == ONCE and x.component.kind != FeeKind.SUBSCRIPTION)

    @property
    def yearly_lines(self) -> tuple[FeeLine, ...]:
        return tuple(x for x in self.lines if x.when == YEARLY)

    @property
    def profit_lines(self) -> tuple[FeeLine, ...]:
        """Shares of profit: their amount is known only on exit."""
        return tuple(x for x in self.lines if x.amount is None)

    @property
    def exit_lines(self) -> tuple[FeeLine, ...]:
        """Fees of a known amount that are due on exit."""
        return tuple(x for x in self.lines if x.when == ON_EXIT and x.amount is not None)

    @property
    def subscription_fee(self) -> Decimal:
        return _sum(self.subscription_lines)

    @property
    def once(self) -> Decimal:
        """All fees that arise once, with the purchase."""
        return self.subscription_fee + _sum(self.other_lines)

    @property
    def yearly(self) -> Decimal:
        """All fees of one full year, on the amount paid."""
        return _sum(self.yearly_lines)

    @property
    def due(self) -> Decimal:
        """To pay at closing, as the term sheet says it: investment + subscription fee (domain rules §6)."""
        return self.gross + self.subscription_fee

    def example(self, exit_price: Decimal, years: int) -> Decimal:
        """All fees if all is sold at ``exit_price`` after so many full years: an example, no forecast."""
        shares = (line.on_exit(self.purchase, exit_price, years) for line in self.profit_lines)
        return self.once + self.yearly * years + _sum(self.exit_lines) + sum(shares, Decimal(0))


def _sum(lines: Iterable[FeeLine]) -> Decimal:
    return sum((line.amount or Decimal(0) for line in lines), Decimal(0))


def cost_of(
    plan, components: Iterable, *, units: Decimal, unit_price: Decimal, currency: str, terms: str = ""
) -> PlanCost:
    """What ``units`` at ``unit_price`` cost under a plan with these components."""
    purchase = Purchase(units, unit_price, currency, terms)
    shown = (component for component in components if component.kind != FeeKind.SPREAD_MARKUP)
    return PlanCost(plan, purchase, tuple(_line(component, purchase) for component in shown))


def subscription_fee(components: Iterable, *, units: Decimal, unit_price: Decimal, currency: str) -> Decimal:
    """The subscription fee of a purchase: amount × rate / 10,000, or the flat amount."""
    return cost_of(None, components, units=units, unit_price=unit_price, currency=currency).subscription_fee


def method_of(component) -> str:
    """The component's method, or the one its kind and figures imply where none is stated."""
    if component.calc_method:
        return component.calc_method
    if component.kind == FeeKind.PERFORMANCE:
        return CalcMethod.PERCENT_OF_PROFIT
    if component.rate_bps is None:
        return CalcMethod.FIXED
    yearly = component.kind == FeeKind.MANAGEMENT
    return CalcMethod.PERCENT_PER_ANNUM if yearly else CalcMethod.PERCENT_OF_INVESTMENT


def _line(component, purchase: Purchase) -> FeeLine:
    method = method_of(component)
    label = component.get_kind_display()
    if method == CalcMethod.PERCENT_OF_PROFIT:
        return FeeLine(component, label, ON_EXIT, None)
    times = 1 if method == CalcMethod.PERCENT_PER_ANNUM else _TIMES_A_YEAR.get(component.frequency, 1)
    amount = _amount(component, method, purchase) * times
    return FeeLine(component, label, _when(component, method), amount, _derivation(component, purchase, times, amount))


def _when(component, method: str) -> str:
    if component.frequency == FeeFrequency.ON_EXIT:
        return ON_EXIT
    return YEARLY if method == CalcMethod.PERCENT_PER_ANNUM or component.frequency in _TIMES_A_YEAR else ONCE


def _amount(component, method: str, purchase: Purchase) -> Decimal:
    rate, flat = component.rate_bps or 0, component.flat_amount or Decimal(0)
    if method == CalcMethod.PERCENT_OF_INVESTMENT:
        return percent_fee(purchase.gross, rate, purchase.currency)
    if method == CalcMethod.PERCENT_PER_ANNUM:
        return yearly_fee(purchase.gross, rate, purchase.currency)
    return round_money(flat * purchase.units if method == CalcMethod.PER_UNIT_SPREAD else flat, purchase.currency)


def _derivation(component, purchase: Purchase, times: int, result: Decimal) -> dict:
    """How a figure came about, as the page and the term sheet show it: inputs, formula, rounding, terms."""
    currency, method = purchase.currency, method_of(component)
    paid, flat = (
        figures.amount(purchase.gross, currency),
        figures.amount(component.flat_amount or 0, currency),
    )
    units, rate = figures.units(purchase.units), component.rate_bps or 0
    bought = f"{units} × {figures.price(purchase.unit_price, currency)} = {paid}{figures.NBSP}{currency}"
    percent = f"{paid} × {rate} / {figures.number(TEN_THOUSAND)}"
    formula = {
        CalcMethod.PERCENT_OF_INVESTMENT: percent,
        CalcMethod.PERCENT_PER_ANNUM: f"{percent} × 365 / 365",
        CalcMethod.PER_UNIT_SPREAD: f"{units} × {flat}",
        CalcMethod.FIXED: flat,
    }[method]
    by_rate = method in (CalcMethod.PERCENT_OF_INVESTMENT, CalcMethod.PERCENT_PER_ANNUM)
    stated = (_("Rate"), _("%(n)s basis points") % {"n": figures.number(rate)})
    smallest = figures.money(Decimal(1).scaleb(-minor_units(currency)), currency)
    return {
        "inputs": [
            (_("Amount"), bought),
            stated if by_rate else (_("Flat amount"), f"{flat}{figures.NBSP}{currency}"),
        ],
        "formula": f"{formula} × {times}" if times > 1 else formula,
        "result": result,
        "rounding": _("once, half up, to %(unit)s") % {"unit": smallest},
        "terms": purchase.terms,
    }
