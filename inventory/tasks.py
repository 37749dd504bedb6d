"""Jobs of the inventory: each only forwards to a service. Safe to repeat and to run in parallel."""

from celery import shared_task

from inventory import services


@shared_task
def expire_reservations(**_extras) -> str:
    return f"{services.expire_all()} holds ended"


@shared_task
def lapse_commitments(**_extras) -> str:
    return f"{services.lapse_commitments()} commitments ended"
