"""Giving up what an invoice has open: proposed by one person, decided by another, taken back with a reason.

SQL functions lock, write and post; what is given up leaves what the investor owes once it is approved. VAT stays as it
was declared: to correct it as well, credit the invoice instead.
"""

from contextlib import contextmanager
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.identity import as_acting_user
from fees import db
from fees.models import Invoice
from fees.services.bank import match_line
from house.selectors import setting
from lib import text
from lib.db import BadValue, Busy, Conflict, NotAllowed, NotLive, Refused
from ui import figures


class WriteOffRefused(BadValue):
    """``field`` is what to correct, where it is one."""

    def __init__(self, sentence, *, field: str | None = None):
        self.sentence, self.field = sentence, field
        super().__init__()


class WriteOffChanged(Conflict):
    """The invoice or the write-off is no longer as it was shown."""

    def __init__(self, sentence):
        self.sentence = sentence
        super().__init__()


class CannotBeWrittenOff(Conflict):
    """What is said to whoever approves what no longer fits its invoice."""

    sentence = gettext_lazy(
        "The invoice or the bank line has changed since this was proposed, so it can’t be approved. Nothing was"
        " changed: reject it, so that it can be proposed again."
    )


class InvoiceBusy(Busy):
    sentence = gettext_lazy("Someone is working on this invoice at this moment. Nothing was changed. Please try again.")


_BY_FIELD = {
    "amount": gettext_lazy("Enter an amount above zero, in whole units of the currency. Nothing was proposed."),
    "open": gettext_lazy("The invoice has less open than that. Nothing was proposed: check what is open now."),
    "reason": gettext_lazy("Enter a reason. It is kept in the audit log. Nothing was changed."),
    "line": gettext_lazy("This bank line paid nothing of the invoice. Nothing was proposed."),
    "rest": gettext_lazy("Bank charges are all that the invoice still has open. Nothing was proposed."),
    "tolerance": gettext_lazy("More is missing than the bank fee tolerance. Nothing was proposed."),
}
_MEANWHILE = {
    "waits": gettext_lazy("A write-off of this invoice already awaits approval. Nothing was proposed."),
    "reversed": gettext_lazy("This write-off was reversed already. Nothing was changed."),
    "withdrawn": gettext_lazy("This write-off was withdrawn. Nothing was changed."),
    "approved": gettext_lazy("This write-off was approved meanwhile. Nothing was changed."),
    "rejected": gettext_lazy("This write-off was rejected meanwhile. Nothing was changed."),
    "proposed": gettext_lazy("This write-off awaits approval: withdraw it instead. Nothing was changed."),
}  # fmt: skip
_FIELDS = {"open": "amount", "rest": "amount", "tolerance": "amount"}


@contextmanager
def _in_words():
    try:
        yield
    except Busy as refusal:
        raise InvoiceBusy() from refusal
    except BadValue as refusal:
        sentence = _BY_FIELD.get(refusal.detail)
        if sentence is None and (sentence := _MEANWHILE.get(refusal.detail)):
            raise WriteOffChanged(sentence) from refusal
        if sentence is None:
            raise
        raise WriteOffRefused(sentence, field=_FIELDS.get(refusal.detail, refusal.detail)) from refusal
    except NotLive as refusal:
        raise WriteOffChanged(_MEANWHILE.get(refusal.detail, NotLive.sentence)) from refusal


def why_not_written_off(refusal: Refused) -> Refused | None:
    """What is said to whoever approves a write-off that can no longer be carried out."""
    fits_no_more = isinstance(refusal, BadValue) and refusal.detail in {"open", "line", "rest", "tolerance"}
    return CannotBeWrittenOff() if fits_no_more else None


@as_acting_user
def propose_write_off(*, acting_user, invoice_id: UUID, amount: Decimal, reason: str) -> UUID:
    """Propose to give up what an invoice has open, or a part of it; the write-off. An administrator decides.

    ``amount`` is in the invoice's currency. Locks the invoice.
    Raises NotAllowed, WriteOffRefused, WriteOffChanged (one waits already), InvoiceBusy.
    """
    with _in_words():
        return db.fn_propose_write_off(invoice_id, amount, text.text(reason), None)


@as_acting_user
def propose_bank_charges(*, acting_user, invoice_id: UUID, line_id: UUID, amount: Decimal) -> UUID:
    """Propose that what a payment fell short of is what banks kept: all that is open, up to the tolerance.

    A second person decides. Raises as propose_write_off.
    """
    invoice = Invoice.objects.filter(pk=invoice_id).first()
    if not acting_user.is_staff or invoice is None:
        raise NotAllowed()
    most = bank_fee_tolerance(invoice.currency)
    if amount > most:
        sentence = _(
            "More is missing than the bank fee tolerance of %(most)s. Nothing was proposed: write it off instead."
        )
        raise WriteOffRefused(sentence % {"most": figures.money(most, invoice.currency)}, field="amount")
    with _in_words():
        return db.fn_propose_write_off(invoice_id, amount, _("Bank charges"), line_id)


def bank_fee_tolerance(currency: str) -> Decimal:
    """What a payment may fall short by for what banks keep, in that currency; for staff."""
    return Decimal(setting(f"bank_fee_tolerance:{currency}"))


def write_off_limit(currency: str) -> Decimal:
    """What one administrator gives up for an investor within 30 days, in that currency; above it two do. For staff."""
    return Decimal(setting(f"write_off_limit:{currency}"))


@as_acting_user
def match_with_charges(*, acting_user, line_id: UUID, invoice_id: UUID, amount: Decimal, charges: Decimal) -> UUID:
    """Match ``amount`` of a bank line to an invoice, and propose what it falls short of as bank charges: both or
    neither. Gives the write-off.

    Locks the line, then the invoice. Raises NotAllowed, BankRefused, LineTaken, and as propose_write_off.
    """
    match_line(acting_user=acting_user, line_id=line_id, parts=[{"invoice": invoice_id, "amount": amount}])
    return propose_bank_charges(acting_user=acting_user, invoice_id=invoice_id, line_id=line_id, amount=charges)


@as_acting_user
def withdraw_write_off(*, acting_user, write_off_id: UUID) -> bool:
    """Take a proposal back: nobody decides about it any more. Raises NotAllowed, WriteOffChanged, InvoiceBusy."""
    with _in_words():
        db.fn_withdraw_write_off(write_off_id)
    return True


@as_acting_user
def reverse_write_off(*, acting_user, write_off_id: UUID, reason: str) -> UUID:
    """Take a write-off back, once: the invoice is open again by its amount. For administrators.

    Gives the payment that answers it. Raises NotAllowed, WriteOffRefused, WriteOffChanged, InvoiceBusy.
    """
    with _in_words():
        return db.fn_reverse_write_off(write_off_id, text.text(reason))
