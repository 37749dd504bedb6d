"""Questions about the audit log. All need the identity of staff: for anybody else the log is empty."""

from . import db
from .models import AuditAnchor, AuditLane


def last_anchor() -> AuditAnchor | None:
    return AuditAnchor.objects.order_by("-number").first()


def anchor_numbers() -> list[int]:
    return list(AuditAnchor.objects.order_by("number").values_list("number", flat=True))


def rows_written() -> int:
    """How many rows the log holds: lanes count without gaps, so no row need be counted."""
    return sum(AuditLane.objects.values_list("seq", flat=True))


def anchor_to_start_from(rows_max: int, anchors_max: int) -> AuditAnchor | None:
    """The oldest anchor that at most so many rows and anchors follow; None when that is the beginning."""
    last = last_anchor()
    if last is None or (rows_written() <= rows_max and last.number <= anchors_max):
        return None
    recent = AuditAnchor.objects.filter(number__gte=last.number - anchors_max).order_by("number")
    rows_min = rows_written() - rows_max
    return next((anchor for anchor in recent.iterator() if anchor.body["rows"] >= rows_min), last)


def partition_alarms() -> list[str]:
    """What is wrong with the log's months, in a sentence each; nothing when all is well."""
    state = db.audit_partition_state()
    return state
