"""What investors paid too much, sent back to where it came from: proposed, approved, put into a file for the bank.

SQL functions lock, write and post. A file is written outside of any transaction, of what the batch keeps, and is the
same however often it is written: killed at any point, the next call goes on.
"""

from collections.abc import Iterable
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

from django.utils.translation import gettext_lazy as _

from audit.identity import as_acting_user
from documents.contents import XML
from documents.services import store_document
from fees import db, selectors, statements
from fees.models_settling import MOST_OF_A_FILE, Refund, RefundBatch
from house.models import POSTCODE, STREET, TOWN
from lib import text
from lib.db import BadValue, Busy, Conflict, NotAllowed, NotLive, Refused

PAYEE = {"name": text.NAME, "bic": 11, "street": STREET, "postcode": POSTCODE, "town": TOWN, "country": 2}


class RefundRefused(BadValue):
    """``field`` is what to correct, where it is one."""

    def __init__(self, sentence, *, field: str | None = None):
        self.sentence, self.field = sentence, field
        super().__init__(str(sentence))


class RefundChanged(Conflict):
    """A refund is no longer as it was shown."""

    def __init__(self, sentence):
        self.sentence = sentence
        super().__init__()


class CannotBeRefunded(Conflict):
    """What is said to whoever approves what the credit no longer covers."""

    sentence = _(
        "The investor’s credit no longer covers this refund, so it can’t be approved. Nothing was changed: reject it,"
        " so that it can be proposed again."
    )


class NotPaidYet(NotAllowed):
    sentence = _(
        "This refund is in a bank file. An administrator cancels it, once the bank has said that it was not paid."
        " Nothing was changed."
    )


class RefundBusy(Busy):
    sentence = _("Someone is working on this refund at this moment. Nothing was changed. Please try again.")


_SENTENCES = {
    "amount": _("Enter an amount above zero, in whole units of the currency. Nothing was proposed."),
    "credit": _("The investor has less credit than that, counting refunds already proposed. Nothing was proposed."),
    "came_from": _("Less money than that came from this account. Nothing was proposed."),
    "reason": _("Enter a reason. It is kept in the audit log. Nothing was changed."),
    "address": _("The payee needs a name, a town and a country: banks refuse payments without. Nothing was proposed."),
    "line": _("This payment brought no money of the investor. Nothing was proposed."),
    "iban": _("The money came from an account without an IBAN. Nothing was proposed: pay it back at the bank."),
    "bic": _("A payment outside the euro needs the BIC of the payee’s bank. Nothing was proposed."),
    "account": _("No active receiving account with an IBAN pays this currency. Nothing was changed."),
    "identity": _("The firm’s legal details are missing, so the bank can’t be told who pays. Nothing was exported."),
    "refunds": _("Choose approved refunds of one account. Nothing was exported."),
    "date": _("Enter a day from today on, at most 60 days ahead. Nothing was exported."),
    "batch": _("This request was used for other refunds. Open the page again. Nothing was exported."),
    "gone": _("One of these refunds was exported or cancelled meanwhile. Nothing was exported: check the list."),
    "paid": _("This refund is paid. Nothing was changed."),
    "cancelled": _("This refund was cancelled already. Nothing was changed."),
    "rejected": _("This refund was rejected. Nothing was changed."),
}  # fmt: skip
_FIELDS = {"came_from": "amount", "credit": "amount", "date": "execution_date", "address": "town"}


@contextmanager
def _in_words():
    try:
        yield
    except Busy as refusal:
        raise RefundBusy() from refusal
    except NotAllowed as refusal:
        raise (NotPaidYet() if refusal.detail == "exported" else refusal) from refusal
    except NotLive as refusal:
        raise RefundChanged(_SENTENCES.get(refusal.detail, NotLive.sentence)) from refusal
    except BadValue as refusal:
        if (sentence := _SENTENCES.get(refusal.detail)) is None:
            raise
        raise RefundRefused(sentence, field=_FIELDS.get(refusal.detail, refusal.detail)) from refusal


def why_not_refunded(refusal: Refused) -> Refused | None:
    """What is said to whoever approves a refund that can no longer be carried out."""
    uncovered = isinstance(refusal, BadValue) and refusal.detail in {"credit", "came_from"}
    return CannotBeRefunded() if uncovered else None


@as_acting_user
def propose_refund(
    *, acting_user, investor_id: UUID, line_id: UUID, amount: Decimal, reason: str, **payee: str
) -> Refund:
    """Propose to send an investor's credit back to the account that a payment came from; the refund.

    ``payee``: name, bic, street, postcode, town and country, as the bank wants them; ``amount`` in the currency of the
    payment. A second person approves. Locks the investor, then its accounts.
    Raises NotAllowed, RefundRefused (also where the bank's file could not say it), RefundBusy.
    """
    said = {name: text.line(payee.get(name), most) for name, most in PAYEE.items()}
    with _in_words():
        made = db.fn_propose_refund(investor_id, line_id, amount, said, text.text(reason))
    refund = selectors.refund(made)
    _file_of(RefundBatch(**_alone(refund)), [refund])  # what the bank's file could not say would stop others later
    return refund


