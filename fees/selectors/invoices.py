"""Invoices, what of them is open, and how long it is overdue. Amounts of different currencies are never added."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Case, DecimalField, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from deals.db import receiving_account_for
from fees.models import Invoice, InvoiceKind, InvoiceLine, InvoiceStatus, InvoiceTax, Payment, PaymentMethod
from house.db import house_identity_on
from ledger.models import AccountKind, LedgerAccount
from lib.search import having_all

MONEY = DecimalField(max_digits=18, decimal_places=2)


def _open() -> Case:
    """What is open of an invoice: its total less what was applied; 0 for a draft and a credit note."""
    applied = Payment.objects.filter(invoice=OuterRef("pk")).order_by().values("invoice").annotate(s=Sum("amount"))
    return Case(
        When(Q(kind=InvoiceKind.CREDIT_NOTE) | Q(status=InvoiceStatus.DRAFT), then=Value(Decimal("0.00"))),
        default=F("total") - Coalesce(Subquery(applied.values("s")[:1]), Value(Decimal("0.00")), output_field=MONEY),
        output_field=MONEY,
    )


def with_open(found: QuerySet[Invoice]) -> QuerySet[Invoice]:
    """These invoices, newest first, each with what of it is ``open``."""
    return found.annotate(open=_open()).order_by(F("issue_date").desc(nulls_first=True), "-number", "-created_at")


def _all() -> QuerySet[Invoice]:
    """What investors were billed: self-billing invoices are the introducers' app's."""
    return with_open(Invoice.objects.exclude(kind=InvoiceKind.SELF_BILLING).select_related("investor", "deal"))


def invoices(words: str = "", status: str = "", kind: str = "", currency: str = "", today: date | None = None):
    """Every invoice that staff look for, newest first, with ``open``. ``status`` may also be overdue.

    A draft whose allocation was undone is asked for by nobody, and left out.
    """
    found = _all().exclude(status=InvoiceStatus.DRAFT, allocation__undone_at__isnull=False)
    if status == "overdue":
        found = found.filter(status__in=[InvoiceStatus.SENT, InvoiceStatus.PARTIAL], due_date__lt=today)
    elif status:
        found = found.filter(status=status)
    if kind:
        found = found.filter(kind=kind)
    if currency:
        found = found.filter(currency=currency)
    return having_all(found, words, "number", "reference", "investor__legal_name", "deal__name") if words else found


def invoice(invoice_id: UUID) -> Invoice | None:
    """One invoice that the reader may see, with ``open``."""
    found = _all().select_related("doc", "credits", "run", "allocation").filter(pk=invoice_id)
    return found.annotate(paper_problem=F("paper__problem")).first()


def invoices_of(profile) -> QuerySet[Invoice]:
    """What the investors of a person were billed, newest first, with ``open``. No drafts."""
    return _all().filter(investor__links__user=profile).exclude(status=InvoiceStatus.DRAFT)


def badge_of(invoice: Invoice, day: date) -> str:
    """The key of what its badge says: a credit note is credited, not paid; what is late and wholly open is overdue."""
    if invoice.kind == InvoiceKind.CREDIT_NOTE and invoice.status == InvoiceStatus.PAID:
        return "credited"
    late = invoice.status == InvoiceStatus.SENT and invoice.due_date < day
    return "overdue" if late else invoice.status


def lines(words: str = "", kind: str = "", currency: str = "") -> QuerySet[InvoiceLine]:
    """Every line of issued invoices and credit notes, the newest first. For staff."""
    found = InvoiceLine.objects.filter(invoice__number__isnull=False)
    found = found.select_related("invoice__investor", "invoice__deal", "fee_event")
    if kind:
        found = found.filter(kind=kind)
    if currency:
        found = found.filter(invoice__currency=currency)
    if words:
        found = having_all(found, words, "invoice__number", "invoice__investor__legal_name", "invoice__deal__name")
    return found.order_by("-invoice__issue_date", "-invoice__number", "position")


def to_file() -> list[UUID]:
    """Issued invoices without a paper, oldest first."""
    waiting = Invoice.objects.filter(number__isnull=False, doc__isnull=True).exclude(kind=InvoiceKind.SELF_BILLING)
    waiting = waiting.order_by("issued_at", "number")
    return list(waiting.values_list("pk", flat=True))


@dataclass(frozen=True)
class Sheet:
    """All that stands on an invoice: for its page and its paper."""

    invoice: Invoice
    lines: list[InvoiceLine]
    taxes: list[InvoiceTax]
    payments: list[Payment]
    credit_notes: list[Invoice]

    @property
    def seller(self) -> dict:
        return self.invoice.parties.get("seller", {})

    @property
    def buyer(self) -> dict:
        return self.invoice.parties.get("buyer", {})

    @property
    def account(self) -> dict:
        return self.invoice.parties.get("account", {})

    @property
    def deal_name(self) -> str:
        """The deal as its reader may name it; '' for none, and for one that the reader is no member of."""
        return self.invoice.deal.name if self.invoice.deal else ""

    @property
    def reference(self) -> str:
        """What a payment has to carry, in groups of four."""
        return _grouped(self.invoice.reference or "")

    @property
    def iban(self) -> str:
        """The IBAN in groups of four, or the account number."""
        return _grouped(self.account.get("iban", "")) or self.account.get("account_number", "")

    @property
    def is_credit(self) -> bool:
        return self.invoice.kind == InvoiceKind.CREDIT_NOTE

    def _given_up(self, method: str) -> Decimal:
        return sum((each.amount for each in self.payments if each.method == method), Decimal("0.00"))

    @property
    def written_off(self) -> Decimal:
        """What was given up of it, and not taken back."""
        return self._given_up(PaymentMethod.WRITE_OFF)

    @property
    def bank_charges(self) -> Decimal:
        """What banks kept of its payments, borne by the house."""
        return self._given_up(PaymentMethod.BANK_FEE)

    @property
    def may_be_credited(self) -> bool:
        """Whether a credit note can still answer something of it."""
        issued = self.invoice.status != InvoiceStatus.DRAFT and not self.is_credit
        return issued and any(self.left_of(line) > 0 for line in self.lines)

    def left_of(self, line: InvoiceLine) -> Decimal:
        """What of a line is not credited yet."""
        return line.amount + (line.credited or Decimal("0.00"))


def _grouped(number: str) -> str:
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def sheet_of(invoice: Invoice) -> Sheet:
    """Lines, taxes, payments and credit notes of an invoice."""
    lines = InvoiceLine.objects.filter(invoice=invoice).select_related("fee_event").order_by("position")
    applied = Payment.objects.filter(invoice=invoice)
    return Sheet(
        invoice,
        list(lines.annotate(credited=Sum("credit_lines__amount"))),
        list(InvoiceTax.objects.filter(invoice=invoice).order_by("rate_bps")),
        list(applied.select_related("credited_from", "reversal").order_by("created_at", "pk")),
        list(Invoice.objects.filter(credits=invoice).order_by("number")),
    )


def missing(invoice: Invoice, today: date) -> str:
    """Why a draft can't be issued: ``identity``, ``account``, its allocation was ``undone``; or nothing. For staff."""
    if invoice.status != InvoiceStatus.DRAFT:
        return ""
    if invoice.allocation_id and invoice.allocation.undone_at:
        return "undone"
    if house_identity_on(today) is None:
        return "identity"
    return "" if receiving_account_for(invoice.deal_id, invoice.currency) else "account"


def credits_of(profile) -> list[dict]:
    """What a person's investors paid too much and have not used, by currency."""
    held = LedgerAccount.objects.filter(kind=AccountKind.CREDIT, investor__links__user=profile, balance__lt=0)
    return list(held.order_by("currency").values("currency").annotate(amount=-Sum("balance")))


def to_pay(profile, today: date) -> list[dict]:
    """What a person's investors have to pay, by currency: amount open, of it overdue, the earliest due date."""
    due = invoices_of(profile).filter(status__in=[InvoiceStatus.SENT, InvoiceStatus.PARTIAL], kind=InvoiceKind.INVOICE)
    sums: dict[str, dict] = {}
    for currency, day, amount in due.order_by("currency", "due_date").values_list("currency", "due_date", "open"):
        row = sums.setdefault(
            currency, {"currency": currency, "open": Decimal(0), "overdue": Decimal(0), "first": day, "count": 0}
        )
        row["open"] += amount
        row["overdue"] += amount if day < today else 0
        row["count"] += 1
    return list(sums.values())
