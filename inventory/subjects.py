"""What staff decide about here: a commitment, and by themselves a hold or an allocation."""

from django.utils.translation import gettext_lazy as _

from approvals.subjects import Subject
from inventory.selectors import asked_commitment
from inventory.services.commitments import why_not_allocated

COMMITMENT = Subject(
    "deal_commitment",
    _("Commitment"),
    find=asked_commitment,
    template="staff/inventory/_commitment_asked.html",
    words={
        "reject_title": _("Reject the commitment of %(who)s?"),
        "reject_text": _(
            "%(who)s, %(amount)s. Releases %(units)s immediately; the investor is notified with the reason."
        ),
        "ask_title": _("Request changes from %(who)s?"),
        "ask_text": _("The units stay on hold. The SLA clock is paused until the investor answers."),
        "approved": _("%(who)s: approved; units allocated. The investor is notified."),
        "second_approval": _("%(who)s: your approval is recorded. Another person decides next."),
        "rejected": _("%(who)s: rejected. The units were released and the investor is notified."),
        "changes_asked": _("%(who)s: changes requested. The SLA clock is paused until they answer."),
    },
    refused=why_not_allocated,
)
HOLD = Subject("reservation", _("Hold"))
ALLOCATION = Subject("allocation", _("Allocation"))
EXIT = Subject("deal_exit", _("Exit"), may_ask_changes=False)
