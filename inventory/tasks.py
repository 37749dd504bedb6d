"""Jobs of the inventory: each only forwards to a service. Safe to repeat and to run in parallel."""

from celery import shared_task

from inventory import services


@shared_task
def expire_reservations(**_extras) -> str:
    ended = services.expire_all()
    services.tell_lapsed_holds()
    return f"{ended} holds ended"


@shared_task
def lapse_commitments(**_extras) -> str:
    return f"{services.lapse_commitments()} commitments ended"
