"""Bill what accrued, issue drafts, answer invoices with credit notes. For staff and jobs; functions write and audit."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.identity import as_acting_user
from fees import db
from fees.services.papers import ask_to_render
from lib.db import BadValue, Conflict, Refused


class NoIdentity(Refused):
    sentence = _("The firm’s legal details are missing, so nothing can be invoiced. Nothing was changed.")


class NoAccount(Refused):
    sentence = _("No receiving account is active for this deal and currency. Nothing was changed.")


class NothingToBill(Refused):
    sentence = _("No accrued fees to invoice. Nothing was changed.")


class AlreadyCredited(Conflict):
    sentence = _("This invoice is already credited in full. Nothing was changed.")


class BadCredit(BadValue):
    sentence = _("A credit is above zero and no more than what its line has left. Nothing was changed.")


class NoReason(BadValue):
    sentence = _("Give a reason. Nothing was changed.")
    field = "reason"


class CannotBeCredited(Refused):
    sentence = _("Only an issued invoice can be credited. Nothing was changed.")


class CreditedMeanwhile(Conflict):
    sentence = _(
        "Something was credited since you opened this page. Nothing was changed: see below what is left, and send it"
        " again if you mean it."
    )


class AdjustedAlready(Refused):
    sentence = _(
        "An adjustment took a part of this fee off already, so less of it is left to credit. Nothing was changed."
    )


class WrittenOff(Refused):
    sentence = _(
        "A part of this invoice is written off. Nothing was changed: have an administrator reverse the write-off first."
    )


class AllocationUndone(Refused):
    sentence = _("The allocation was undone, so nothing is asked for. Nothing was changed.")


_BY_DETAIL = {
    "undone": AllocationUndone,
    "identity": NoIdentity, "account": NoAccount, "credited": AlreadyCredited, "amount": BadCredit, "line": BadCredit,
    "reason": NoReason, "draft": CannotBeCredited, "credit_note": CannotBeCredited,
    "written_off": WrittenOff, "adjusted": AdjustedAlready, "changed": CreditedMeanwhile,
}  # fmt: skip


def why(refusal: BadValue) -> Refused:
    """The refusal with the sentence that says what is missing or wrong."""
    kind = _BY_DETAIL.get(refusal.detail)
    return kind(detail=refusal.detail) if kind else refusal


@as_acting_user
def invoice_fees(*, acting_user, deal_id: UUID, investor_id: UUID) -> UUID:
    """Bill what accrued for an investor on a deal. Raises NothingToBill, NoIdentity, NoAccount, NotAllowed, Busy."""
    try:
        made = db.fn_invoice_fees(deal_id, investor_id)
    except BadValue as refusal:
        raise why(refusal) from refusal
    if made is None:
        raise NothingToBill()
    transaction.on_commit(ask_to_render)
    return made


@as_acting_user
def issue_draft(*, acting_user, invoice_id: UUID) -> UUID:
    """Issue a draft that lacked something before. Safe to repeat. Raises NoIdentity, NoAccount, NotAllowed, Busy."""
    try:
        issued = db.fn_issue_invoice(invoice_id)
    except BadValue as refusal:
        raise why(refusal) from refusal
    transaction.on_commit(ask_to_render)
    return issued


@as_acting_user
def credit_invoice(*, acting_user, invoice_id: UUID, reason: str, lines: list[dict] | None = None) -> UUID:
    """Credit an invoice whole, or lines of it (``line``, ``amount`` as text in its currency); the credit note.

    ``left`` beside them is what the line had left when it was shown. Raises NoReason, BadCredit, AlreadyCredited,
    CreditedMeanwhile, AdjustedAlready, CannotBeCredited, WrittenOff, NotAllowed, Busy.
    """
    try:
        note = db.fn_credit_invoice(invoice_id, reason, lines)
    except BadValue as refusal:
        raise why(refusal) from refusal
    transaction.on_commit(ask_to_render)
    return note
