"""Undoing an approved allocation: one person proposes it, two others approve, and the database carries it out."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from audit.identity import as_acting_user
from deals.services.refusals import DealRefused, ReasonMissing, WrongStatus, staff_only
from inventory import db
from lib import text
from lib.db import BadValue, NotLive, Refused


class IsSettled(WrongStatus):
    sentence = _("The funding invoice is paid, so this allocation can no longer be undone. Nothing was changed.")


class IsUndone(WrongStatus):
    sentence = _("This allocation is already undone. Nothing was changed.")


class IsSold(WrongStatus):
    sentence = _("Units of this allocation were sold in an exit, so it can no longer be undone. Nothing was changed.")


class NotAllocated(WrongStatus):
    sentence = _("Only an approved allocation can be undone. Nothing was changed.")


class UndoWaits(WrongStatus):
    sentence = _("Undoing this allocation already awaits approval. Nothing was proposed.")


class FeesFirst(WrongStatus):
    sentence = _(
        "An adjustment was invoiced before the fee that it adjusts. Invoice that fee first, then approve. Nothing was"
        " changed."
    )


class WrittenOff(WrongStatus):
    sentence = _(
        "A part of one of its invoices is written off. Nothing was changed: have an administrator reverse the write-off"
        " first."
    )


class UndoDecided(NotLive):
    sentence = _("This proposal was decided or withdrawn meanwhile. Nothing was changed.")


class CannotBeUndone(DealRefused):
    sentence = _("This allocation can’t be undone. Nothing was changed.")


BY_WORD = {
    "reason": ReasonMissing,
    "settled": IsSettled,
    "undone": IsUndone,
    "sold": IsSold,
    "not_allocated": NotAllocated,
    "undo_waits": UndoWaits,
    "fees_first": FeesFirst,
    "written_off": WrittenOff,
}


@as_acting_user
def propose_undo(*, acting_user, allocation_id: UUID, reason: str) -> UUID:
    """Propose to undo an approved allocation; the proposal's id. Nothing moves before two other people approve.

    The same person with the same reason gets the proposal that waits. Locks the deal, then the allocation.
    Raises NotAllowed, ReasonMissing, IsSettled, IsUndone, IsSold, NotAllocated, UndoWaits, Busy.
    """
    staff_only(acting_user)
    try:
        return db.fn_propose_undo(allocation_id, text.text(reason))
    except BadValue as refusal:
        raise BY_WORD.get(refusal.detail, CannotBeUndone)() from refusal


@as_acting_user
def withdraw_undo(*, acting_user, undo_id: UUID) -> bool:
    """Take a proposal back: nobody decides about it any more. For who proposed it, administrators and operations.

    Locks as the decision does. Raises NotAllowed, UndoDecided, Busy.
    """
    staff_only(acting_user)
    try:
        db.fn_withdraw_undo(undo_id)
    except NotLive as refusal:
        raise UndoDecided() from refusal
    return True


def why_not_undone(refusal: Refused) -> Refused | None:
    """What is said to whoever approves what can no longer be undone; None for what has its own words."""
    kind = BY_WORD.get(refusal.detail) if isinstance(refusal, BadValue) else None
    return kind and kind()
