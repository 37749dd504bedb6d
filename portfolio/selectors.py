"""What investors own. Reads only. Amounts of different currencies are never added."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from django.db.models import Count, F, OuterRef, QuerySet, Subquery

from lib.fields import Amount
from lib.search import by_name, having_all
from portfolio.models import Position, Valuation, Vehicle


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
    latest = Valuation.objects.filter(vehicle=OuterRef("vehicle"), nav_per_unit__isnull=False).order_by("-as_of_date")
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
    return [_owned(row) for row in rows]


def _owned(row: Position) -> Owned:
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
