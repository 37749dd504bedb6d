"""Jobs of fees: each forwards to a service and says what stays undone. Safe to repeat and in parallel."""

from celery import shared_task

from fees.services import accrual, automatic
from lib.db import Refused
from lib.jobs import outcome


@shared_task
def accrue_fees(**_extras) -> str:
    """Daily: the calendars of the fees decide what is due. Up to yesterday, so that a day's exits are entered."""
    made = [found for _deal, found in accrual.accrue_each(accrual.deals_to_accrue(), accrual.yesterday())]
    failed = sum(isinstance(found, Refused) for found in made)
    return outcome(f"{sum(n for n in made if not isinstance(n, Refused))} fee events", failed=failed)


@shared_task
def apply_certain_matches(**_extras) -> str:
    """Hourly: what became certain since its import, for a later invoice. Nothing unless the firm settled so."""
    return f"{automatic.apply_certain_matches()['matched']} bank lines matched"
