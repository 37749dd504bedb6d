"""What the staff desk shows of units: where they are on each running deal, and which holds end next."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from deals.models import Deal, DealStatus
from inventory import db
from inventory.models import Reservation, ReservationStatus
from lib.search import by_name


@dataclass(frozen=True)
class DealUnits:
    """Where the units of one deal are. A lapsed hold counts as free from the second it ended."""

    deal: Deal
    total: Decimal
    free: Decimal
    held: Decimal
    allocated: Decimal
    blocked: Decimal

    @property
    def adds_up(self) -> bool:
        """Units = free + on hold + allocated + blocked."""
        return self.total == self.free + self.held + self.allocated + self.blocked


def units_of_running_deals() -> list[DealUnits]:
    """Every open deal and every deal in allocation, the next to close first. For staff."""
    running = Deal.objects.filter(status__in=[DealStatus.OPEN, DealStatus.ALLOCATION_PENDING])
    deals = list(running.order_by("close_at", *by_name("name")))
    found = db.deal_availability([deal.pk for deal in deals])
    return [
        DealUnits(
            deal,
            total=row["total_units"],
            free=row["available_units"],
            held=row["reserved_units"],
            allocated=row["allocated_units"],
            blocked=row["blocked_units"],
        )
        for deal in deals
        if (row := found.get(deal.pk))
    ]


def holds_that_end_next() -> QuerySet[Reservation]:
    """Running holds that no commitment pinned, the next to end first, by the database clock."""
    clock = RawSQL("clock_timestamp()", [])
    running = Reservation.objects.filter(status=ReservationStatus.PENDING, commitment=None, expires_at__gt=clock)
    return running.select_related("deal", "investor").order_by("expires_at", "id")
