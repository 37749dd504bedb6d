"""Jobs of this app: each only forwards to a service. Safe to repeat and to run in parallel."""

from celery import shared_task

from lib.jobs import outcome
from notifications import services


@shared_task
def send_notices(**_extras) -> str:
    sent, failed = services.send_notices()
    return outcome(f"{sent} notices sent", failed=failed)
