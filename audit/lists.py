"""The entries of the audit log as staff read them: in the log, and on the page of what they are about."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ui import cells, columns
from ui.lists import Column, Empty, List


def _record(row) -> str:
    return cells.shortened(f"{row.entity or ''} {str(row.entity_id or '')[:8]}".strip())


_ACTION = Column(
    "action", _("Action"), "action", link=lambda row: reverse("audit_staff:entry", args=[row.id]), sub=_record
)
_WHO = Column("who", _("Who"), template="staff/audit/_who.html")
_GIST = Column("gist", _("What changed"), template="staff/audit/_gist.html", css="wide")
_WHEN = columns.moment("when", _("When"), "ts", num=True, beside=True)

LOG = List(
    "audit-log",
    _("Audit log, table"),
    columns=[
        _ACTION,
        _WHO,
        _GIST,
        Column("ip", _("IP address"), "ip"),
        columns.moment("when", _("When"), "ts", sub="id", num=True, beside=True),
    ],
)
ACTIVITY = List(
    "activity",
    _("Activity, table"),
    columns=[_ACTION, _WHO, _GIST, _WHEN],
    nothing=Empty("scroll-text", _("No activity yet"), _("Every change to this deal appears here automatically.")),
)
