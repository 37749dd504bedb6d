"""Jobs of the inventory: each forwards to a service and says what stays undone. Safe to repeat and in parallel."""

from celery import shared_task

from audit.identity import acting_as_system
from inventory import selectors, services
from lib.jobs import PATIENCE, outcome


@shared_task
def expire_reservations(**_extras) -> str:
    ended = services.expire_all()
    services.tell_lapsed_holds()
    with acting_as_system():
        left = selectors.count_lapsed_holds(past=PATIENCE)
    return outcome(f"{ended} holds ended", failed=left)


@shared_task
def lapse_commitments(**_extras) -> str:
    ended = services.lapse_commitments()
    with acting_as_system():
        left = selectors.count_lapsed_commitments(past=PATIENCE)
    return outcome(f"{ended} commitments ended", failed=left)
