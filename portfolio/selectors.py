"""What investors own and what it is worth. Reads only. Amounts of different currencies are never added.

Only approved valuations count.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum

from approvals.models import Approval
from approvals.subjects import Asked
from house.selectors import today
from lib.fields import Amount
from lib.search import by_name, having_all
from portfolio import db
from portfolio.models import Position, Valuation, ValuationStatus, Vehicle


@dataclass(frozen=True)
class Owned:
    """One position. Paid is units × price paid; the value, units × latest value per unit, may be unknown."""

    id: UUID
    vehicle_id: UUID
    vehicle_name: str
    vehicle_kind: str
    investor_name: str
    currency: str
    units: Decimal
    paid: Decimal
    unit_value: Decimal | None
    value: Decimal | None
    valued_on: date | None
    is_stale: bool = False  # valued longer ago than the house takes for current

    @property
    def change(self) -> Decimal | None:
        return None if self.value is None else self.value - self.paid

    @property
    def multiple(self) -> Decimal | None:
        return None if self.value is None or not self.paid else self.value / self.paid


@dataclass(frozen=True)
class Holdings:
    """All positions in one currency, and their sums. The value is None while one of them has no valuation."""

    currency: str
    positions: list[Owned]

    @property
    def paid(self) -> Decimal:
        return sum((position.paid for position in self.positions), Decimal(0))

    @property
    def value(self) -> Decimal | None:
        values = [position.value for position in self.positions]
        return None if None in values else sum(values, Decimal(0))

    @property
    def change(self) -> Decimal | None:
        return None if self.value is None else self.value - self.paid

    @property
    def multiple(self) -> Decimal | None:
        return None if self.value is None or not self.paid else self.value / self.paid

    @property
    def valued(self) -> int:
        """How many of the positions have a valuation."""
        return sum(1 for position in self.positions if position.value is not None)

    @property
    def valued_on(self) -> date | None:
        """The oldest of the days its positions were valued on."""
        return min((position.valued_on for position in self.positions if position.valued_on), default=None)


def positions_of(profile) -> list[Owned]:
    """The positions of the profile's investors with their latest valuation, by currency and vehicle."""
    day = today()
    latest = Valuation.objects.filter(
        vehicle=OuterRef("vehicle"),
        nav_per_unit__isnull=False,
        status=ValuationStatus.APPROVED,
        as_of_date__lte=day,
    ).order_by("-as_of_date")
    rows = (
        Position.objects.filter(investor__links__user=profile, units__gt=0)
        .select_related("vehicle", "investor")
        .annotate(
            unit_value=Subquery(latest.values("nav_per_unit")[:1]),
            valued_on=Subquery(latest.values("as_of_date")[:1]),
        )
        .annotate(value=Amount(F("units"), F("unit_value"), F("vehicle__currency")))
        .order_by("vehicle__currency", *by_name("vehicle__name"), *by_name("investor__legal_name"), "id")
    )
    stale_before = db.stale_before(day)
    return [_owned(row, stale_before) for row in rows]


def _owned(row: Position, stale_before: date) -> Owned:
    return Owned(
        id=row.pk,
        vehicle_id=row.vehicle_id,
        vehicle_name=row.vehicle.name,
        vehicle_kind=row.vehicle.get_type_display() or "",
        investor_name=str(row.investor),
        currency=row.vehicle.currency,
        units=row.units,
        paid=row.cost_basis or Decimal(0),
        unit_value=row.unit_value,
        value=row.value,
        valued_on=row.valued_on,
        is_stale=row.valued_on is not None and row.valued_on < stale_before,
    )


def by_currency(positions: list[Owned]) -> list[Holdings]:
    """The same positions, one group and one total per currency."""
    return [Holdings(currency, list(group)) for currency, group in groupby(positions, key=lambda one: one.currency)]


# --- for staff


def vehicles(*, words: str = "") -> QuerySet[Vehicle]:
    """Every vehicle whose name or domicile holds the words, by name."""
    found = Vehicle.objects.annotate(deals_count=Count("deals"))
    found = having_all(found, words, "name", "domicile")
    return found.order_by(*by_name("name"), "id")


def vehicle(vehicle_id: UUID) -> Vehicle | None:
    """One vehicle; None where there is none."""
    return Vehicle.objects.filter(pk=vehicle_id).first()


@dataclass(frozen=True)
class Worth:
    """What a vehicle is worth on a day: value per unit in its currency, None without an approved valuation."""

    unit_value: Decimal | None
    valued_on: date | None
    is_stale: bool
    units: Decimal
    holders: int


def worth_of(vehicle: Vehicle, today: date) -> Worth:
    """The valuation that counts today, and how many units are outstanding."""
    found = db.valuation_on(vehicle.pk, today) or {"nav_per_unit": None, "as_of_date": None}
    held = Position.objects.filter(vehicle=vehicle, units__gt=0).aggregate(units=Sum("units"), holders=Count("pk"))
    day = found["as_of_date"]
    stale = day is not None and day < db.stale_before(today)
    return Worth(found["nav_per_unit"], day, stale, held["units"] or Decimal(0), held["holders"])


def valuations_of(vehicle: Vehicle) -> QuerySet[Valuation]:
    """Every valuation of a vehicle, the newest day first; ``approval_id`` of each that awaits one."""
    asked = Approval.objects.filter(entity_type="valuation", entity_id=OuterRef("pk")).order_by("-created_at", "-step")
    found = Valuation.objects.filter(vehicle=vehicle).select_related("proposed_by", "approved_by", "vehicle")
    found = found.annotate(approval_id=Subquery(asked.values("pk")[:1]))
    return found.order_by("-as_of_date", "-proposed_at", "id")


@dataclass(frozen=True)
class AskedValuation(Asked):
    """A proposed valuation as its decider reads it, beside the one that counted before."""

    row: Valuation
    before: Valuation | None
    difference: dict | None

    @property
    def title(self) -> str:
        return str(self.row.vehicle)

    @property
    def facts(self) -> dict[str, str]:
        return {"vehicle": self.title}

    @property
    def currency(self) -> str:
        return self.row.vehicle.currency


def titles_of_valuations(ids: Collection[UUID]) -> dict[UUID, str]:
    """The vehicle that each of these valuations is of."""
    return dict(Valuation.objects.filter(pk__in=ids).values_list("pk", "vehicle__name"))


def asked_valuation(valuation_id: UUID) -> AskedValuation | None:
    """One valuation that somebody decides about; None where it is not there."""
    row = Valuation.objects.select_related("vehicle", "proposed_by").filter(pk=valuation_id).first()
    if row is None:
        return None
    counted = Valuation.objects.filter(
        Q(as_of_date__lte=row.as_of_date), vehicle=row.vehicle, nav_per_unit__isnull=False
    )
    before = counted.filter(status=ValuationStatus.APPROVED).exclude(pk=row.pk).order_by("-as_of_date").first()
    about = db.valuation_difference(row.vehicle_id, row.as_of_date, row.nav_total, row.nav_per_unit)
    return AskedValuation(row, before, about)
