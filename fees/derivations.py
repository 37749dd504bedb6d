"""How an amount came about, as people read it: the inputs with their words, in the reader's form."""

import re
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from deals.models import CalcMethod, FeeBase, FeeKind, HurdleType
from ui import figures

# Why something that is due does not accrue.
REASONS = {
    "terms_missing": gettext_lazy("No fee plan was agreed, and the deal has no default one"),
    "no_valuation": gettext_lazy("No approved valuation on or before the first day"),
    "lots_missing": gettext_lazy("The lots of the allocation are not complete"),
    "after_earlier_exit": gettext_lazy("Accrues once the carry of before has"),
    "not_valued": gettext_lazy("No approved valuation of the last day of the period"),
    "no_amount": gettext_lazy("The terms give no amount"),
    "too_large": gettext_lazy("The amount is too large to be kept"),
}
MONEY, UNITS, PRICE, RATE, DAY, WORD = "money", "units", "price", "rate", "day", "word"
INPUTS = {
    "base": (gettext_lazy("Base"), MONEY),
    "amount": (gettext_lazy("Amount paid"), MONEY),
    "units": (gettext_lazy("Units"), UNITS),
    "units_of_all": (gettext_lazy("Units bought"), UNITS),
    "nav_per_unit": (gettext_lazy("Value per unit"), PRICE),
    "valued_on": (gettext_lazy("Valued on"), DAY),
    "unit_price": (gettext_lazy("Price per unit"), PRICE),
    "cost": (gettext_lazy("Cost of the units sold"), MONEY),
    "proceeds": (gettext_lazy("Proceeds"), MONEY),
    "mark_per_unit": (gettext_lazy("High-water mark per unit"), PRICE),
    "management_fees": (gettext_lazy("Management fees before"), MONEY),
    "acquired_on": (gettext_lazy("Held from"), DAY),
    "hurdle_from": (gettext_lazy("Hurdle from"), DAY),
    "exit_date": (gettext_lazy("Sold on"), DAY),
    "period_start": (gettext_lazy("First day"), DAY),
    "period_end": (gettext_lazy("Last day"), DAY),
    "full_start": (gettext_lazy("Whole period from"), DAY),
    "full_end": (gettext_lazy("Whole period to"), DAY),
    "cap_left": (gettext_lazy("Left of the maximum"), MONEY),
    "right": (gettext_lazy("Right amount"), MONEY),
    "accrued": (gettext_lazy("Accrued before"), MONEY),
}
OF_FEE = {
    "calc_method": (gettext_lazy("Method"), CalcMethod),
    "rate_bps": (gettext_lazy("Rate"), RATE),
    "flat_amount": (gettext_lazy("Stated amount"), MONEY),
    "base": (gettext_lazy("Taken of"), FeeBase),
    "hurdle_rate_bps": (gettext_lazy("Hurdle a year"), RATE),
    "hurdle_type": (gettext_lazy("Hurdle type"), HurdleType),
    "catch_up_bps": (gettext_lazy("Catch-up rate"), RATE),
    "floor_amount": (gettext_lazy("Minimum"), MONEY),
    "cap_amount": (gettext_lazy("Maximum"), MONEY),
}
# The words of a stored formula, as people read them; longer ones first.
IN_WORDS = {
    "rate_bps / 10000": gettext_lazy("rate"),
    "tiers(amount)": gettext_lazy("amount paid by tiers"),
    "tiers(base)": gettext_lazy("base by tiers"),
    "days_of_period": gettext_lazy("days of the whole period"),
    "times_a_year": gettext_lazy("times a year"),
    "year_fraction": gettext_lazy("part of a year"),
    "units_of_all": gettext_lazy("units bought"),
    "flat_amount": gettext_lazy("stated amount"),
    "unit_price": gettext_lazy("price per unit"),
    "unit_cost": gettext_lazy("cost per unit"),
    "year_days": gettext_lazy("days of a year"),
    "catch_up": gettext_lazy("catch-up rate"),
    "accrued": gettext_lazy("accrued before"),
    "amount": gettext_lazy("amount paid"),
    "hurdle": gettext_lazy("hurdle"),
    "profit": gettext_lazy("profit"),
    "credit": gettext_lazy("credited by a credit note"),
    "right": gettext_lazy("right amount"),
    "units": gettext_lazy("units"),
    "base": gettext_lazy("base"),
    "cost": gettext_lazy("cost of the units sold"),
    "days": gettext_lazy("days"),
    "min": gettext_lazy("the smaller of"),
}
_WORD = re.compile("|".join(rf"\b{re.escape(word)}" + (r"\b" if word[-1].isalnum() else "") for word in IN_WORDS))
ROUNDINGS = {"half_up": gettext_lazy("Once, half up, to the cent"), "down": gettext_lazy("Down, to the cent")}


def facts_of(derivation: dict, currency: str) -> list[tuple[str, str]]:
    """The inputs with their words, in the order in which one reads them. Amounts in ``currency``."""
    inputs = derivation.get("inputs") or {}
    facts = [(label, _said(inputs[name], how, currency)) for name, (label, how) in INPUTS.items() if name in inputs]
    fee = inputs.get("fee") or {}
    facts += [(label, _said(fee[name], how, currency)) for name, (label, how) in OF_FEE.items() if name in fee]
    own = inputs.get("own") or {}
    if "rate_bps" in own:
        facts.append((_("Negotiated rate"), _said(own["rate_bps"], RATE, currency)))
    if "flat_amount" in own:
        facts.append((_("Negotiated amount"), _said(own["flat_amount"], MONEY, currency)))
    for tier in fee.get("tiers") or []:
        up_to = tier.get("up_to")
        label = (
            _("Up to %(amount)s") % {"amount": figures.money(Decimal(up_to), currency)} if up_to else _("Above that")
        )
        facts.append((label, _said(tier["rate_bps"], RATE, currency)))
    for lot in inputs.get("lots") or []:
        facts.append((_("Lot: %(units)s at") % {"units": figures.unit_count(Decimal(lot["units"]))},
                      _said(lot["unit_cost"], PRICE, currency)))  # fmt: skip
    if "weights" in inputs:
        place = {"place": inputs["place"], "of": len(inputs["weights"])}
        facts.append((_("Split by units"), _("part %(place)s of %(of)s, by largest remainder") % place))
    return facts


def _said(value, how, currency: str) -> str:
    if how == DAY:
        return figures.day(date.fromisoformat(value))
    if how == MONEY:
        return figures.money(Decimal(str(value)), currency)
    if how == UNITS:
        return figures.unit_count(Decimal(str(value)))
    if how == PRICE:
        return figures.price(Decimal(str(value)), currency)
    if how == RATE:
        return figures.rate(Decimal(str(value)))
    return str(how(value).label)


def formula_of(derivation: dict) -> str:
    """The formula in words: "amount paid × rate" for what is stored as ``amount × rate_bps / 10000``."""
    return _WORD.sub(lambda found: str(IN_WORDS[found[0]]), derivation.get("formula") or "–")


def rounding_of(derivation: dict) -> str:
    return str(ROUNDINGS.get(derivation.get("rounding"), "–"))


def kind_of(kind: str, house_only: bool = False) -> str:
    """The word for a fee; the margin inside a price has its own."""
    return _("Margin") if house_only else str(FeeKind(kind).label)
