"""What staff have to do. Reads only."""

from operations.models import Task

UNKNOWN_PAYER = "unknown_payer"


def staff_nav_counts(request) -> dict[str, int]:
    """How many payments from unknown payers wait, for the navigation of staff."""
    if not request.user.is_staff:
        return {}
    return {"bank_staff:accounts": Task.objects.filter(kind=UNKNOWN_PAYER, status="open").count()}
