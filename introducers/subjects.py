"""What staff decide about here: an introducer's terms, and a payout to it."""

from django.utils.translation import gettext_lazy as _

from approvals.subjects import Subject
from introducers import selectors
from introducers.services import PaidMeanwhile
from lib.db import NotLive, Refused


def _refused(refusal: Refused) -> Refused | None:
    return PaidMeanwhile() if isinstance(refusal, NotLive) and refusal.detail == "open" else None


AGREEMENT = Subject(
    "introducer_agreement",
    _("Introducer terms"),
    find=selectors.asked_agreement,
    template="staff/introducers/_agreement_asked.html",
    titles=selectors.titles_of_agreements,
    words={
        "reject_title": _("Reject these terms of %(introducer)s?"),
        "reject_text": _("They will not count. Other terms may be proposed."),
        "approved": _("The terms of %(introducer)s are confirmed."),
        "rejected": _("The terms of %(introducer)s were rejected. Nothing was changed."),
    },
    may_ask_changes=False,
)
PAYOUT = Subject(
    "introducer_payout",
    _("Payout to an introducer"),
    find=selectors.asked_payout,
    template="staff/introducers/_payout_asked.html",
    titles=selectors.titles_of_payouts,
    words={
        "reject_title": _("Reject this payout to %(introducer)s?"),
        "reject_text": _("%(number)s stays open. Another payout may be recorded."),
        "approved": _("The payout to %(introducer)s is approved; %(number)s is paid."),
        "rejected": _("The payout to %(introducer)s was rejected. Nothing was changed."),
    },
    refused=_refused,
    may_ask_changes=False,
)
