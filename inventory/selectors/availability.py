"""Questions about units that need no portal: jobs and commands ask them."""

from datetime import timedelta

from inventory.models import Reservation
from lib.clock import DatabaseClock
from lib.jobs import NO_TIME


def count_lapsed_holds(*, past: timedelta = NO_TIME) -> int:
    """How many holds are over by the database clock, for longer than ``past``, and still carry their units."""
    over = DatabaseClock() - past
    return Reservation.objects.filter(status="pending", expires_at__lte=over).count()
