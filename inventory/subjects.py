"""What staff decide about here: a commitment, by themselves a hold or an allocation, and an exit."""

from django.utils.translation import gettext_lazy as _

from approvals.subjects import Subject
from inventory.selectors import asked_commitment, asked_exit
from inventory.services.commitments import why_not_allocated
from inventory.services.exits import why_not_sold

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
EXIT = Subject(
    "deal_exit",
    _("Exit"),
    find=asked_exit,
    template="staff/inventory/_exit_asked.html",
    words={
        "reject_title": _("Reject this exit of %(deal)s?"),
        "reject_text": _("Nothing is sold. Another exit may be proposed."),
        "approved": _("The exit of %(deal)s is approved; units and cost left the positions."),
        "rejected": _("The exit of %(deal)s was rejected. Nothing was changed."),
    },
    refused=why_not_sold,
    may_ask_changes=False,
)
