"""Where the units of a deal are, lot by lot, and what they earn: for staff only. Reads only.

The spread is the house's: (price − unit cost) × units, summed lot item by lot item and never from a rounded
weighted cost. Amounts are in the deal's currency, unrounded; pages round them once, for the eye.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.db.models import DecimalField, ExpressionWrapper, F, QuerySet, Sum

from deals.models import Deal
from inventory import db
from inventory.models import (
    Allocation,
    AllocationLotItem,
    AllocationStatus,
    LotStatus,
    Reservation,
    ReservationLotItem,
    ReservationStatus,
    ShareLot,
    ShareSource,
)
from inventory.selectors.investor import is_live
from lib.clock import DatabaseClock
from lib.fields import Amount
from lib.search import by_name, having_all

ZERO = Decimal(0)
MATRIX_LOTS = 6
MATRIX_INVESTORS = 12


def earned(price: str) -> ExpressionWrapper:
    """(price − unit cost) × units of one lot item; ``price`` is the path to the price that was paid."""
    spread = (F(price) - F("lot__unit_cost")) * F("units")
    return ExpressionWrapper(spread, DecimalField(max_digits=60, decimal_places=14))


def lot_name(place: int) -> str:
    """A, B … Z, AA …: what staff call the lots of a deal, oldest first. ``place`` counts from 0."""
    place += 1
    letters = ""
    while place:
        place, letter = divmod(place - 1, 26)
        letters = chr(65 + letter) + letters
    return letters


@dataclass(frozen=True)
class Lot:
    """One lot with its name on the deal and where its units are. A lapsed hold's units count as available."""

    row: ShareLot
    name: str
    offer: Decimal | None
    on_hold: Decimal = ZERO
    allocated: Decimal = ZERO
    lapsed: Decimal = ZERO
    spread_on_hold: Decimal = ZERO
    spread_booked: Decimal = ZERO

    @property
    def units(self) -> Decimal:
        return self.row.units_total

    @property
    def unit_cost(self) -> Decimal:
        return self.row.unit_cost

    @property
    def cost(self) -> Decimal:
        return self.units * self.unit_cost

    @property
    def is_blocked(self) -> bool:
        return self.row.status == LotStatus.BLOCKED

    @property
    def status(self) -> str:
        """As the page calls it: a lot whose last units are kept by lapsed holds only is available."""
        return LotStatus.AVAILABLE if self.available else self.row.status

    @property
    def _left(self) -> Decimal:
        return self.row.units_remaining + self.lapsed

    @property
    def available(self) -> Decimal:
        return ZERO if self.is_blocked else self._left

    @property
    def blocked(self) -> Decimal:
        return self._left if self.is_blocked else ZERO

    @property
    def used(self) -> Decimal:
        return self.on_hold + self.allocated

    @property
    def adds_up(self) -> bool:
        return self.units == self._left + self.used

    @property
    def spread_unit(self) -> Decimal | None:
        """Per unit, at the offer price; None while there is none."""
        return None if self.offer is None else self.offer - self.unit_cost

    @property
    def spread_available(self) -> Decimal:
        return (self.spread_unit or ZERO) * self._left

    @property
    def spread_at_offer(self) -> Decimal:
        return (self.spread_unit or ZERO) * self.units


@dataclass(frozen=True)
class Lots:
    """All lots of a deal, oldest first, and their sums."""

    deal: Deal
    lots: list[Lot] = field(default_factory=list)

    def _sum(self, name: str) -> Decimal:
        return sum((getattr(lot, name) for lot in self.lots), ZERO)

    units = property(lambda self: self._sum("units"))
    available = property(lambda self: self._sum("available"))
    on_hold = property(lambda self: self._sum("on_hold"))
    allocated = property(lambda self: self._sum("allocated"))
    blocked = property(lambda self: self._sum("blocked"))
    cost = property(lambda self: self._sum("cost"))
    spread_booked = property(lambda self: self._sum("spread_booked"))
    spread_on_hold = property(lambda self: self._sum("spread_on_hold"))
    spread_available = property(lambda self: self._sum("spread_available"))
    spread_at_offer = property(lambda self: self._sum("spread_at_offer"))

    @property
    def weighted_cost(self) -> Decimal | None:
        return self.cost / self.units if self.units else None

    @property
    def spread_unit(self) -> Decimal | None:
        """Per unit over all lots, at the offer price."""
        return self.spread_at_offer / self.units if self.units and self.deal.offer_unit_price else None

    @property
    def add_up(self) -> bool:
        return all(lot.adds_up for lot in self.lots)

    @property
    def names(self) -> dict[UUID, str]:
        return {lot.row.pk: lot.name for lot in self.lots}

    def named(self, name: str) -> Lot | None:
        return next((lot for lot in self.lots if lot.name == name), None)


