"""Closing months. Posting has no service: the SQL functions of the apps above call ``app.post_entries``."""

from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.identity import as_acting_user
from ledger import db
from ledger.models import MOST_REASON
from lib import text
from lib.db import BadValue, Busy, Conflict, Refused
from lib.versions import Shown, expect


class CloseReasonMissing(Refused):
    sentence = _("Enter a reason. Nothing was changed.")
    field = "reason"


class MonthNotOver(Refused):
    sentence = _("This month isn’t over yet. Nothing was changed.")


class EarlierMonthOpen(Refused):
    sentence = _("An earlier month is still open. Close that one first. Nothing was changed.")


class MonthClosed(Conflict):
    sentence = _("This month is already closed. Nothing was changed.")


class Posting(Busy):
    sentence = _("Entries are being posted at this moment. Nothing was changed. Please try again.")


WHY: dict[str, type[Refused]] = {
    "reason": CloseReasonMissing,
    "not_over": MonthNotOver,
    "earlier": EarlierMonthOpen,
    "closed": MonthClosed,
}
MONTH_IS_FOR_GOOD: Promise = _("A closed month can’t be reopened. Corrections are posted in the next open month.")


@as_acting_user
def close_period(*, acting_user, month: date, reason: str, today: date, shown: Shown | None = None) -> date:
    """Close a month for good, as an administrator; ``today`` is the day where the house is. Gives the month.

    Waits up to three seconds for whoever is posting.
    Raises NotAllowed, ChangedMeanwhile, CloseReasonMissing, MonthNotOver, EarlierMonthOpen, MonthClosed, Posting,
    BadValue.
    """
    expect(shown, {"month": month})
    try:
        return db.fn_close_period(month, text.text(reason, MOST_REASON), today)
    except BadValue as refusal:
        raise WHY[refusal.detail]() if refusal.detail in WHY else refusal from refusal
    except Busy as refusal:
        raise Posting() from refusal
