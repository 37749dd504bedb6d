"""Jobs of this app: each forwards to a service and says what stays undone. Safe to repeat and to run in parallel."""

from celery import shared_task

from audit.identity import acting_as_system
from deals import selectors, services
from lib.jobs import PATIENCE, outcome


@shared_task
def close_deals(**_extras) -> str:
    closed = services.close_due_deals()
    with acting_as_system():
        left = selectors.count_due_deals(past=PATIENCE)
    return outcome(f"{closed} deals stopped taking reservations", failed=left)
