"""What staff decide about here: a change of an open deal."""

from django.utils.translation import gettext_lazy as _

from approvals.subjects import Subject
from deals.selectors.staff import proposal

DEAL_CHANGE = Subject(
    "deal_change",
    _("Change of a deal"),
    find=proposal,
    template="staff/deals/_change_asked.html",
    words={
        "approved": _("The change to %(deal)s is now in effect."),
        "rejected": _("The change to %(deal)s was rejected. Nothing was changed."),
    },
    may_ask_changes=False,
)
