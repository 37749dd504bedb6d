"""Currencies and the one way to round money."""

from decimal import ROUND_HALF_UP, Decimal

_WHOLE = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split())
_THOUSANDTHS = frozenset("BHD IQD JOD KWD LYD OMR TND".split())


def minor_units(currency: str) -> int:
    """How many decimals an amount of this currency has (ISO 4217): USD 2, JPY 0, KWD 3."""
    if currency in _WHOLE:
        return 0
    return 3 if currency in _THOUSANDTHS else 2


def round_money(amount: Decimal, currency: str) -> Decimal:
    """Round once, half up (away from zero at the half), to the currency's minor unit."""
    return amount.quantize(Decimal(1).scaleb(-minor_units(currency)), rounding=ROUND_HALF_UP)
