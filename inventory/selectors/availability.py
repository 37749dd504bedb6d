"""Questions about units that need no portal: jobs and commands ask them."""

from django.db.models.expressions import RawSQL

from inventory.models import Reservation


def count_lapsed_holds() -> int:
    """How many holds are over by the database clock and still carry their units."""
    return Reservation.objects.filter(status="pending", expires_at__lte=RawSQL("clock_timestamp()", [])).count()
