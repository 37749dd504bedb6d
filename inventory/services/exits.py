"""Exits: one person proposes a sale of what a deal holds, a second approves, and the database carries it out."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from audit.identity import as_acting_user
from deals.services.refusals import DealRefused, WrongStatus, staff_only
from inventory import db
from lib import text
from lib.db import BadValue, DealNotOpen, Refused


class BadShare(DealRefused):
    sentence = _("Enter a share above 0 and at most 100 %. Nothing was proposed.")
    field = "share"


class BadExitPrice(DealRefused):
    sentence = _("Enter a price per unit, with at most 6 decimals. Nothing was proposed.")
    field = "unit_price"


class BadExitDate(DealRefused):
    sentence = _("Enter today or an earlier day, not before the last exit of this deal. Nothing was proposed.")
    field = "exit_date"


class NothingHeld(DealRefused):
    sentence = _("No units, or less than one lot, would be sold on this day. Nothing was proposed.")
    field = "exit_date"


class ExitWaits(WrongStatus):
    sentence = _("An exit of this deal already awaits approval. Nothing was proposed.")


class NoExitYet(WrongStatus):
    sentence = _("This deal holds nothing to sell. Nothing was proposed.")


BY_WORD = {
    "fraction": BadShare,
    "price": BadExitPrice,
    "exit_date": BadExitDate,
    "nothing_held": NothingHeld,
    "exit_waits": ExitWaits,
}


@as_acting_user
def propose_exit(
    *, acting_user, deal_id: UUID, exit_date: date, fraction: Decimal, unit_price: Decimal, note: str = ""
) -> UUID:
    """Propose the sale of a share of what the deal's allocations hold on a day; the exit's id. Locks the deal.

    ``fraction`` is above 0 and at most 1; ``unit_price`` in the deal's currency. Nothing moves before a second person
    approves. Raises NotAllowed, NoExitYet, BadShare, BadExitPrice, BadExitDate, NothingHeld, ExitWaits, Busy.
    """
    staff_only(acting_user)
    try:
        return db.fn_propose_exit(deal_id, exit_date, fraction, unit_price, text.text(note))
    except DealNotOpen as refusal:
        raise NoExitYet() from refusal
    except BadValue as refusal:
        raise BY_WORD.get(refusal.detail, BadShare)() from refusal


def why_not_sold(refusal: Refused) -> Refused | None:
    """What is said to whoever approves an exit that can no longer be carried out."""
    kind = BY_WORD.get(refusal.detail) if isinstance(refusal, BadValue) else None
    return kind and CannotBeSold()


class CannotBeSold(WrongStatus):
    sentence = _("These units can no longer be sold on that day, so this can’t be approved. Nothing was changed.")
