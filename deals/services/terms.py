"""The terms of a deal, as ``terms_schema`` keeps them: {min_ticket, max_ticket, terms: [[label, value], …]}.

Tickets are exact amounts of the deal's currency, written as text.
"""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

from deals.services.refusals import DealRefused
from lib import text
from ui import numbers

MOST_TERMS = 40
_AMOUNT = re.compile(r"[0-9]{1,15}(\.[0-9]+)?")


def make_terms(
    *, min_ticket: Decimal | None = None, max_ticket: Decimal | None = None, terms: list | None = None
) -> dict | None:
    """The terms as they are stored; None when there are none."""
    stored = {
        "min_ticket": None if min_ticket is None else f"{min_ticket:f}",
        "max_ticket": None if max_ticket is None else f"{max_ticket:f}",
        "terms": [[text.tidy_line(label), text.tidy_line(value)] for label, value in terms or []],
    }
    return stored if any(stored.values()) else None


def ticket_of(deal, name: str) -> Decimal | None:
    """``min_ticket`` or ``max_ticket`` of a deal, in its currency; None where the terms state none."""
    written = str((deal.terms_schema or {}).get(name, ""))
    return Decimal(written) if _AMOUNT.fullmatch(written) else None


def check_terms(terms: dict, currency: str) -> None:
    """Raises DealRefused unless tickets are amounts of the currency, in order, and terms are pairs."""
    smallest, largest = (_ticket(terms, key, currency) for key in ("min_ticket", "max_ticket"))
    if smallest and largest and smallest > largest:
        raise DealRefused(_("The maximum investment is below the minimum."), field="max_ticket")
    pairs = terms.get("terms", [])
    if not isinstance(pairs, list) or not all(_is_pair(pair) for pair in pairs):
        raise DealRefused(_("Each term has a label and a value."), field="terms")
    if len(pairs) > MOST_TERMS:
        raise DealRefused(_("At most %(n)s terms.") % {"n": MOST_TERMS}, field="terms")


def _is_pair(pair) -> bool:
    return (
        isinstance(pair, list | tuple)
        and len(pair) == 2
        and all(isinstance(part, str) and part == text.tidy_line(part) and text.is_visible(part) for part in pair)
    )


def _ticket(terms: dict, key: str, currency: str) -> Decimal | None:
    written = terms.get(key)
    if written is None:
        return None
    if not _AMOUNT.fullmatch(str(written)):
        raise DealRefused(_("A minimum or maximum investment is an amount in the deal’s currency."), field=key)
    try:
        return numbers.check_money(Decimal(str(written)), currency)
    except numbers.NotANumber as error:
        raise DealRefused(str(error), field=key) from error
