"""Refunds: what credit can be sent back and whereto, what was proposed, and files for banks. For staff."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.utils.translation import gettext as _

from approvals.models import Approval
from approvals.subjects import Asked
from fees.models import BankTransaction, Reconciliation
from fees.models_settling import Refund, RefundBatch, RefundStatus
from house.models import ReceivingAccount
from investors.models import Investor
from investors.selectors import billing_on
from ledger.models import AccountKind, LedgerAccount
from lib.search import having_all
from ui import figures

MOST_ON_A_PAGE = 5_000


def _all() -> QuerySet[Refund]:
    asked = Approval.objects.filter(entity_type="refund", entity_id=OuterRef("pk")).order_by("-created_at", "-step")
    found = Refund.objects.select_related("investor", "proposed_by", "decided_by", "batch", "bank_transaction")
    found = found.annotate(approval_id=Subquery(asked.values("pk")[:1]))
    return found.order_by(F("proposed_at").desc(), "pk")


def refunds(words: str = "", status: str = "", currency: str = "") -> QuerySet[Refund]:
    """Every refund, the last proposed first."""
    found = _all()
    if status:
        found = found.filter(status=status)
    if currency:
        found = found.filter(currency=currency)
    return having_all(found, words, "investor__legal_name", "payee_name", "end_to_end_id") if words else found


def refund(refund_id: UUID) -> Refund | None:
    """One refund; None where it is not here, or the reader is not staff."""
    return _all().filter(pk=refund_id).first()


def paying_account(refund: Refund) -> ReceivingAccount | None:
    """The house's account that pays a refund."""
    return ReceivingAccount.objects.filter(pk=refund.receiving_account_id).first()


def refunds_for_line(line: BankTransaction) -> list[Refund]:
    """Refunds that money going out may pay: approved or exported ones of its currency, its own end-to-end id first.

    Those of another account than the bank names are left out.
    """
    waiting = _all().filter(currency=line.currency, status__in=[RefundStatus.APPROVED, RefundStatus.EXPORTED])
    account = "".join(line.counterparty_account.split()).upper()
    found = [each for each in waiting if account in ("", each.iban) and each.amount <= -line.amount]
    return sorted(found, key=lambda each: (each.end_to_end_id != line.end_to_end_id, each.amount != -line.amount))


def paid_by_line(line: BankTransaction, left: Decimal) -> list[list[Refund]]:
    """What a line may pay of ``left``, below zero: a whole file where the sum is its own, then refunds one by one."""
    if left >= 0:
        return []
    found = refunds_for_line(line)
    files: dict[UUID, list[Refund]] = {}
    for each in found:
        files.setdefault(each.batch_id or each.pk, []).append(each)
    whole = [group for group in files.values() if len(group) > 1 and sum(each.amount for each in group) == -left]
    return [*whole, *([each] for each in found if each.amount <= -left)]


# --- credit, and where it came from


def credits() -> QuerySet[LedgerAccount]:
    """Investors' credit by investor and currency: ``credit`` above zero, and ``proposed``, what refunds ask of it."""
    waiting = Refund.objects.filter(investor=OuterRef("investor"), currency=OuterRef("currency"))
    waiting = waiting.filter(status=RefundStatus.PROPOSED).order_by().values("investor").annotate(sum=Sum("amount"))
    found = LedgerAccount.objects.filter(kind=AccountKind.CREDIT, balance__lt=0).select_related("investor")
    found = found.annotate(credit=-F("balance"), proposed=Subquery(waiting.values("sum")))
    return found.order_by("investor__legal_name", "currency", "pk")


def credit_of(investor_id: UUID, currency: str) -> Decimal:
    """What of an investor's credit no refund asks for yet, in that currency."""
    row = credits().filter(investor=investor_id, currency=currency).first()
    return row.credit - (row.proposed or Decimal(0)) if row else Decimal("0.00")