def in_order(lots: QuerySet[ShareLot]) -> QuerySet[ShareLot]:
    """Oldest first, as they are sold."""
    return lots.order_by(F("acquired_at").asc(nulls_last=True), "created_at", "id")


def lots_of(deal: Deal) -> Lots:
    """The deal's lots and where their units are: four queries, however many lots and holds there are."""
    on_hold, lapsed, given = _on_hold(deal.pk), _lapsed(deal.pk), _given(deal.pk)
    rows = in_order(ShareLot.objects.filter(deal=deal).select_related("source"))
    return Lots(
        deal,
        [
            Lot(
                row=row,
                name=lot_name(place),
                offer=deal.offer_unit_price,
                on_hold=on_hold[row.pk][0],
                spread_on_hold=on_hold[row.pk][1],
                lapsed=lapsed[row.pk][0],
                allocated=given[row.pk][0],
                spread_booked=given[row.pk][1],
            )
            for place, row in enumerate(rows)
        ],
    )


def lot_names(deal_id: UUID) -> dict[UUID, str]:
    """The names of a deal's lots, by id."""
    ids = in_order(ShareLot.objects.filter(deal_id=deal_id)).values_list("pk", flat=True)
    return {pk: lot_name(place) for place, pk in enumerate(ids)}


def _by_lot(items: QuerySet, price: str) -> dict[UUID, tuple[Decimal, Decimal]]:
    sums = items.values("lot").annotate(taken=Sum("units"), spread=Sum(earned(price)))
    return defaultdict(lambda: (ZERO, ZERO), {row["lot"]: (row["taken"], row["spread"]) for row in sums})


def _pending_items(deal_id: UUID, **when) -> QuerySet[ReservationLotItem]:
    return ReservationLotItem.objects.filter(
        reservation__deal_id=deal_id, reservation__status=ReservationStatus.PENDING, **when
    )


def _on_hold(deal_id: UUID) -> dict:
    live = _pending_items(deal_id, reservation__expires_at__gt=DatabaseClock())
    return _by_lot(live, "reservation__proposed_unit_price")


def _lapsed(deal_id: UUID) -> dict:
    over = _pending_items(deal_id, reservation__expires_at__lte=DatabaseClock())
    return _by_lot(over, "reservation__proposed_unit_price")


def _given(deal_id: UUID) -> dict:
    items = AllocationLotItem.objects.filter(allocation__deal_id=deal_id)
    return _by_lot(items.exclude(allocation__status=AllocationStatus.REJECTED), "allocation__unit_price")


def holds_live(deal_id: UUID) -> QuerySet[Reservation]:
    """Holds of a deal that are not over by the database's clock, committed or not."""
    return Reservation.objects.filter(is_live(), deal_id=deal_id)


def allocations_of_deal(deal_id: UUID, *, words: str = "") -> QuerySet[Allocation]:
    """What was given on a deal, newest first; searched by investor."""
    found = Allocation.objects.filter(deal_id=deal_id).select_related("investor", "approved_by")
    found = found.annotate(amount=Amount(F("units"), F("unit_price"), F("deal__currency")))
    found = having_all(found, words, "investor__legal_name")
    return found.order_by("-created_at", "-id")


@dataclass(frozen=True)
class MatrixRow:
    """Units of one investor by lot, in the order of the lots."""

    investor_id: UUID | None
    name: str
    units: list[Decimal]

    @property
    def total(self) -> Decimal:
        return sum(self.units, ZERO)


def units_by_lot(lots: Lots) -> list[MatrixRow]:
    """Who has units out of which lot, the largest first; the others in one row. Empty when lots are many."""
    if not lots.lots or len(lots.lots) > MATRIX_LOTS:
        return []
    order = [lot.row.pk for lot in lots.lots]
    found: dict[UUID, dict] = {}
    for row in db.units_by_lot(lots.deal.pk, MATRIX_INVESTORS):
        line = found.setdefault(row["investor_id"], {"name": row["legal_name"], "units": {}})
        line["units"][row["lot_id"]] = row["units"]
    matrix = [
        MatrixRow(pk, line["name"], [line["units"].get(lot_id, ZERO) for lot_id in order]) for pk, line in found.items()
    ]
    others = [lot.used - sum((row.units[i] for row in matrix), ZERO) for i, lot in enumerate(lots.lots)]
    return [*matrix, MatrixRow(None, "", others)] if any(others) else matrix


def sources(*, words: str = "") -> QuerySet[ShareSource]:
    """All sources of units, ordered by name."""
    found = ShareSource.objects.all()
    found = having_all(found, words, "counterparty_name", "notes")
    return found.order_by(*by_name("counterparty_name"), "id")
