"""Lots and the sources they came from: entering, correcting, blocking. For staff.

What a lot has left to sell is nobody's to write: functions keep it in step with the lot's size, and refuse a
lot smaller than what is held or allocated. They write the audit row; for sources the table's trigger does.
"""

from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit.identity import as_acting_user
from deals.models import Deal
from deals.selectors.checklists import Check
from deals.services.refusals import DealOver, DealRefused, ReasonMissing, staff_only
from inventory import db
from inventory.models import MOST_NOTES, LotStatus, ShareLot, ShareSource, SourceKind
from inventory.selectors.lots import holds_live
from lib import text
from lib.db import BadValue, DealNotOpen, NotAllowed
from lib.versions import Shown, expect
from ui import figures, numbers

EARLIEST, LATEST = date(1900, 1, 1), date(2200, 1, 1)


class LotInUse(DealRefused):
    """The lot would be smaller than the ``used`` units that are on hold or allocated."""

    field = "units"

    def __init__(self, used: Decimal):
        self.used = used
        sentence = _("This lot has %(used)s on hold or allocated. Enter %(units)s or more.")
        super().__init__(sentence % {"used": figures.unit_count(used), "units": figures.units(used)})


class BadSource(DealRefused):
    sentence = gettext_lazy("Choose a source, or name a new one.")
    field = "source"


# ---------- sources ----------


@as_acting_user
def add_source(*, acting_user, kind: str, counterparty_name: str = "", notes: str = "") -> ShareSource:
    """Somebody units are bought from. Raises NotAllowed, DealRefused."""
    staff_only(acting_user)
    source = ShareSource()
    _describe(source, kind, counterparty_name, notes)
    source.save(force_insert=True)
    return source


@as_acting_user
def edit_source(
    *,
    acting_user,
    source_id: UUID,
    kind: str,
    counterparty_name: str = "",
    notes: str = "",
    shown: Shown | None = None,
) -> ShareSource:
    """Change what is kept of a source. Locks it. Raises NotAllowed, ChangedMeanwhile, DealRefused."""
    staff_only(acting_user)
    source = ShareSource.objects.select_for_update(no_key=True).filter(pk=source_id).first()
    if source is None:
        raise NotAllowed()
    expect(shown, kept_of_source(source))
    _describe(source, kind, counterparty_name, notes)
    source.save(update_fields=["kind", "counterparty_name", "notes"])
    return source


def kept_of_source(source: ShareSource) -> dict:
    """What the form of a source shows of it."""
    return {name: getattr(source, name) or "" for name in ("counterparty_name", "kind", "notes")}


def _describe(source: ShareSource, kind: str, counterparty_name: str, notes: str) -> None:
    if kind not in SourceKind.values:
        raise DealRefused(_("Choose a type."), field="kind")
    name = text.line(counterparty_name)
    if not name:
        raise DealRefused(_("Name the source."), field="counterparty_name")
    source.kind, source.counterparty_name, source.notes = kind, name, text.text(notes, MOST_NOTES)


# ---------- lots ----------


@as_acting_user
def add_lot(
    *,
    acting_user,
    deal_id: UUID,
    units: Decimal,
    unit_cost: Decimal,
    source_id: UUID | None = None,
    acquired_at: date | None = None,
    lockup_until: date | None = None,
    lot_id: UUID | None = None,
) -> UUID:
    """A parcel of units on a deal, all of it available, at a cost per unit in the deal's currency; its id.

    The same ``lot_id`` again gives back the lot it made: a form sent twice makes one lot.
    Raises NotAllowed, DealOver, BadSource, DealRefused, BadValue.
    """
    staff_only(acting_user)
    _check_values(units, unit_cost, acquired_at, lockup_until)
    with _over_is_over():
        _check_source(source_id)
        return db.fn_add_lot(deal_id, units, unit_cost, source_id, acquired_at, lockup_until, lot_id)


