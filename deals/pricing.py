"""What an investor pays, as the quotation of the database says it (migrations_sql/deals/quotation). Nothing is worked
out here: figures are read, named and put into the order in which pages show them.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from lib.money import minor_units
from ui import figures

from .models import Compounding, DayCount, FeeBase, FeeKind, HurdleType

ONCE, YEARLY, ON_EXIT = "once", "yearly", "on_exit"


def _label(choices, value: str | None) -> str:
    return str(choices(value).label) if value in choices.values else ""


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@dataclass(frozen=True)
class FeeLine:
    """One fee of a quotation. ``amount`` is None where it is known only on exit."""

    facts: dict[str, Any]
    of: "Quotation"

    @property
    def component_id(self) -> str:
        return self.facts["component_id"]

    @property
    def label(self) -> str:
        return _label(FeeKind, self.facts["kind"])

    @property
    def when(self) -> str:
        return self.facts["when"]

    @property
    def amount(self) -> Decimal | None:
        return _decimal(self.facts["rounded"])

    @property
    def rate_bps(self) -> Decimal | None:
        return _decimal(self.facts["rate_bps"])

    @property
    def hurdle(self) -> str:
        """Of which profit a share is taken, in words; '' where it is of all of it. Quotations of before say less."""
        rate, facts = _decimal(self.facts["hurdle_rate_bps"]), self.facts
        parts = []
        if rate:
            soft = facts.get("hurdle_type") == HurdleType.SOFT
            said = _("of all profit once it exceeds %(rate)s a year") if soft else _("of profit above %(rate)s a year")
            parts.append(said % {"rate": figures.rate(rate)})
        if rate and facts.get("hurdle_compounding") == Compounding.ANNUAL:
            parts.append(_("compounded annually"))
        if facts.get("after_management_fee"):
            parts.append(_("after the management fee"))
        return ", ".join(parts)

    @property
    def negotiated(self) -> bool:
        return self.facts["negotiated"] is not None

    @property
    def base(self) -> str:
        """Of what a yearly rate is taken, in words."""
        return _label(FeeBase, self.facts["base"] or FeeBase.AMOUNT)

    @property
    def in_advance(self) -> bool:
        return bool(self.facts["in_advance"])

    @property
    def derivation(self) -> dict[str, Any] | None:
        """How a figure came about: inputs, formula, rounding, terms. None where there is no figure yet."""
        if self.amount is None:
            return None
        currency = self.of.currency
        smallest = figures.money(Decimal(1).scaleb(-minor_units(currency)), currency)
        return {
            "inputs": list(self._inputs()),
            "formula": self._formula(),
            "result": self.amount,
            "rounding": _("once, half up, to %(unit)s") % {"unit": smallest},
            "terms": self.of.terms,
        }

    def _inputs(self):
        of, given = self.of, self.facts["inputs"]
        bought = f"{figures.units(of.units)} × {figures.price(of.unit_price, of.currency)}"
        yield _("Amount"), f"{bought} = {figures.money(of.gross, of.currency)}"
        if "rate_bps" in given:
            yield _("Rate"), _("%(n)s basis points") % {"n": figures.number(given["rate_bps"])}
        else:
            yield _("Flat amount"), figures.money(given["flat_amount"], of.currency)
        if self.negotiated:
            yield _("Agreed"), _("with this investor")
        if "year_days" in given:
            yield _("Day count"), _label(DayCount, self.facts["day_count"] or DayCount.ACT_365F)
        if self.in_advance:
            yield _("Due"), _("in advance")

    def _formula(self) -> str:
        """The formula of the quotation, its inputs written in."""
        given, currency = self.facts["inputs"], self.of.currency
        written = {
            "amount": figures.amount(given.get("amount", 0), currency),
            "units": figures.units(given.get("units", 0)),
            "flat_amount": figures.amount(given.get("flat_amount", 0), currency),
            "10000": figures.number(10_000),
        }
        parts = self.facts["formula"].split(" ")
        return " ".join(written.get(part) or str(given.get(part, part)) for part in parts)


@dataclass(frozen=True)
class Quotation:
    """What one purchase costs under one plan, in the deal's currency. ``hash`` is what an investor agrees to."""

    facts: dict[str, Any]
    terms: str = ""

    @property
    def hash(self) -> str:
        return self.facts["hash"]

    @property
    def plan_id(self) -> str | None:
        plan = self.facts["fee_plan"]
        return plan and plan["id"]

    @property
    def plan_name(self) -> str:
        plan = self.facts["fee_plan"]
        return plan["name"] if plan else ""

    @property
    def currency(self) -> str:
        return self.facts["currency"]

    @property
    def units(self) -> Decimal:
        return Decimal(self.facts["units"])

    @property
    def unit_price(self) -> Decimal:
        return Decimal(self.facts["unit_price"])

    @property
    def gross(self) -> Decimal:
        return Decimal(self.facts["amount"])

    @property
    def subscription_fee(self) -> Decimal:
        return Decimal(self.facts["subscription_fee"])

    @property
    def yearly(self) -> Decimal:
        """All fees of one full year, on the amount paid."""
        return Decimal(self.facts["yearly"])

    @property
    def due(self) -> Decimal:
        """To pay at closing: investment + subscription fee (domain rules §6)."""
        return Decimal(self.facts["wire"])

    # --- lines

    @property
    def lines(self) -> tuple[FeeLine, ...]:
        return tuple(FeeLine(line, self) for line in self.facts["lines"])

    def _lines(self, when: str, *, known: bool = True) -> tuple[FeeLine, ...]:
        return tuple(line for line in self.lines if line.when == when and (line.amount is not None) == known)

    @property
    def subscription_lines(self) -> tuple[FeeLine, ...]:
        return tuple(line for line in self._lines(ONCE) if line.facts["kind"] == FeeKind.SUBSCRIPTION)

    @property
    def other_lines(self) -> tuple[FeeLine, ...]:
        """Flat and other fees that arise once with the purchase and are billed apart from it."""
        return tuple(line for line in self._lines(ONCE) if line.facts["kind"] != FeeKind.SUBSCRIPTION)

    @property
    def yearly_lines(self) -> tuple[FeeLine, ...]:
        return self._lines(YEARLY)

    @property
    def exit_lines(self) -> tuple[FeeLine, ...]:
        """Fees of a known amount that are due on exit."""
        return self._lines(ON_EXIT)

    @property
    def profit_lines(self) -> tuple[FeeLine, ...]:
        """Shares of profit: their amount is known only on exit."""
        return self._lines(ON_EXIT, known=False)


