"""What an investor reads of the inventory: own holds and allocations, and what is available. Reads only.

Time is the database's: a hold is over at ``expires_at`` by its clock, whatever a status or a web server says
still. Every profile linked to an investor sees its holds; who may act on one is another question.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Min,
    Q,
    QuerySet,
    Sum,
    Value,
    When,
)

from deals.db import amounts
from deals.models import CommitmentStatus, DealCommitment
from deals.selectors import DealLabel, commitments_of, deal_labels, own_seat
from inventory import db
from inventory.models import Allocation, AllocationStatus, Reservation, ReservationStatus
from lib.clock import DatabaseClock

# --- holds


@dataclass(frozen=True)
class Hold:
    """One hold as its investor reads it. ``status``: pending, committed, approved, undone, expired or cancelled."""

    id: UUID
    deal: DealLabel
    investor_id: UUID
    investor_name: str
    units: Decimal
    unit_price: Decimal
    amount: Decimal
    status: str
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    seconds_left: int
    commitment_id: UUID | None
    mine_to_use: bool

    @property
    def live(self) -> bool:
        return self.status in ("pending", "committed")

    @property
    def running(self) -> bool:
        """Counting down and not yet committed."""
        return self.status == "pending"

    @property
    def seconds(self) -> int:
        """How long the hold was given, for the bar under the countdown."""
        return int((self.expires_at - self.created_at).total_seconds())

    @property
    def ended(self) -> datetime:
        """When it was over: what comes first of its end and its release."""
        return min(self.ended_at, self.expires_at) if self.ended_at else self.expires_at


def is_live() -> Q:
    """Taken, and not over by the database's clock."""
    return Q(status=ReservationStatus.PENDING, expires_at__gt=DatabaseClock())


def holds_of(profile) -> QuerySet[Reservation]:
    """The holds of the profile's investors: live ones first, what ends soonest on top; then the newest."""
    mine = Reservation.objects.filter(investor__links__user=profile).select_related("investor")
    live = ExpressionWrapper(is_live(), output_field=BooleanField())
    running = Case(When(is_live(), then=F("expires_at")), default=Value(None, DateTimeField()))
    undone_at = F("allocation__undone_at")
    return mine.annotate(now=DatabaseClock(), mine_to_use=own_seat(profile), live=live, undone_at=undone_at).order_by(
        F("live").desc(), running.asc(nulls_last=True), "-created_at", "-id"
    )


def as_holds(reservations: Iterable[Reservation], labels: dict[UUID, DealLabel] | None = None) -> list[Hold]:
    """Holds with their status and the names of their deals: given, or looked up once for all."""
    rows = list(reservations)
    labels = deal_labels(row.deal_id for row in rows) if labels is None else labels
    rows = [row for row in rows if row.deal_id in labels]
    paid = amounts([(row.requested_units, row.proposed_unit_price, labels[row.deal_id].currency) for row in rows])
    return [_as_hold(row, labels[row.deal_id], amount) for row, amount in zip(rows, paid, strict=True)]


def _as_hold(row: Reservation, deal: DealLabel, amount: Decimal) -> Hold:
    left = row.expires_at - row.now
    return Hold(
        id=row.pk,
        deal=deal,
        investor_id=row.investor_id,
        investor_name=str(row.investor),
        units=row.requested_units,
        unit_price=row.proposed_unit_price,
        amount=amount,
        status=_status(row, left),
        created_at=row.created_at,
        expires_at=row.expires_at,
        ended_at=row.undone_at or row.ended_at,
        seconds_left=max(int(left.total_seconds()), 0),
        commitment_id=row.commitment_id,
        mine_to_use=row.mine_to_use,
    )


def _status(row: Reservation, left: timedelta) -> str:
    if row.undone_at:
        return "undone"
    if row.status != ReservationStatus.PENDING:
        return row.status
    if left <= timedelta(0):
        return ReservationStatus.EXPIRED
    return "committed" if row.commitment_id else ReservationStatus.PENDING


def hold_of(profile, reservation_id: UUID) -> Hold:
    """One hold of the profile's investors. Raises Reservation.DoesNotExist; missing and foreign are alike."""
    found = as_holds(holds_of(profile).filter(pk=reservation_id))
    if not found:
        raise Reservation.DoesNotExist
    return found[0]


# --- allocations