def _alone(refund: Refund) -> dict:
    """A file of one refund, as it would be tried out: the payer is the payee, whose parts are known to be right."""
    payer = {"name": refund.payee_name, "iban": refund.iban, "bic": refund.bic, "town": refund.town}
    return {
        "message_id": "TRIAL", "currency": refund.currency, "execution_date": refund.proposed_at.date(),
        "created_at": refund.proposed_at, "payer": payer | {"country": refund.country},
    }  # fmt: skip


@as_acting_user
def cancel_refund(*, acting_user, refund_id: UUID, reason: str) -> bool:
    """End a refund that is not paid: what was approved is credit again. In a file, for administrators alone.

    Raises NotAllowed, NotPaidYet, RefundRefused, RefundChanged, RefundBusy. Locks the investor, then the refund.
    """
    with _in_words():
        db.fn_cancel_refund(refund_id, text.text(reason))
    return True


# --- files for the bank


def export_refunds(
    *, acting_user, refunds: Iterable[UUID], execution_date: date, batch_id: UUID | None = None
) -> RefundBatch:
    """Put approved refunds of one account into one file for its bank, and store it; the batch with its document.

    Call it outside of a transaction: the refunds are claimed, then the file is written. ``batch_id`` is the key of the
    request; the same again gives the same file. Raises NotAllowed, RefundRefused, RefundChanged, RefundBusy, BadFile.
    """
    claimed = claim_refunds(
        acting_user=acting_user, refunds=list(refunds), execution_date=execution_date, batch_id=batch_id or uuid4()
    )
    return write_refund_file(acting_user=acting_user, batch_id=claimed)


@as_acting_user
def claim_refunds(*, acting_user, refunds: list[UUID], execution_date: date, batch_id: UUID) -> UUID:
    """Put refunds into a batch, each for ever; its id. Locks the refunds. Raises as export_refunds."""
    with _in_words():
        return db.fn_export_refunds(batch_id, refunds[: MOST_OF_A_FILE + 1], execution_date)


def write_refund_file(*, acting_user, batch_id: UUID) -> RefundBatch:
    """Write and store the file of a batch, unless it is there; the batch. Safe to repeat; call it as export_refunds."""
    batch, refunds = look_at_batch(acting_user=acting_user, batch_id=batch_id)
    if batch.doc_id:
        return batch
    content = _file_of(batch, refunds)
    document = store_document(
        acting_user=acting_user, content=content, filename=f"{batch.message_id}.xml", title=batch.message_id,
        type="refund_file", source_key=f"refund batch {batch.message_id}", accepts=[XML],
    )  # fmt: skip
    keep_refund_file(acting_user=acting_user, batch_id=batch_id, document_id=document.pk)
    batch.doc = document
    return batch


@as_acting_user
def look_at_batch(*, acting_user, batch_id: UUID) -> tuple[RefundBatch, list[Refund]]:
    """A batch and its refunds, in the order of the file. Raises NotAllowed."""
    if acting_user.role not in ("staff_admin", "staff_ops") or (batch := selectors.refund_batch(batch_id)) is None:
        raise NotAllowed()
    return batch, selectors.refunds_in(batch)


@as_acting_user
def keep_refund_file(*, acting_user, batch_id: UUID, document_id: UUID) -> None:
    """Note where the file of a batch is. Raises NotAllowed."""
    db.fn_keep_refund_file(batch_id, document_id)


def _file_of(batch: RefundBatch, refunds: list[Refund]) -> bytes:
    """The bank's file. Raises RefundRefused, naming whom it can't pay and why."""
    try:
        return statements.refund_file(
            statements.RefundBatch(
                payer=_party(batch.payer["name"], batch.payer),
                currency=batch.currency,
                message_id=batch.message_id,
                created_at=batch.created_at,
                execution_date=batch.execution_date,
                refunds=[_payment(refund) for refund in refunds],
            )
        )
    except statements.StatementRefused as refusal:
        raise RefundRefused(refusal.sentence) from refusal


def _payment(refund: Refund) -> statements.Refund:
    said = {name: getattr(refund, name) for name in ("iban", "bic", "street", "postcode", "town", "country")}
    return statements.Refund(
        payee=_party(refund.payee_name, said),
        amount=refund.amount,
        end_to_end_id=refund.end_to_end_id,
        text=f"Refund {refund.end_to_end_id}",
    )


def _party(name: str, said: dict) -> statements.Party:
    address = statements.Address(
        town=said["town"], country=said["country"], street=said.get("street", ""), postcode=said.get("postcode", "")
    )
    return statements.Party(name=name, iban=said["iban"], address=address, bic=said.get("bic", ""))
