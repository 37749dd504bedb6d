"""The currencies that we keep, and how many decimals their amounts have. Money is rounded by the database alone."""

from babel.numbers import is_currency

_WHOLE = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split())
# Amounts are numeric(18,2): thousandths and finer (ISO 4217), and what has no minor unit at all, cannot be kept.
NOT_KEPT = (
    "BHD", "CLF", "IQD", "JOD", "KWD", "LYD", "OMR", "TND", "UYW",
    "XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX",
)  # fmt: skip


def minor_units(currency: str) -> int:
    """How many decimals an amount of this currency has (ISO 4217): USD 2, JPY 0."""
    return 0 if currency in _WHOLE else 2


def is_kept(currency: str | None) -> bool:
    """Whether deals, vehicles and accounts may be in this currency: one that exists, with no more than two decimals."""
    return len(currency or "") == 3 and is_currency(currency) and currency not in NOT_KEPT
