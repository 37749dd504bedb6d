"""Jobs of this app: each only forwards to a service. Safe to repeat and to run in parallel."""

from celery import shared_task

from approvals import services


@shared_task
def warn_sla(**_extras) -> str:
    return f"{services.warn_sla()} warnings"
