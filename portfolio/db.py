"""One Python function per SQL function of this app."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from lib.db import call, call_row, rows


def position_on(
    investor_id: UUID, vehicle_id: UUID, day: date, known: datetime | None = None
) -> tuple[Decimal, Decimal]:
    """Units and cost that an investor held on a day, as known on a moment (None: as known now).

    Cost in the vehicle's currency. 0 where nothing was held, or where its entries are not the caller's to read.
    """
    return call_row("select units, cost from app.position_on(%s, %s, %s, %s)", [investor_id, vehicle_id, day, known])


def nav_per_unit_on(vehicle_id: UUID, day: date) -> Decimal | None:
    """Value of one unit on a day, in the vehicle's currency; None where there is no approved valuation."""
    return call("select app.nav_per_unit_on(%s, %s)", [vehicle_id, day])


def valuation_on(vehicle_id: UUID, day: date) -> dict | None:
    """The valuation that counts on a day: id, as_of_date, nav_per_unit, source; None where there is none."""
    found = rows("select id, as_of_date, nav_per_unit, source from app.valuation_on(%s, %s)", [vehicle_id, day])
    return found[0] if found else None


def valuation_difference(vehicle_id: UUID, day: date, total: Decimal | None, per_unit: Decimal | None) -> dict | None:
    """How far a total is from units × value per unit: ``difference``, ``allowed``, ``units``. For staff.

    Amounts in the vehicle's currency. None unless both figures are given.
    """
    found = rows(
        "select difference, allowed, units from app.valuation_difference(%s, %s, %s, %s)",
        [vehicle_id, day, total, per_unit],
    )
    return found[0] if found else None


def stale_before(day: date) -> date:
    """The day before which a valuation is stale on this day, by the firm's setting."""
    return call("select app.stale_before(%s)", [day])
