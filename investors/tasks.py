"""Jobs of this app: each only forwards to a service. Safe to repeat and to run in parallel."""

from celery import shared_task

from investors import services


@shared_task(by_the_clock=True)
def clear_sessions(**_extras) -> str:
    return f"{services.clear_sessions()} sessions thrown away"
