"""The currencies that we keep, and how many decimals their amounts have. Money is rounded by the database alone."""

from decimal import Decimal

from babel.numbers import get_currency_precision, is_currency

# Amounts are numeric(18,2). Beside the thousandths that Babel knows: the Iraqi dinar, which has them in ISO 4217, and
# what has no minor unit at all (metals, funds, codes for tests).
NOT_KEPT = frozenset("IQD XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX".split())


def minor_units(currency: str) -> int:
    """How many decimals an amount of this currency has: USD 2, JPY 0."""
    return get_currency_precision(currency)


def smallest_unit(currency: str) -> Decimal:
    """The smallest amount of this currency: USD 0.01, JPY 1. What is no multiple of it is no amount."""
    return Decimal(1).scaleb(-minor_units(currency))


def is_kept(currency: str | None) -> bool:
    """Whether deals, vehicles and accounts may be in this currency: one that exists, with no more than two decimals."""
    known = len(currency or "") == 3 and is_currency(currency)
    return known and currency not in NOT_KEPT and minor_units(currency) <= 2
