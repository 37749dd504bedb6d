"""The book of a deal: every hold with its commitment and allocation, and what each earns. For staff only."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Case, CharField, DecimalField, ExpressionWrapper, F, QuerySet, Sum, Value, When

from deals.models import UNDECIDED, CommitmentStatus, Deal, DealCommitment
from deals.pricing import Quotation
from deals.selectors import Purchase, frozen, quotations_of
from inventory.models import Allocation, AllocationStatus, Reservation, ReservationLotItem, ReservationStatus
from inventory.selectors.investor import is_live
from inventory.selectors.lots import ZERO, earned, lot_names
from lib.clock import DatabaseClock
from lib.fields import Amount
from lib.search import having_all

ON_HOLD, COMMITTED, CHANGES_ASKED, ALLOCATED, SETTLED, LAPSED, RELEASED, UNDONE = (
    "on_hold",
    "committed",
    "changes_asked",
    "allocated",
    "settled",
    "lapsed",
    "released",
    "undone",
)
STANDING = (ON_HOLD, COMMITTED, CHANGES_ASKED, ALLOCATED, SETTLED)
ENDED = (LAPSED, RELEASED, UNDONE)
STATUSES = {
    "": STANDING,
    ON_HOLD: (ON_HOLD,),
    COMMITTED: (COMMITTED, CHANGES_ASKED),
    ALLOCATED: (ALLOCATED, SETTLED),
    "ended": ENDED,
    "all": STANDING + ENDED,
}
# How a status is said: the kind of thing and its status, as the badges know them.
BADGES = {
    ON_HOLD: ("hold", "pending"),
    COMMITTED: ("commitment", "submitted"),
    CHANGES_ASKED: ("commitment", "changes_asked"),
    ALLOCATED: ("allocation", "approved"),
    SETTLED: ("allocation", "settled"),
    LAPSED: ("hold", "expired"),
    RELEASED: ("hold", "cancelled"),
    UNDONE: ("allocation", "undone"),
}

_SHOWN_STATUS = Case(
    When(status=ReservationStatus.APPROVED, allocation__undone_at__isnull=False, then=Value(UNDONE)),
    When(status=ReservationStatus.APPROVED, allocation__status=AllocationStatus.SETTLED, then=Value(SETTLED)),
    When(status=ReservationStatus.APPROVED, then=Value(ALLOCATED)),
    When(
        is_live(),
        commitment__status=CommitmentStatus.UNDER_REVIEW,
        then=Value(CHANGES_ASKED),
    ),
    When(is_live(), commitment__isnull=False, then=Value(COMMITTED)),
    When(is_live(), then=Value(ON_HOLD)),
    When(status=ReservationStatus.CANCELLED, then=Value(RELEASED)),
    default=Value(LAPSED),
    output_field=CharField(),
)


@dataclass(frozen=True)
class LotPart:
    """Units that a hold took out of one lot."""

    name: str
    units: Decimal
    unit_cost: Decimal

    @property
    def cost(self) -> Decimal:
        return self.units * self.unit_cost


@dataclass(frozen=True)
class Entry:
    """One line of the book. Cost and spread are exact; amount and fee are those of the quotation."""

    row: Reservation
    deal: Deal
    quotation: Quotation
    parts: list[LotPart] = field(default_factory=list)

    @property
    def pk(self) -> UUID:
        return self.row.pk

    @property
    def status(self) -> str:
        return self.row.shown_status

    @property
    def badge(self) -> tuple[str, str]:
        return BADGES[self.status]

    @property
    def allocation(self) -> Allocation | None:
        """What it became, if it did."""
        return getattr(self.row, "allocation", None)

    @property
    def is_undoable(self) -> bool:
        """Given, and its funding invoice not paid yet."""
        return self.status == ALLOCATED and self.allocation is not None

    @property
    def is_running(self) -> bool:
        """On hold against the clock; a commitment pins it."""
        return self.status == ON_HOLD

    @property
    def seconds_left(self) -> int:
        return max(int((self.row.expires_at - self.row.now).total_seconds()), 0)

    @property
    def since(self) -> datetime:
        """When it came into its status, as well as the row tells."""
        if self.allocation and self.allocation.undone_at:
            return self.allocation.undone_at
        return self.row.ended_at or (self.row.expires_at if self.status == LAPSED else self.row.created_at)

    @property
    def units(self) -> Decimal:
        return self.row.requested_units

    @property
    def unit_price(self) -> Decimal:
        return self.row.proposed_unit_price

    @property
    def amount(self) -> Decimal:
        return self.quotation.gross

    @property
    def cost(self) -> Decimal:
        return sum((part.cost for part in self.parts), ZERO)

    @property
    def weighted_cost(self) -> Decimal | None:
        return self.cost / self.units if self.parts else None

    @property
    def spread(self) -> Decimal:
        return sum(((self.unit_price - part.unit_cost) * part.units for part in self.parts), ZERO)

    @property
    def fee(self) -> Decimal:
        return self.quotation.subscription_fee


@dataclass(frozen=True)
class Totals:
    """Sums over all lines that were asked for, not only those on the page."""

    lines: int
    units: Decimal
    amount: Decimal
    cost: Decimal
    spread: Decimal

    @property
    def weighted_cost(self) -> Decimal | None:
        return self.cost / self.units if self.units else None


def book_of(deal: Deal, *, words: str = "", show: str = "") -> QuerySet[Reservation]:
    """The holds of a deal with their status, searched by investor; what means nothing is left out."""
    found = Reservation.objects.filter(deal=deal).annotate(now=DatabaseClock(), shown_status=_SHOWN_STATUS)
    found = found.filter(shown_status__in=STATUSES.get(show, STANDING))
    found = having_all(found, words, "investor__legal_name")
    found = found.select_related("investor", "commitment__term_sheet", "created_by", "allocation")
    return found.order_by("created_at", "id")


def as_entries(deal: Deal, holds: Iterable[Reservation]) -> list[Entry]:
    """Lines of the book with their lots and fees: four queries for all of them."""
    rows = list(holds)
    names, costs = lot_names(deal.pk), _quotations(deal, rows)
    parts = defaultdict(list)
    items = ReservationLotItem.objects.filter(reservation__in=rows).select_related("lot")
    for item in items:
        parts[item.reservation_id].append(LotPart(names[item.lot_id], item.units, item.lot.unit_cost))
    return [
        Entry(
            row=row,
            deal=deal,
            quotation=costs[row.pk],
            parts=sorted(parts[row.pk], key=lambda part: (len(part.name), part.name)),
        )
        for row in rows
    ]


def _quotations(deal: Deal, rows: list[Reservation]) -> dict[UUID, Quotation]:
    """By hold, what it costs: as frozen with its commitment, else under the plan it has or would have now."""
    agreed = {row.pk: _frozen(row) for row in rows}
    open_ = [row for row in rows if agreed[row.pk] is None]
    asked = [
        Purchase(
            deal.pk,
            row.requested_units,
            row.investor_id,
            row.proposed_unit_price,
            row.commitment and row.commitment.selected_fee_plan_id,
        )
        for row in open_
    ]
    return agreed | {row.pk: cost for row, cost in zip(open_, quotations_of(asked), strict=True)}


def _frozen(row: Reservation) -> Quotation | None:
    """The frozen quotation of a commitment, where it is about just this hold."""
    sheet = row.commitment and row.commitment.term_sheet
    found = frozen(sheet.terms_data) if sheet else None
    return found if found and found.units == row.requested_units else None


def entry_of(deal: Deal, reservation_id: UUID) -> Entry:
    """One line of the book. Raises Reservation.DoesNotExist."""
    return as_entries(deal, [book_of(deal, show="all").get(pk=reservation_id)])[0]


def waiting_commitment(deal: Deal, investor_id: UUID) -> DealCommitment | None:
    """The investor's commitment on a deal that waits for a decision, or for their answer; past its limit it is over."""
    waits = DealCommitment.objects.filter(deal=deal, investor_id=investor_id, decide_by__gt=DatabaseClock())
    return waits.filter(status__in=UNDECIDED).first()


def totals_of(deal: Deal, book: QuerySet[Reservation]) -> Totals:
    """The sums of a book, in two queries; each line's amount is rounded before it is added."""
    book = book.order_by()
    amount = Amount(F("requested_units"), F("proposed_unit_price"), Value(deal.currency))
    sums = book.values("id").annotate(amount=amount).aggregate(units=Sum("requested_units"), total=Sum("amount"))
    cost = ExpressionWrapper(F("units") * F("lot__unit_cost"), DecimalField(max_digits=60, decimal_places=14))
    items = ReservationLotItem.objects.filter(reservation__in=book.values("id"))
    parts = items.aggregate(cost=Sum(cost), spread=Sum(earned("reservation__proposed_unit_price")))
    return Totals(
        lines=book.count(),
        units=sums["units"] or ZERO,
        amount=sums["total"] or ZERO,
        cost=parts["cost"] or ZERO,
        spread=parts["spread"] or ZERO,
    )
