"""Vehicles, and what they are worth. For staff; each change leaves its audit row by the table's trigger."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import DatabaseError, IntegrityError
from django.utils.translation import gettext_lazy as _

from audit.identity import as_acting_user
from house.selectors import today
from lib import text
from lib.db import BadValue, NotAllowed, Refused, translated
from lib.money import is_kept
from lib.versions import Shown, expect
from portfolio import db
from portfolio.models import MOST_DOMICILE, Position, Subscription, Valuation, ValuationSource, Vehicle
from ui import figures

FACTS = ("name", "type", "domicile", "currency")


class CurrencyIsFixed(Refused):
    sentence = _("Positions or deals depend on this vehicle, so its currency can’t be changed. Nothing was changed.")
    field = "currency"


class BadVehicle(Refused):
    sentence = _("A vehicle needs a name, a type and a currency of three letters. Nothing was changed.")
    field = None


class BadCurrency(BadVehicle):
    sentence = _("A vehicle is in a currency with no more than two decimals. Nothing was changed.")
    field = "currency"


@as_acting_user
def add_vehicle(*, acting_user, name: str, type: str, currency: str, domicile: str = "") -> Vehicle:
    """A new vehicle. Raises NotAllowed, BadVehicle, Busy."""
    return _keep(acting_user, Vehicle(), name=name, type=type, currency=currency, domicile=domicile)


@as_acting_user
def edit_vehicle(
    *,
    acting_user,
    vehicle_id: UUID,
    name: str,
    type: str,
    currency: str,
    domicile: str = "",
    shown: Shown | None = None,
) -> Vehicle:
    """Change a vehicle; its currency stays once something rests on it.

    Raises NotAllowed, ChangedMeanwhile, CurrencyIsFixed, BadVehicle, Busy.
    """
    vehicle = _locked(vehicle_id)
    if vehicle is None:
        raise NotAllowed()
    expect(shown, kept_of_vehicle(vehicle))
    if currency != vehicle.currency and rests_on(vehicle):
        raise CurrencyIsFixed()
    return _keep(acting_user, vehicle, name=name, type=type, currency=currency, domicile=domicile)


def _locked(vehicle_id: UUID) -> Vehicle | None:
    try:
        return Vehicle.objects.select_for_update(no_key=True).filter(pk=vehicle_id).first()
    except DatabaseError as error:
        raise translated(error) or error from error


def kept_of_vehicle(vehicle: Vehicle) -> dict:
    """What the form of a vehicle shows of it."""
    return {name: getattr(vehicle, name) for name in FACTS}


def rests_on(vehicle: Vehicle) -> bool:
    """Whether positions, subscriptions or deals are in the vehicle's currency."""
    return (
        vehicle.deals.exists()
        or Position.objects.filter(vehicle=vehicle).exists()
        or Subscription.objects.filter(vehicle=vehicle).exists()
    )


def _keep(acting_user, vehicle: Vehicle, **facts) -> Vehicle:
    if not acting_user.is_staff:
        raise NotAllowed()
    facts |= {"name": text.line(facts["name"]), "domicile": text.line(facts["domicile"], MOST_DOMICILE)}
    if not facts["name"]:
        raise BadVehicle()
    if not is_kept(facts["currency"]):
        raise BadCurrency()
    changed = [name for name in FACTS if getattr(vehicle, name) != facts[name]]
    for name in changed:
        setattr(vehicle, name, facts[name])
    try:
        vehicle.save(force_insert=True) if vehicle._state.adding else vehicle.save(update_fields=changed)
    except DatabaseError as error:
        refusal = translated(error)
        raise (BadVehicle() if isinstance(refusal, BadValue) else refusal or error) from error
    return vehicle


# --- valuations


class BadValuation(Refused):
    sentence = _("A valuation needs a day, a source and a value per unit. Nothing was proposed.")
    field = None


class ValuationWaits(Refused):
    sentence = _("A valuation for this day already awaits approval. Nothing was proposed.")
    field = "as_of_date"


class ValuedAhead(Refused):
    sentence = _("A valuation is for today or an earlier day. Nothing was proposed.")
    field = "as_of_date"


class TotalDiffers(Refused):
    """The total is ``difference`` away from units outstanding × value per unit, in the vehicle's currency."""

    field = "reason"

    def __init__(self, difference: Decimal, units: Decimal, currency: str):
        self.difference = difference
        sentence = _(
            "The total differs by %(difference)s from %(units)s at this value. Correct it, or enter the reason."
        )
        self.sentence = sentence % {
            "difference": figures.money(difference, currency),
            "units": figures.unit_count(units),
        }
        super().__init__(self.sentence)


@as_acting_user
def propose_valuation(
    *,
    acting_user,
    vehicle_id: UUID,
    as_of_date: date,
    nav_per_unit: Decimal,
    nav_total: Decimal | None = None,
    source: str = ValuationSource.MANAGER,
    reason: str = "",
) -> Valuation:
    """Propose what a vehicle was worth on a day, in its currency; it counts once a second person approved it.

    ``reason`` explains a total that is not units outstanding × value per unit. The database opens the approval.
    Raises NotAllowed, BadValuation, ValuedAhead, ValuationWaits, TotalDiffers, Busy.
    """
    vehicle = Vehicle.objects.filter(pk=vehicle_id).first()
    if vehicle is None or not acting_user.is_staff:
        raise NotAllowed()
    reason = text.text(reason)
    if source not in ValuationSource.values or nav_per_unit is None:
        raise BadValuation()
    if as_of_date > today():
        raise ValuedAhead()
    _expect_total(vehicle, as_of_date, nav_total, nav_per_unit, reason)
    proposed = Valuation(
        vehicle=vehicle,
        as_of_date=as_of_date,
        nav_per_unit=nav_per_unit,
        nav_total=nav_total,
        source=source,
        reason=reason,
    )
    try:
        proposed.save(force_insert=True)
    except IntegrityError as error:
        if "valuations_one_a_day" in str(error):
            raise ValuationWaits() from error
        raise (translated(error) and BadValuation()) or error from error
    except DatabaseError as error:
        refusal = translated(error)
        raise (BadValuation() if isinstance(refusal, BadValue) else refusal or error) from error
    return proposed


def _expect_total(vehicle: Vehicle, day: date, total: Decimal | None, per_unit: Decimal, reason: str) -> None:
    found = db.valuation_difference(vehicle.pk, day, total, per_unit)
    if found and abs(found["difference"]) > found["allowed"] and not reason:
        raise TotalDiffers(found["difference"], found["units"], vehicle.currency)
