"""What staff decide about here: the value of a vehicle on one day."""

from django.utils.translation import gettext_lazy as _

from approvals.subjects import Subject
from portfolio.selectors import asked_valuation, titles_of_valuations

VALUATION = Subject(
    "valuation",
    _("Valuation"),
    find=asked_valuation,
    template="staff/portfolio/_valuation_asked.html",
    titles=titles_of_valuations,
    words={
        "reject_title": _("Reject this valuation of %(vehicle)s?"),
        "reject_text": _("It will not count. Another one may be proposed for the same day."),
        "approved": _("The valuation of %(vehicle)s is approved and counts from its day on."),
        "rejected": _("The valuation of %(vehicle)s was rejected. Nothing was changed."),
    },
    may_ask_changes=False,
)
