"""Jobs of this app: each only forwards to a service. Safe to repeat and to run in parallel."""

from celery import shared_task

from lib.jobs import outcome
from operations import services


@shared_task
def warn_sla(**_extras) -> str:
    return f"{services.warn_sla()} warnings"


@shared_task
def send_notices(**_extras) -> str:
    sent, failed = services.send_notices()
    return outcome(f"{sent} notices sent", failed=failed)
