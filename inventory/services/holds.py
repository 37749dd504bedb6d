"""Holds: placing, cancelling, and ending those that lapsed."""

from decimal import Decimal
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from audit.identity import as_acting_user
from house.clock import by_the_clock
from inventory import db
from investors.models import Profile
from lib.db import BadValue

EXPIRE_BATCH = 1000

CAPS: dict[str, Promise] = {
    "max_holds": gettext_lazy(
        "The investor already has the maximum number of holds on this deal. Nothing was reserved: commit or release one"
        " first."
    ),
    "max_total": gettext_lazy(
        "Holds, commitments and allocations of this investor would exceed the deal’s maximum investment. Nothing was"
        " reserved: enter fewer units."
    ),
}


class CapReached(BadValue):
    """A cap of the deal for each investor; ``detail`` names it: max_holds or max_total."""

    def __init__(self, cap: str):
        self.sentence = CAPS[cap]
        super().__init__(detail=cap)


def reserve_units(
    *,
    acting_user: Profile,
    deal_id: UUID,
    investor_id: UUID,
    units: Decimal,
    unit_price: Decimal,
    hold_minutes: int | None = None,
    request_key: UUID | None = None,
) -> UUID:
    """Hold units of a deal for an investor, all or nothing, until the hold's end; the reservation's id.

    Units up to 8 decimals; price up to 6, in the deal's currency: exactly the offer price for investors. The same
    ``request_key`` of the same profile gives back the same reservation. Called in autocommit it is one round trip
    and one transaction; audit row included.

    Raises NotAllowed, DealNotOpen, KycNotValid, CapReached, BadValue, NotEnoughUnits (with ``available``), Busy;
    nothing changed then.
    """
    wanted = (acting_user.pk, deal_id, investor_id, units, unit_price, hold_minutes, request_key)
    try:
        return db.fn_reserve_inventory(*wanted)
    except BadValue as refusal:
        if refusal.detail in CAPS:
            raise CapReached(refusal.detail) from refusal
        raise


@as_acting_user
def cancel_hold(*, acting_user: Profile, reservation_id: UUID) -> None:
    """Give a hold's units back now. A hold that ended already stays as it is.

    Raises NotAllowed, NotLive (allocated, or in approval: withdraw the commitment), Busy.
    """
    db.fn_cancel_reservation(reservation_id)


def expire_reservations(*, limit: int = EXPIRE_BATCH) -> int:
    """End up to ``limit`` lapsed holds as VERSO system, in one transaction; how many ended.

    The caller loops until 0, so that an interruption keeps what was done. Raises ClockAhead.
    """
    return by_the_clock(lambda: db.fn_expire_reservations(limit))


def expire_all() -> int:
    """End every lapsed hold, batch by batch; how many ended. Raises ClockAhead."""
    total = 0
    while ended := expire_reservations():
        total += ended
    return total
