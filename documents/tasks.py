"""Jobs of this app: each only forwards to a service. Safe to repeat and to run in parallel."""

from celery import shared_task
from django.utils import timezone

from documents import services


@shared_task
def sweep_stored_files(**_extras) -> str:
    return f"{services.sweep_stored_files(now=timezone.now())} files swept"