@dataclass(frozen=True)
class Allocated:
    """Units finally given to an investor, in the deal's currency."""

    id: UUID
    deal: DealLabel
    investor_name: str
    units: Decimal
    unit_price: Decimal
    amount: Decimal
    status: str
    given_at: datetime
    undone_at: datetime | None
    commitment_id: UUID | None


def allocations_of(profile) -> QuerySet[Allocation]:
    """The allocations of the profile's investors, newest first; also those that were undone after they were given."""
    mine = Allocation.objects.filter(investor__links__user=profile)
    mine = mine.exclude(status=AllocationStatus.REJECTED, undone_at__isnull=True)
    return mine.select_related("investor").order_by("-created_at", "-id")


def as_allocations(allocations: Iterable[Allocation]) -> list[Allocated]:
    """Allocations with the names of their deals, in one look-up for all."""
    rows = list(allocations)
    labels = deal_labels(row.deal_id for row in rows)
    rows = [row for row in rows if row.deal_id in labels]
    paid = amounts([(row.units, row.unit_price, labels[row.deal_id].currency) for row in rows])
    return [
        Allocated(
            id=row.pk,
            deal=labels[row.deal_id],
            investor_name=str(row.investor),
            units=row.units,
            unit_price=row.unit_price,
            amount=amount,
            status="undone" if row.undone_at else row.status,
            given_at=row.approved_at or row.created_at,
            undone_at=row.undone_at,
            commitment_id=row.commitment_id,
        )
        for row, amount in zip(rows, paid, strict=True)
    ]


# --- where they stand, for lists of deals


@dataclass(frozen=True)
class Standing:
    """What one investor has on one deal: units on hold and for how long, units in approval, units owned."""

    on_hold: Decimal = Decimal(0)
    seconds_left: int = 0
    committed: Decimal = Decimal(0)
    owned: Decimal = Decimal(0)


def standing_on(profile, deal_ids: Iterable[UUID]) -> dict[tuple[UUID, UUID], Standing]:
    """By deal and investor, what the profile's investors have on these deals. Two queries for all."""
    wanted = list(deal_ids)
    if not wanted:
        return {}
    here = {"investor__links__user": profile, "deal_id__in": wanted}
    found = {(row["deal_id"], row["investor_id"]): row for row in _on_hold(here)}
    given = Allocation.objects.filter(**here).exclude(status=AllocationStatus.REJECTED)
    for row in given.values("deal_id", "investor_id").annotate(owned=Sum("units")).order_by():
        found.setdefault((row["deal_id"], row["investor_id"]), {})["owned"] = row["owned"]
    return {key: _standing(row) for key, row in found.items()}


def _on_hold(here: dict) -> QuerySet:
    running = Q(commitment__isnull=True)
    sums = Reservation.objects.filter(is_live(), **here).values("deal_id", "investor_id")
    return sums.annotate(
        on_hold=Sum("requested_units", filter=running),
        # The clock inside the aggregate: beside it, it would be grouped by, and every hold be a group of its own.
        left=Min(F("expires_at") - DatabaseClock(), filter=running, output_field=DurationField()),
        committed=Sum("requested_units", filter=~running),
    ).order_by()


def _standing(row: dict) -> Standing:
    left = row.get("left")
    return Standing(
        on_hold=row.get("on_hold") or Decimal(0),
        seconds_left=max(int(left.total_seconds()), 0) if left else 0,
        committed=row.get("committed") or Decimal(0),
        owned=row.get("owned") or Decimal(0),
    )


# --- what needs me


def running_holds_of(profile) -> QuerySet[Reservation]:
    """Live holds not yet committed that this profile itself may commit, the one that ends soonest first."""
    return holds_of(profile).filter(is_live(), commitment__isnull=True, mine_to_use=True)


def changes_asked_of(profile) -> QuerySet[DealCommitment]:
    """Commitments that staff sent back and this profile itself may answer, the nearest limit first."""
    asked = commitments_of(profile).filter(status=CommitmentStatus.UNDER_REVIEW, mine_to_use=True, past_limit=False)
    return asked.order_by("decide_by", "-created_at", "id")


def investor_nav_counts(request) -> dict[str, int]:
    """What waits where, for the navigation: running holds, and all that needs this person."""
    profile = request.user
    if profile.is_staff:
        return {}
    waiting = db.what_waits_for(profile.pk)
    return {"inventory:reservations": waiting["holds"], "home": waiting["needs"]}
