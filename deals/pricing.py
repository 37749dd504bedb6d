"""What an investor pays, as the quotation of the database says it (migrations_sql/deals/quotation). Nothing is worked
out here: figures are read, named and put into the order in which pages show them.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lib.money import minor_units
from ui import figures

from .fee_choices import CapScope, Compounding, DayCount, FeeBase, FeeKind, HurdleType, Rounding, TierMode
from .models import FeeComponent

ONCE, YEARLY, ON_EXIT = "once", "yearly", "on_exit"
# Stands in a formula before each bound: " → at least floor".
BOUNDS = " → "
# What a figure takes for granted that depends on what is called or on a value.
ASSUMPTIONS = {
    "called_in_full": gettext_lazy("as if the whole amount were called at closing"),
    "value_is_cost": gettext_lazy("as if the net asset value were what was paid"),
}
# Carry that is due each period, and not on exit alone.
CRYSTALLISES = {
    "monthly": gettext_lazy("each month above the previous peak, and on exit"),
    "quarterly": gettext_lazy("each quarter above the previous peak, and on exit"),
    "annual": gettext_lazy("each year above the previous peak, and on exit"),
}


def _label(choices, value: str | None) -> str:
    return str(choices(value).label) if value in choices.values else ""


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def options_of(fee: FeeComponent, currency: str) -> list[str]:
    """What a fee of a plan states beside its rate or amount, each in words; bounds are those of a period."""
    return in_words(
        currency,
        tiers=fee.tiers,
        tier_mode=fee.tier_mode,
        floor=fee.floor_amount,
        cap=fee.cap_amount,
        cap_scope=fee.cap_scope,
        vat_rate_bps=fee.vat_rate_bps,
    )


def in_words(currency: str, *, tiers, tier_mode, floor, cap, cap_scope, vat_rate_bps) -> list[str]:
    """Tiers, bounds and VAT as people read them; amounts are in the currency, what is not stated is left out."""
    said = [_tiers(tiers, tier_mode, currency)] if tiers else []
    if floor is not None:
        said.append(_("at least %(amount)s") % {"amount": figures.amount(Decimal(floor), currency)})
    if cap is not None:
        words = _("at most %(amount)s in total") if cap_scope == CapScope.TOTAL else _("at most %(amount)s")
        said.append(words % {"amount": figures.amount(Decimal(cap), currency)})
    if vat_rate_bps is not None and Decimal(vat_rate_bps):
        said.append(_("plus %(rate)s VAT") % {"rate": figures.rate(Decimal(vat_rate_bps))})
    return said


def _tiers(tiers: list[dict], mode: str | None, currency: str) -> str:
    """The tiers in words, as in “2 % up to 100,000.00, then 1.5 %”."""
    parts = []
    for tier in tiers:
        rate = figures.rate(Decimal(tier["rate_bps"]))
        if tier["up_to"] is None:
            parts.append(_("then %(rate)s") % {"rate": rate} if parts else rate)
        else:
            amount = figures.amount(Decimal(tier["up_to"]), currency)
            parts.append(_("%(rate)s up to %(amount)s") % {"rate": rate, "amount": amount})
    return ", ".join([*parts, _("on the whole amount")] if mode == TierMode.WHOLE else parts)


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
        if facts["frequency"] in CRYSTALLISES:
            parts.append(str(CRYSTALLISES[facts["frequency"]]))
        return ", ".join(parts)

    @property
    def assumes(self) -> str:
        """What the figure takes for granted, in words; '' where it is what it is. Quotations of before say nothing."""
        given, word = self.facts["inputs"], self.facts.get("assumes")
        if word == "value_stays":
            day = figures.day(date.fromisoformat(given["valued_on"]))
            price = figures.price(Decimal(given["nav_per_unit"]), self.of.currency)
            return _("at the value of %(day)s, %(price)s a unit, as if it stayed") % {"day": day, "price": price}
        return str(ASSUMPTIONS.get(word, ""))

    @property
    def options(self) -> list[str]:
        """What else the fee states, each in words: tiers, bounds, VAT; and what its figure assumes."""
        given, facts = self.facts["inputs"], self.facts
        is_nothing = self.amount == 0 or (self.amount is None and self.rate_bps == 0)
        said = [self.assumes] if self.assumes else []
        return said + in_words(
            self.of.currency,
            tiers=given.get("tiers"),
            tier_mode=facts.get("tier_mode"),
            floor=given.get("floor"),
            cap=given.get("cap"),
            cap_scope=facts.get("cap_scope"),
            vat_rate_bps=None if is_nothing else facts.get("vat_rate_bps"),
        )

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
            "rounding": self._rounding() % {"unit": smallest},
            "terms": self.of.terms,
        }

    def _rounding(self) -> str:
        down = self.facts.get("rounding") == Rounding.DOWN
        return _("once, down, to %(unit)s") if down else _("once, half up, to %(unit)s")

    def _inputs(self):
        of, given = self.of, self.facts["inputs"]
        bought = f"{figures.units(of.units)} × {figures.price(of.unit_price, of.currency)}"
        if "nav_per_unit" in given:
            worth = f"{figures.units(of.units)} × {figures.price(Decimal(given['nav_per_unit']), of.currency)}"
            yield _("Value"), f"{worth} = {figures.money(Decimal(given['amount']), of.currency)}"
        else:
            yield _("Amount"), f"{bought} = {figures.money(of.gross, of.currency)}"
        if self.assumes:
            yield _("Assumes"), self.assumes
        if "rate_bps" in given:
            yield _("Rate"), _("%(n)s basis points") % {"n": figures.number(given["rate_bps"])}
        elif "tiers" in given:
            yield _("Tiers"), _tiers(given["tiers"], self.facts.get("tier_mode"), of.currency)
        else:
            yield _("Flat amount"), figures.money(given["flat_amount"], of.currency)
        for name, label in (("floor", _("At least")), ("cap", _("At most"))):
            if name in given:
                yield label, figures.money(Decimal(given[name]), of.currency)
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
            "tiers(amount)": _("tiers of %(amount)s") % {"amount": figures.amount(given.get("amount", 0), currency)},
            "units": figures.units(given.get("units", 0)),
            "flat_amount": figures.amount(given.get("flat_amount", 0), currency),
            "10000": figures.number(10_000),
        }
        parts = self.facts["formula"].split(BOUNDS)[0].split(" ")
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
        """To pay at closing: investment + subscription fee, with the VAT it states (domain rules §6)."""
        return Decimal(self.facts["wire"])

    @property
    def closing_vat(self) -> Decimal:
        """The VAT that is paid at closing, with the subscription fee."""
        return self._vat("subscription_fee")

    @property
    def vat_parts(self) -> list[tuple[str, Decimal]]:
        """The VAT that fees state, by when it is due; what is nothing is left out."""
        names = {
            "subscription_fee": _("at closing"),
            "other_once": _("once, billed separately"),
            "yearly": _("a year"),
            "on_exit": _("on exit"),
        }
        return [(name, self._vat(key)) for key, name in names.items() if self._vat(key)]

    def _vat(self, name: str) -> Decimal:
        return Decimal(self.facts.get("vat", {}).get(name, 0))

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
            "vat": _("VAT"),
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
