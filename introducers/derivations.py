"""How a commission came about, as people read it: the base and what was agreed, never units or a price."""

from decimal import Decimal

from django.utils.translation import gettext as _

from fees.derivations import rounding_of as rounding_of
from introducers.models import Basis, IntroducerAgreement
from ui import figures


def formula_of(derivation: dict) -> str:
    """The formula in words: “base × rate, at most the cap, less what was accrued before”."""
    inputs = derivation.get("inputs") or {}
    if not inputs:
        return "–"
    words = [_("base by tiers") if "tiers" in inputs else _("base × rate")]
    if "cap" in inputs:
        words.append(_("at most the cap"))
    if Decimal(inputs["accrued_before"]):
        words.append(_("less what was accrued before"))
    return ", ".join(words)


def facts_of(derivation: dict, currency: str) -> list[tuple[str, str]]:
    """The inputs with their words. Amounts in ``currency``."""
    inputs = derivation.get("inputs") or {}
    if not inputs:
        return []
    said = [(_("Basis"), str(Basis(inputs["basis"]).label)), (_("Base"), _money(inputs["base"], currency))]
    said += rate_facts(inputs.get("rate_bps"), inputs.get("tiers"), inputs.get("cap"), currency)
    if Decimal(inputs["accrued_before"]):
        said.append((_("Accrued before"), _money(inputs["accrued_before"], currency)))
    if "kept" in inputs:
        said.append((_("Of it not cancelled"), _money(inputs["kept"], currency)))
    return said


def rate_facts(rate_bps, tiers, cap, currency: str) -> list[tuple[str, str]]:
    """Rate, tiers and cap, each with its word."""
    said = [] if rate_bps is None else [(_("Rate"), figures.rate(Decimal(rate_bps)))]
    for tier in tiers or []:
        up_to = tier.get("up_to")
        label = _("Up to %(amount)s") % {"amount": _money(up_to, currency)} if up_to else _("Above that")
        said.append((label, figures.rate(Decimal(tier["rate_bps"]))))
    if cap is not None:
        said.append((_("Cap"), _money(cap, currency)))
    return said


def terms_of(agreement: IntroducerAgreement, currency: str = "") -> str:
    """The terms in one line: “2 % · Amount funded · at most 50,000.00”."""
    if agreement.tiers:
        words = _("Tiers from %(rate)s") % {"rate": figures.rate(Decimal(agreement.tiers[0]["rate_bps"]))}
    elif agreement.rate_bps is None:
        words = _("The introducer’s default rate")
    else:
        words = figures.rate(Decimal(agreement.rate_bps))
    said = [words, str(agreement.get_basis_type_display())]
    if agreement.cap_amount is not None:
        said.append(_("at most %(amount)s") % {"amount": _money(agreement.cap_amount, currency)})
    if agreement.trail_years:
        said.append(_("for %(n)s years") % {"n": agreement.trail_years})
    return " · ".join(said)


def _money(value, currency: str) -> str:
    amount = Decimal(str(value))
    return figures.money(amount, currency) if currency else figures.amount(amount, "USD")
