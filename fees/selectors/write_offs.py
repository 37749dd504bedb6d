"""Write-offs: those of an invoice, all of them, and one that somebody decides about. For staff; reads only."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery

from approvals.models import Approval
from approvals.subjects import Asked
from fees.models import Invoice
from fees.models_settling import WriteOff, WriteOffStatus
from fees.selectors.invoices import invoice as find_invoice
from lib.search import having_all


def _all() -> QuerySet[WriteOff]:
    found = WriteOff.objects.select_related(
        "invoice__investor", "invoice__deal", "proposed_by", "decided_by", "bank_transaction"
    )
    return found.order_by(F("proposed_at").desc(), "pk")


def write_offs(words: str = "", status: str = "", kind: str = "") -> QuerySet[WriteOff]:
    """Every write-off, the last proposed first."""
    found = _all()
    if status:
        found = found.filter(status=status)
    if kind:
        found = found.filter(kind=kind)
    return having_all(found, words, "invoice__number", "invoice__investor__legal_name", "reason") if words else found


def write_off(write_off_id: UUID) -> WriteOff | None:
    """One write-off; None where it is not here, or the reader is not staff."""
    return _all().filter(pk=write_off_id).first()


def write_offs_of(invoice: Invoice) -> list[WriteOff]:
    """What was proposed to be written off of an invoice, the last first, with ``approval_id``."""
    asked = Approval.objects.filter(entity_type="write_off", entity_id=OuterRef("pk")).order_by("-created_at", "-step")
    return list(_all().filter(invoice=invoice).annotate(approval_id=Subquery(asked.values("pk")[:1])))


@dataclass(frozen=True)
class AskedWriteOff(Asked):
    """A write-off as its decider reads it."""

    row: WriteOff
    invoice: Invoice

    @property
    def title(self) -> str:
        return f"{self.row.invoice.number} · {self.row.invoice.investor.legal_name}"

    @property
    def facts(self) -> dict:
        return {"invoice": self.row.invoice.number, "who": self.row.invoice.investor.legal_name}

    @cached_property
    def left(self) -> Decimal:
        """What stays open of the invoice, in its currency."""
        return self.invoice.open - self.row.amount

    @property
    def changed(self) -> bool:
        """Whether something else is open than when it was proposed."""
        return self.row.status == WriteOffStatus.PROPOSED and self.invoice.open != self.row.open_amount


def asked_write_off(write_off_id: UUID) -> AskedWriteOff | None:
    """One write-off that somebody decides about; None where it is not here."""
    row = write_off(write_off_id)
    return row and AskedWriteOff(row, find_invoice(row.invoice_id))
