"""What the staff desk shows of units: where they are on each running deal, and which holds end next."""

from django.db.models import QuerySet

from inventory.models import Reservation, ReservationStatus
from lib.clock import DatabaseClock


def holds_that_end_next() -> QuerySet[Reservation]:
    """Running holds that no commitment pinned, the next to end first, by the database clock."""
    clock = DatabaseClock()
    running = Reservation.objects.filter(status=ReservationStatus.PENDING, commitment=None, expires_at__gt=clock)
    return running.select_related("deal", "investor").order_by("expires_at", "id")
