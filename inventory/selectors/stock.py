"""Where the units of deals are: for investors what is available, for staff all of it. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from deals.models import Deal, DealStatus
from inventory import db
from lib.search import by_name


@dataclass(frozen=True)
class Stock:
    """Units of a deal as its investors may know them: the total and what is available, not what others hold."""

    total: Decimal
    available: Decimal
    utilization_percent: Decimal

    @property
    def taken(self) -> Decimal:
        return self.total - self.available


def stock_of(deal_ids: Iterable[UUID]) -> dict[UUID, Stock]:
    """What is available on each of these deals, in one look-up; deals the reader may not open are left out."""
    wanted = list(deal_ids)
    found = db.deal_availability(wanted) if wanted else {}
    return {
        deal_id: Stock(row["total_units"], row["available_units"], row["utilization_percent"])
        for deal_id, row in found.items()
    }


@dataclass(frozen=True)
class DealUnits:
    """Where the units of one deal are, for staff. A lapsed hold counts as available."""

    total: Decimal
    available: Decimal
    on_hold: Decimal  # committed units included
    committed: Decimal
    allocated: Decimal
    blocked: Decimal
    deal: Deal | None = None

    @property
    def adds_up(self) -> bool:
        """Units = available + on hold + allocated + blocked."""
        return self.total == self.available + self.on_hold + self.allocated + self.blocked


def units_of(deal_ids: Iterable[UUID], deals: dict[UUID, Deal] | None = None) -> dict[UUID, DealUnits]:
    """Where the units of these deals are, in one look-up; with the deal itself where it is given."""
    found = db.deal_availability(list(deal_ids))
    return {
        pk: DealUnits(
            total=row["total_units"],
            available=row["available_units"],
            on_hold=row["reserved_units"],
            committed=row["committed_units"],
            allocated=row["allocated_units"],
            blocked=row["blocked_units"],
            deal=(deals or {}).get(pk),
        )
        for pk, row in found.items()
    }


def units_of_running_deals() -> list[DealUnits]:
    """Every open deal and every deal in allocation, the next to close first. For staff."""
    running = Deal.objects.filter(status__in=[DealStatus.OPEN, DealStatus.ALLOCATION_PENDING])
    deals = {deal.pk: deal for deal in running.order_by("close_at", *by_name("name"))}
    found = units_of(deals, deals)
    return [found[pk] for pk in deals if pk in found]
