"""Jobs of this room: each only forwards to a service. Safe to repeat and to run in parallel."""

from celery import shared_task

from deals import services


@shared_task
def close_deals(**_extras) -> str:
    return f"{services.close_due_deals()} deals stopped taking reservations"