@as_acting_user
def edit_lot(
    *,
    acting_user,
    lot_id: UUID,
    units: Decimal,
    unit_cost: Decimal,
    source_id: UUID | None = None,
    acquired_at: date | None = None,
    lockup_until: date | None = None,
    shown: Shown | None = None,
) -> None:
    """Correct, grow or shrink a lot, never below what is on hold or allocated.

    Raises NotAllowed, DealOver, ChangedMeanwhile, LotInUse, BadSource, DealRefused, Busy.
    """
    staff_only(acting_user)
    _check_values(units, unit_cost, acquired_at, lockup_until)
    with _over_is_over():
        _check_source(source_id)
        _expect_lot(lot_id, shown, kept_of_lot)
        try:
            db.fn_edit_lot(lot_id, units, unit_cost, source_id, acquired_at, lockup_until)
        except BadValue as refusal:
            if not refusal.detail.replace(".", "").isdigit():
                raise
            raise LotInUse(Decimal(refusal.detail)) from refusal


@as_acting_user
def block_lot(*, acting_user, lot_id: UUID, reason: str, shown: Shown | None = None) -> None:
    """Take what a lot has left out of sale; holds and allocations stay.

    Raises NotAllowed, DealOver, ReasonMissing, ChangedMeanwhile, Busy.
    """
    staff_only(acting_user)
    reason = text.text(reason)
    if not reason:
        raise ReasonMissing(_("Enter a reason. It is kept with the lot; nothing was changed yet."))
    with _over_is_over():
        _expect_lot(lot_id, shown, kept_of_block)
        db.fn_block_lot(lot_id, reason)


@as_acting_user
def unblock_lot(*, acting_user, lot_id: UUID, shown: Shown | None = None) -> None:
    """Put a blocked lot on sale again; one that is not blocked stays as it is.

    Raises NotAllowed, DealOver, ChangedMeanwhile, Busy.
    """
    staff_only(acting_user)
    with _over_is_over():
        _expect_lot(lot_id, shown, kept_of_block)
        db.fn_unblock_lot(lot_id)


def kept_of_lot(lot: ShareLot) -> dict:
    """What the form of a lot shows of it."""
    names = ("unit_cost", "source", "acquired_at", "lockup_until")
    return {"units": lot.units_total} | {name: getattr(lot, name) for name in names}


def kept_of_block(lot: ShareLot) -> dict:
    """What stands beside a lot that is blocked, or can be."""
    return {"blocked": lot.status == LotStatus.BLOCKED, "reason": lot.block_reason}


def _expect_lot(lot_id: UUID, shown: Shown | None, kept) -> None:
    """Lock the lot and compare; nothing is asked where nothing was shown."""
    if shown is not None:
        db.lock_lot(lot_id)
        expect(shown, kept(ShareLot.objects.select_related("source").get(pk=lot_id)))


@contextmanager
def _over_is_over():
    """The database says that a deal sells nothing; for work on lots that means it is over."""
    try:
        yield
    except DealNotOpen as refusal:
        raise DealOver() from refusal


def _check_source(source_id: UUID | None) -> None:
    if source_id and not ShareSource.objects.filter(pk=source_id).exists():
        raise BadSource()


def _check_values(units: Decimal, unit_cost: Decimal, acquired_at: date | None, lockup_until: date | None) -> None:
    try:
        field = "units"
        numbers.check_units(units)
        field = "unit_cost"
        numbers.check_price(unit_cost, zero=True)
        numbers.check_amount(units, unit_cost)
    except numbers.NotANumber as error:
        raise DealRefused(str(error), field=field) from error
    for field, day in (("acquired_at", acquired_at), ("lockup_until", lockup_until)):
        if day and not EARLIEST <= day <= LATEST:
            raise DealRefused(_("Enter a date between 1900 and 2200."), field=field)


# ---------- what the deal's checklists ask ----------


def lots_ready(*, deal: Deal) -> list[Check]:
    """For opening: something to sell, in the deal's currency."""
    open_lots = ShareLot.objects.filter(deal=deal, status=LotStatus.AVAILABLE, units_remaining__gt=0)
    return [
        Check(
            "lots",
            _("At least one lot with units"),
            open_lots.filter(currency=deal.currency).exists(),
            _("Add a lot, or put a blocked one on sale."),
            reverse("inventory_staff:lots", args=[deal.code]),
        )
    ]


def holds_settled(*, deal: Deal) -> list[Check]:
    """For closing: nothing is on hold any more."""
    live = holds_live(deal.pk).count()
    return [
        Check(
            "holds",
            _("Nothing is on hold"),
            live == 0,
            ngettext("%(n)s hold is active.", "%(n)s holds are active.", live) % {"n": live},
            reverse("inventory_staff:book", args=[deal.code]),
        )
    ]
