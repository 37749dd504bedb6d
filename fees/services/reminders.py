"""Reminders of overdue invoices, by the days that the firm settled; held for one invoice where there is a reason."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.identity import as_acting_user
from fees import db
from fees.services.invoices import NoReason
from house.clock import by_the_clock
from lib import text
from lib.db import BadValue, Refused
from notifications.services import ask_to_send

BATCH = 500


class NothingOpen(Refused):
    sentence = _("Nothing of this invoice is open, so nobody is reminded of it. Nothing was changed.")


def remind_invoices() -> int:
    """Write every reminder that is due, as VERSO system, in batches; how many. Safe to repeat and in parallel.

    Raises ClockAhead, and then nobody was reminded.
    """
    total = 0
    while written := by_the_clock(_batch):
        total += written
    return total


def _batch() -> int:
    written = db.fn_remind_invoices(BATCH)
    if written:
        transaction.on_commit(ask_to_send)
    return written


@as_acting_user
def hold_reminders(*, acting_user, invoice_id: UUID, reason: str) -> None:
    """Remind nobody of an invoice until reminders are resumed. For staff. Safe to repeat.

    Locks the invoice. Raises NotAllowed, NoReason, NothingOpen.
    """
    try:
        db.fn_hold_reminders(invoice_id, text.text(reason))
    except BadValue as refusal:
        raise (NoReason() if refusal.detail == "reason" else NothingOpen()) from refusal


@as_acting_user
def resume_reminders(*, acting_user, invoice_id: UUID) -> None:
    """Let reminders of an invoice go on. For staff. Safe to repeat. Raises NotAllowed."""
    db.fn_resume_reminders(invoice_id)
