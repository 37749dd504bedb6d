"""Jobs of introducers: each forwards to a service and says what stays undone. Safe to repeat and in parallel."""

from celery import shared_task

from house.selectors import today
from introducers import services
from lib.db import Refused
from lib.jobs import outcome


@shared_task
def accrue_commissions(**_extras) -> str:
    """Daily: what introducers earned by the money that is there by now."""
    made = [found for _deal, found in services.accrue_each(services.deals_to_accrue(), today())]
    failed = sum(isinstance(found, Refused) for found in made)
    return outcome(f"{sum(n for n in made if not isinstance(n, Refused))} commissions", failed=failed)


@shared_task
def file_self_billing(**_extras) -> str:
    """Every few minutes: the PDFs of self-billing invoices that have none yet."""
    made, failed = services.file_papers()
    return outcome(f"{made} papers", failed=failed)
