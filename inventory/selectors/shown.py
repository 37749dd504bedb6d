"""What a page showed before somebody agreed to it: signed, so that it comes back as it was. Its hash is what they agree
to; its sums are compared where something moved meanwhile."""

from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from deals.pricing import Quotation
from ui import figures

SALT = "inventory.shown"


def signed(quotations) -> dict[str, str]:
    """By plan ('' where there is none), each quotation as a form carries it."""
    return {str(each.plan_id or ""): signing.dumps(each.facts, salt=SALT, compress=True) for each in quotations if each}


def shown_in(data, plan_id) -> Quotation | None:
    """The quotation of a plan that a sent form carries; None where it carries none that this product signed."""
    try:
        return Quotation(signing.loads(data.get(f"shown_{plan_id or ''}", ""), salt=SALT))
    except signing.BadSignature:
        return None


@dataclass(frozen=True)
class Change:
    """One figure as it was shown and as it is now."""

    label: str
    was: str
    now: str

    @property
    def differs(self) -> bool:
        return self.was != self.now


def changes(was: Quotation | None, now: Quotation) -> list[Change]:
    """Old and new side by side, every figure; what was not shown reads as a dash."""
    before, after = _figures(was) if was else {}, _figures(now)
    return [Change(label, before.get(label, "–"), after.get(label, "–")) for label in dict.fromkeys([*before, *after])]


def _figures(quotation: Quotation) -> dict[str, str]:
    currency = quotation.currency
    found: dict[str, Any] = {
        _("Fee plan"): quotation.plan_name or _("none"),
        _("Units"): figures.units(quotation.units),
        _("Price per unit"): f"{figures.price(quotation.unit_price, currency)}{figures.NBSP}{currency}",
        _("Amount"): figures.money(quotation.gross, currency),
    }
    for line in quotation.lines:
        found[_unused(found, line.label)] = _fee(line, currency)
    return found | {_("To pay at closing"): figures.money(quotation.due, currency)}


def _unused(found: dict, label: str) -> str:
    """The label, counted where a plan has several fees of one kind."""
    again = sum(1 for taken in found if taken == label or taken.startswith(f"{label} "))
    return f"{label} {again + 1}" if again else label


def _fee(line, currency: str) -> str:
    parts = [] if line.rate_bps is None else [figures.percent(line.rate_bps / 100)]
    return ", ".join(parts + ([figures.money(line.amount, currency)] if line.amount is not None else []))