@dataclass(frozen=True)
class Source:
    """An account that an investor paid from: its last payment, and what came from there. In the line's currency."""

    line: BankTransaction
    paid: Decimal

    @property
    def iban(self) -> str:
        """In groups of four."""
        number = self.line.counterparty_account
        return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def sources_of(investor: Investor, currency: str) -> list[Source]:
    """The accounts an investor paid from, the last used first: money goes back there and nowhere else."""
    matched = Reconciliation.objects.filter(investor=investor, bank_transaction__currency=currency, refund=None)
    sums = matched.order_by().values_list("bank_transaction__counterparty_account").annotate(paid=Sum("matched_amount"))
    lines = BankTransaction.objects.filter(matches__investor=investor, currency=currency, amount__gt=0)
    lines = lines.exclude(counterparty_account="").order_by("counterparty_account", "-booking_date", "pk")
    paid = dict(sums)
    found = [Source(line, paid[line.counterparty_account]) for line in lines.distinct("counterparty_account")]
    return sorted((each for each in found if each.paid > 0), key=lambda each: each.line.booking_date, reverse=True)


def payee_of(investor: Investor, day) -> dict[str, str]:
    """An investor's address as its invoices have it on a day, in parts; empty where none is recorded."""
    kept = billing_on(investor, day)
    return {name: getattr(kept, name, "") for name in ("street", "postcode", "town", "country")}


# --- files


def refund_batches() -> QuerySet[RefundBatch]:
    """Files of refunds, the last made first."""
    return RefundBatch.objects.select_related("created_by", "doc").order_by("-created_at", "pk")


def refund_batch(batch_id: UUID) -> RefundBatch | None:
    return refund_batches().filter(pk=batch_id).first()


def refunds_in(batch: RefundBatch) -> list[Refund]:
    """The refunds of a file, in its order."""
    return list(batch.refunds.select_related("investor").order_by("end_to_end_id"))


@dataclass(frozen=True)
class Waiting:
    """Approved refunds of one account of ours that are in no file yet. In its currency."""

    account: ReceivingAccount | None
    refunds: list[Refund]

    @property
    def currency(self) -> str:
        return self.refunds[0].currency

    @property
    def total(self) -> Decimal:
        return sum((each.amount for each in self.refunds), Decimal(0))


def refunds_to_export() -> list[Waiting]:
    """What waits for a file, by the account that pays it; at most so many for one file as a page can name."""
    approved = list(_all().filter(status=RefundStatus.APPROVED).order_by("currency", "receiving_account_id", "pk"))
    accounts = ReceivingAccount.objects.in_bulk({each.receiving_account_id for each in approved})
    groups: dict[UUID, list[Refund]] = {}
    for each in approved:
        groups.setdefault(each.receiving_account_id, []).append(each)
    return [Waiting(accounts.get(key), found[:MOST_ON_A_PAGE]) for key, found in groups.items()]


def refund_steps(refund: Refund) -> list[dict]:
    """How far a refund is: proposed, approved, in a file, paid; or where it ended."""
    if refund.status in (RefundStatus.REJECTED, RefundStatus.CANCELLED):
        return [
            {"label": _("Proposed"), "note": figures.day(refund.proposed_at), "state": "done"},
            {"label": refund.get_status_display(), "note": "", "state": "now"},
        ]
    order = [RefundStatus.PROPOSED, RefundStatus.APPROVED, RefundStatus.EXPORTED, RefundStatus.PAID]
    made = [refund.proposed_at, refund.decided_at, refund.batch and refund.batch.created_at, None]
    labels = [_("Proposed"), _("Approved"), _("In a bank file"), _("Paid")]
    at = order.index(refund.status)
    return [
        {
            "label": label,
            "note": figures.day(when) if when else "",
            "state": "done" if n <= at else "now" if n == at + 1 else "todo",
        }
        for n, (label, when) in enumerate(zip(labels, made, strict=True))
    ]


# --- one that somebody decides about


@dataclass(frozen=True)
class AskedRefund(Asked):
    """A refund as its decider reads it."""

    row: Refund
    account: ReceivingAccount | None
    credit: Decimal

    @property
    def title(self) -> str:
        return self.row.investor.legal_name

    @property
    def facts(self) -> dict:
        return {"who": self.row.investor.legal_name}

    @property
    def left(self) -> Decimal:
        """What stays of the credit."""
        return self.credit - self.row.amount


def asked_refund(refund_id: UUID) -> AskedRefund | None:
    """One refund that somebody decides about; None where it is not here."""
    row = refund(refund_id)
    if row is None:
        return None
    held = LedgerAccount.objects.filter(kind=AccountKind.CREDIT, investor=row.investor, currency=row.currency).first()
    return AskedRefund(row, paying_account(row), -held.balance if held else Decimal("0.00"))
