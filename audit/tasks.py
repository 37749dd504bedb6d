"""Jobs of the audit log: each only forwards to a service. Safe to repeat and to run in parallel."""

from celery import shared_task

from audit import services


@shared_task
def make_audit_partitions(**_extras) -> str:
    return f"{services.make_partitions()} months made"


@shared_task
def write_anchor(**_extras) -> str:
    number = services.write_anchor()
    return f"anchor {number} written" if number else "nothing new"