@dataclass(frozen=True)
class Projection:
    """What one purchase comes to at one exit: an assumption carried on, no forecast. In the deal's currency."""

    facts: dict[str, Any]

    @property
    def multiple(self) -> Decimal:
        return Decimal(self.facts["multiple"])

    @property
    def proceeds(self) -> Decimal:
        return Decimal(self.facts["proceeds"])

    @property
    def fees(self) -> Decimal:
        return Decimal(self.facts["fees"])

    @property
    def net(self) -> Decimal:
        """Proceeds less the amount paid and all fees; below 0 for a loss."""
        return Decimal(self.facts["net"])

    @property
    def parts(self) -> list[tuple[str, Decimal]]:
        """The fees by when they fall due, those of nothing left out."""
        names = {
            "once": _("At purchase"),
            "yearly": _("Annual fees"),
            "profit": _("Carried interest"),
            "on_exit": _("Other fees on exit"),
        }
        parts = [(name, Decimal(self.facts[key])) for key, name in names.items()]
        return [(name, amount) for name, amount in parts if amount]


@dataclass(frozen=True)
class BreakEven:
    """Where two plans change places, after the years assumed."""

    facts: dict[str, Any]
    first: Quotation
    second: Quotation

    @property
    def multiple(self) -> Decimal | None:
        return _decimal(self.facts["multiple"])

    @property
    def is_same(self) -> bool:
        """Whether both cost the same, up to the multiple where there is one."""
        return self.facts["cheaper"] == "same"

    @property
    def cheaper(self) -> str:
        """The plan that costs less, below the multiple where there is one."""
        return (self.second if self.facts["cheaper"] == "second" else self.first).plan_name

    @property
    def dearer(self) -> str:
        return (self.first if self.facts["cheaper"] == "second" else self.second).plan_name


@dataclass(frozen=True)
class Exit:
    """Fees by an exit, under each plan, at each multiple; and where the plans change places."""

    years: int
    rows: list[list[Projection]]
    break_evens: list[BreakEven]
