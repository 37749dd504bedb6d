"""What staff decide about here: what of an invoice is given up, what is sent back, and that an allocation is undone."""

from django.utils.translation import gettext_lazy as _

from approvals.subjects import Subject
from fees.selectors import asked_refund, asked_write_off
from fees.selectors.undo import asked_undo
from fees.services.refunds import why_not_refunded
from fees.services.write_offs import why_not_written_off
from inventory.services.undo import why_not_undone

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
UNDO = Subject(
    "allocation_undo",
    _("Undo of an allocation"),
    find=asked_undo,
    template="staff/fees/_undo_asked.html",
    words={
        "reject_title": _("Keep the allocation of %(who)s?"),
        "reject_text": _("%(units)s of %(deal)s stay allocated. Nothing is credited."),
        "approved": _("%(who)s: the allocation is undone; %(units)s are available again."),
        "second_approval": _("%(who)s: your approval is recorded. Another person decides next."),
        "rejected": _("%(who)s: the allocation stays. Nothing was changed."),
    },
    refused=why_not_undone,
    may_ask_changes=False,
    why_two=_("What was approved is undone by two people, whatever it amounts to."),
)
REFUND = Subject(
    "refund",
    _("Refund"),
    find=asked_refund,
    template="staff/fees/_refund_asked.html",
    words={
        "reject_title": _("Reject this refund to %(who)s?"),
        "reject_text": _("The credit stays with the investor. The requester is notified with the reason."),
        "approved": _("The refund to %(who)s is approved and waits for the next bank file."),
        "rejected": _("The refund to %(who)s was rejected. The credit stays with the investor."),
    },
    refused=why_not_refunded,
    may_ask_changes=False,
)
