"""Exits of a deal: what was sold, and what each allocation gave and got. Reads only. Amounts in the deal's currency."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery, Sum

from approvals.models import Approval
from approvals.subjects import Asked
from deals.models import Deal, DealExit, ExitStatus
from deals.selectors import DealLabel, deal_labels
from inventory import db
from inventory.models import Allocation, AllocationStatus, DealExitItem
from investors.models import Investor
from portfolio.models import PositionEntry


def exits_of(deal: Deal) -> QuerySet[DealExit]:
    """The exits of a deal, newest first, with the sums of their items; ``approval_id`` of each that awaits one."""
    asked = Approval.objects.filter(entity_type="deal_exit", entity_id=OuterRef("pk")).order_by("-created_at", "-step")
    found = DealExit.objects.filter(deal=deal).select_related("proposed_by", "decided_by")
    found = found.annotate(
        units=Sum("items__units"),
        cost=Sum("items__cost"),
        proceeds=Sum("items__proceeds"),
        approval_id=Subquery(asked.values("pk")[:1]),
    )
    return found.order_by("-exit_date", "-proposed_at", "id")


def exit_of(deal: Deal, exit_id: UUID) -> DealExit | None:
    """One exit of this deal, as :func:`exits_of`; None where there is none."""
    return exits_of(deal).filter(pk=exit_id).first()


@dataclass(frozen=True)
class ExitLine:
    """What one allocation gave and got in an exit."""

    allocation_id: UUID
    investor: str
    units: Decimal
    cost: Decimal
    proceeds: Decimal

    @property
    def gain(self) -> Decimal:
        return self.proceeds - self.cost


@dataclass(frozen=True)
class ExitLines:
    """All of them, by investor, and their sums."""

    lines: list[ExitLine]

    @property
    def units(self) -> Decimal:
        return sum((line.units for line in self.lines), Decimal(0))

    @property
    def cost(self) -> Decimal:
        return sum((line.cost for line in self.lines), Decimal(0))

    @property
    def proceeds(self) -> Decimal:
        return sum((line.proceeds for line in self.lines), Decimal(0))

    @property
    def gain(self) -> Decimal:
        return self.proceeds - self.cost


def lines_of(row: DealExit) -> ExitLines:
    """What an exit gave; while it awaits approval, what it would give now. For staff."""
    names = ("allocation_id", "investor_id", "units", "cost", "proceeds")
    if row.status == ExitStatus.PROPOSED:
        found = db.exit_preview(row.pk)
    else:
        found = list(DealExitItem.objects.filter(exit=row).values(*names))
    called = Investor.objects.in_bulk({one["investor_id"] for one in found})
    lines = [ExitLine(investor=str(called.get(one.pop("investor_id"), "–")), **one) for one in found]
    return ExitLines(sorted(lines, key=lambda line: (line.investor.casefold(), line.allocation_id)))


def left_out_of(row: DealExit) -> int:
    """How many allocations of the deal count from a later day on: an exit sells what was held on its own day."""
    given = Allocation.objects.filter(
        deal=row.deal_id, status__in=[AllocationStatus.APPROVED, AllocationStatus.SETTLED]
    )
    first = PositionEntry.objects.filter(allocation_id=OuterRef("pk")).order_by("effective_date")
    return given.annotate(first=Subquery(first.values("effective_date")[:1])).filter(first__gt=row.exit_date).count()


@dataclass(frozen=True)
class AskedExit(Asked):
    """A proposed exit as its decider reads it."""

    row: DealExit
    lines: ExitLines
    left_out: int = 0

    @property
    def title(self) -> str:
        return str(self.row.deal)

    @property
    def facts(self) -> dict[str, str]:
        return {"deal": self.title}

    @property
    def currency(self) -> str:
        return self.row.deal.currency


def asked_exit(exit_id: UUID) -> AskedExit | None:
    """One exit that somebody decides about; None where it is not there."""
    row = DealExit.objects.select_related("deal", "proposed_by").filter(pk=exit_id).first()
    return row and AskedExit(row, lines_of(row), left_out_of(row))


# --- for investors


@dataclass(frozen=True)
class Sold:
    """What one allocation of an own investor gave and got."""

    id: UUID
    deal: DealLabel
    investor_name: str
    exit_date: date
    unit_price: Decimal
    units: Decimal
    cost: Decimal
    proceeds: Decimal
    currency: str

    @property
    def gain(self) -> Decimal:
        return self.proceeds - self.cost


def sold_of(profile) -> QuerySet[DealExitItem]:
    """What the profile's investors gave and got in exits, newest first."""
    mine = DealExitItem.objects.filter(investor__links__user=profile).select_related("investor")
    return mine.order_by("-exit_date", "-id")


def as_sold(items: Iterable[DealExitItem]) -> list[Sold]:
    """The same with the names of their deals, in one look-up for all."""
    rows = list(items)
    labels = deal_labels(row.deal_id for row in rows)
    return [_as_sold(row, labels[row.deal_id]) for row in rows if row.deal_id in labels]


def _as_sold(row: DealExitItem, label: DealLabel) -> Sold:
    return Sold(
        id=row.pk,
        deal=label,
        investor_name=str(row.investor),
        exit_date=row.exit_date,
        unit_price=row.unit_price,
        units=row.units,
        cost=row.cost,
        proceeds=row.proceeds,
        currency=row.currency,
    )
