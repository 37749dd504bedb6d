"""Fees accrue, and what accrued wrongly is voided or adjusted. SQL functions write; a trigger audits each row."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from audit.identity import acting_as_system, as_acting_user
from deals.models import Deal, DealStatus
from fees import db
from house.selectors import today
from lib import text
from lib.db import BadValue, Refused

BATCH = 1_000
MAY_CHANGE = ("staff_admin", "staff_ops")


class EventRefused(Refused):
    """``field`` is what to correct, where it is one."""

    field: str | None = None


class NotAccrued(EventRefused):
    sentence = _("Only a fee that isn’t billed yet can be voided. A billed one is answered by a credit note.")


class IsAdjusted(EventRefused):
    sentence = _("Another event adjusts this one. Void that one first.")


class NotAdjustable(EventRefused):
    sentence = _("This event can’t be adjusted: it is voided, an adjustment itself, or the house’s margin.")


class ReasonMissing(EventRefused):
    sentence = _("Say why: whoever reads this event later needs the reason.")
    field = "reason"


class BadAmount(EventRefused):
    sentence = _(
        "Enter the right amount, not below zero and different from what is accrued, in whole units of its currency."
    )
    field = "right"


class BadDay(EventRefused):
    sentence = _("Fees accrue up to a day between 1900 and 2198.")
    field = "as_of"


class NotEarnedYet(EventRefused):
    sentence = _("Fees accrue up to today. Those of days to come are not earned yet.")
    field = "as_of"


BY_DETAIL = {
    "status": NotAccrued,
    "adjusted": IsAdjusted,
    "reason": ReasonMissing,
    "amount": BadAmount,
    "as_of": BadDay,
}


@as_acting_user
def accrue(*, acting_user, deal_id: UUID, as_of: date) -> int:
    """Accrue a deal's fees up to and with a day; how many events were made. Running it again adds none.

    Locks the deal. Raises NotAllowed, NotEarnedYet, BadDay, Busy.
    """
    check_earned(as_of)
    try:
        return db.fn_compute_fee_events(deal_id, as_of)
    except BadValue as refusal:
        raise BY_DETAIL.get(refusal.detail, BadDay)() from refusal


def check_earned(as_of: date) -> None:
    """Refuse days to come, since a slip of the keyboard would book years of fees. Raises NotEarnedYet."""
    if as_of > today():
        raise NotEarnedYet()


@as_acting_user
def void_event(*, acting_user, event_id: UUID, reason: str) -> None:
    """Void an accrued event; nothing accrues in its place. For administrators and operations.

    Raises NotAllowed, NotAccrued, IsAdjusted, ReasonMissing.
    """
    try:
        db.void_fee_event(event_id, text.text(reason))
    except BadValue as refusal:
        raise BY_DETAIL.get(refusal.detail, NotAccrued)() from refusal


@as_acting_user
def adjust_event(*, acting_user, event_id: UUID, right: Decimal, reason: str) -> UUID:
    """Bring an event to its right amount, in its currency, by another event; its id. For administrators and operations.

    Raises NotAllowed, NotAdjustable, BadAmount, ReasonMissing.
    """
    try:
        return db.adjust_fee_event(event_id, right, text.text(reason))
    except BadValue as refusal:
        raise (BY_DETAIL | {"status": NotAdjustable}).get(refusal.detail, BadAmount)() from refusal


# --- the job


def yesterday() -> date:
    """The last day that is over, in the house's time zone: what happened on it is entered."""
    return today() - timedelta(days=1)


def deals_to_accrue(code: str | None = None) -> list[Deal]:
    """Deals whose fees may accrue, or the one of this code."""
    with acting_as_system():
        found = Deal.objects.filter(code=code) if code else Deal.objects.exclude(status=DealStatus.DRAFT)
        return list(found.order_by("code", "id"))


def accrue_each(deals: list[Deal], as_of: date) -> Iterator[tuple[Deal, int | Refused]]:
    """Accrue deal by deal, each in a transaction of its own: how many events, or why none. As the system."""
    for deal in deals:
        try:
            with acting_as_system():
                made = db.fn_compute_fee_events(deal.pk, as_of)
        except Refused as refusal:
            yield deal, refusal
        else:
            yield deal, made


def recompute(event_id: UUID | None = None) -> Iterator[list[dict]]:
    """Every event, or one, beside what its own inputs give, in batches. As the system. Changes nothing."""
    after = None
    while True:
        with acting_as_system():
            found = db.recomputed(after, BATCH, event_id)
        if found:
            yield found
        if len(found) < BATCH:
            return
        after = found[-1]["id"]
