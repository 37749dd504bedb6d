"""What staff decide about here: what of an invoice is given up."""

from django.utils.translation import gettext_lazy as _

from approvals.subjects import Subject
from fees.selectors import asked_write_off
from fees.services.write_offs import why_not_written_off

WRITE_OFF = Subject(
    "write_off",
    _("Write-off"),
    find=asked_write_off,
    template="staff/fees/_write_off_asked.html",
    words={
        "reject_title": _("Reject this write-off of %(invoice)s?"),
        "reject_text": _("The invoice stays open. The requester is notified with the reason."),
        "approved": _("The write-off of %(invoice)s is approved and applied."),
        "rejected": _("The write-off of %(invoice)s was rejected. The invoice stays open."),
    },
    refused=why_not_written_off,
    may_ask_changes=False,
)
