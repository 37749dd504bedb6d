"""Jobs of fees: each forwards to a service and says what stays undone. Safe to repeat and in parallel."""

from celery import shared_task

from audit.identity import SYSTEM_PROFILE_ID, acting_as_system
from fees import services
from fees.services import accrual, automatic
from house.selectors import today
from investors.models import Profile
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


@shared_task
def render_invoices(**_extras) -> str:
    """What was issued gets its paper, and its people are told."""
    filed, failed = services.render_invoices()
    return outcome(f"{filed} invoices filed", failed=failed)


@shared_task
def remind_invoices(**_extras) -> str:
    """Overdue invoices are reminded of, by the days of the house."""
    return f"{services.remind_invoices()} reminders sent"


@shared_task
def invoice_fees(**_extras) -> str:
    """Daily: whether a period is to be invoiced, the settings say. A failed item is tried again the next day."""
    with acting_as_system():
        period, system = services.due_period(today()), Profile.objects.only("pk").get(pk=SYSTEM_PROFILE_ID)
    if period is None:
        return "nothing to invoice today"
    ran = services.run_period(acting_user=system, start=period[0], end=period[1])
    return outcome(f"{ran.came['issued']} invoices issued for {period[0]} to {period[1]}", failed=len(ran.failed))
