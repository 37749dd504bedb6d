"""Introducers, whom they introduced and what they earned. Reads only, under the reader's row level security.

Amounts of different currencies are never added.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from approvals.models import Approval
from approvals.subjects import Asked
from deals.models import Deal
from fees.models import BankTransaction, Invoice, InvoiceKind, Reconciliation
from fees.selectors.invoices import MONEY, with_open
from introducers import db, derivations
from introducers.models import (
    AgreementStatus,
    CommissionStatus,
    Introducer,
    IntroducerAgreement,
    IntroducerCommission,
    IntroducerPayout,
    Introduction,
    IntroductionAlert,
)
from investors.models import Investor, Profile
from ledger.models import LedgerEntry
from lib.search import by_name, having_all

ZERO = Value(Decimal("0.00"), output_field=MONEY)
MOST_LINES = 10


# --- for staff


def introducers(*, words: str = "", status: str = "") -> QuerySet[Introducer]:
    """Every introducer, by name, with how many introductions and how many alerts are open."""
    alerts = IntroductionAlert.objects.filter(introduction__introducer=OuterRef("pk"), settled_at=None)
    found = Introducer.objects.annotate(
        introductions_count=Count("introductions"),
        alerts_count=Coalesce(
            Subquery(alerts.order_by().values("introduction__introducer").annotate(n=Count("pk")).values("n")), 0
        ),
    )
    if status:
        found = found.filter(status=status)
    return having_all(found, words, "legal_name", "contact_name", "email").order_by(*by_name("legal_name"), "pk")


def introducer(introducer_id: UUID) -> Introducer | None:
    """One introducer that the reader may see; None where there is none."""
    return Introducer.objects.select_related("user", "agreement_doc").filter(pk=introducer_id).first()


def agreements_of(introducer: Introducer) -> list[IntroducerAgreement]:
    """Every agreement and terms of a deal, the newest first; ``approval_id`` of each that awaits confirmation."""
    asked = Approval.objects.filter(entity_type="introducer_agreement", entity_id=OuterRef("pk")).order_by(
        "-created_at"
    )
    found = IntroducerAgreement.objects.filter(introducer=introducer).select_related(
        "deal", "document", "proposed_by", "decided_by"
    )
    found = found.annotate(approval_id=Subquery(asked.values("pk")[:1]))
    return list(found.order_by(F("deal").asc(nulls_first=True), "-valid_from", "-proposed_at", "pk"))


def agreement(agreement_id: UUID) -> IntroducerAgreement | None:
    return IntroducerAgreement.objects.select_related("introducer", "deal", "document").filter(pk=agreement_id).first()


def in_force(introducer: Introducer, on: date) -> IntroducerAgreement | None:
    """The agreement on which an introducer earns on a day; None without one."""
    found = IntroducerAgreement.objects.filter(
        Q(valid_until=None) | Q(valid_until__gte=on),
        introducer=introducer,
        deal=None,
        status=AgreementStatus.ACTIVE,
        valid_from__lte=on,
    )
    return found.order_by("-valid_from", "-decided_at").first()


def introductions_of(introducer: Introducer, *, status: str = "", words: str = "") -> QuerySet[Introduction]:
    """Whom an introducer brought, the newest first, with the alert of each if there is one."""
    found = Introduction.objects.filter(introducer=introducer).select_related("deal", "prospect_investor", "alert")
    if status:
        found = found.filter(status=status)
    return having_all(found, words, "prospect_name", "prospect_email").order_by("-created_at", "pk")


def introduction(introduction_id: UUID) -> Introduction | None:
    found = Introduction.objects.select_related("introducer", "deal", "prospect_investor")
    return found.filter(pk=introduction_id).first()


def alerts_of(introducer: Introducer) -> list[IntroductionAlert]:
    """What is to be looked at: the same prospect was named by another introducer. The newest first."""
    found = IntroductionAlert.objects.filter(
        Q(introduction__introducer=introducer) | Q(earlier__introducer=introducer), settled_at=None
    )
    return list(
        found.select_related(
            "introduction__introducer", "introduction__deal", "earlier__introducer", "earlier__deal"
        ).order_by("-raised_at", "pk")
    )


def alert(alert_id: UUID) -> IntroductionAlert | None:
    found = IntroductionAlert.objects.select_related("introduction__introducer", "earlier__introducer")
    return found.filter(pk=alert_id).first()


def commissions(*, words: str = "", status: str = "", basis: str = "") -> QuerySet[IntroducerCommission]:
    """Every commission that the reader may see, the newest first."""
    found = IntroducerCommission.objects.select_related("introducer", "deal", "invoice", "introduction", "investor")
    if status:
        found = found.filter(status=status)
    if basis:
        found = found.filter(basis_type=basis)
    found = having_all(found, words, "introducer__legal_name", "deal__name")
    return found.order_by(F("accrued_on").desc(nulls_last=True), "-created_at", "pk")


def commissions_of(introducer: Introducer, **narrowed: str) -> QuerySet[IntroducerCommission]:
    """What one introducer earned, the newest first."""
    return commissions(**narrowed).filter(introducer=introducer)


def commission(commission_id: UUID) -> IntroducerCommission | None:
    return commissions().select_related("agreement").filter(pk=commission_id).first()


def steps_of(commission: IntroducerCommission) -> list[IntroducerCommission]:
    """All rows of the same source, in order: what each step added or took back."""
    if not (commission.allocation_id or commission.fee_event_id):
        return [commission]
    same = {
        name: getattr(commission, name) for name in ("introducer_id", "basis_type", "allocation_id", "fee_event_id")
    }
    return list(IntroducerCommission.objects.filter(**same).order_by("step"))


def entries_of(commission: IntroducerCommission) -> list[LedgerEntry]:
    """What the ledger says of a commission, with its postings, in order. For staff."""
    found = LedgerEntry.objects.filter(source_table="introducer_commissions", source_id=commission.pk)
    return list(found.prefetch_related("postings__account").order_by("created_at", "id"))


@dataclass(frozen=True)
class Standing:
    """What an introducer earned in one currency, and what of it is where."""

    currency: str
    accrued: Decimal
    invoiced: Decimal
    paid: Decimal

    @property
    def total(self) -> Decimal:
        return self.accrued + self.invoiced + self.paid

    @property
    def can_be_billed(self) -> bool:
        return self.accrued > 0


def standing_of(introducers: Collection[UUID]) -> list[Standing]:
    """By currency: accrued, invoiced and paid, without what was cancelled."""
    found = IntroducerCommission.objects.filter(introducer_id__in=introducers).exclude(
        status=CommissionStatus.CANCELLED
    )
    sums = {s: Coalesce(Sum("accrual_amount", filter=Q(status=s)), ZERO) for s in ("accrued", "invoiced", "paid")}
    return [Standing(**row) for row in found.order_by("currency").values("currency").annotate(**sums)]


# --- self-billing invoices


def self_billing(introducers: Collection[UUID]) -> QuerySet[Invoice]:
    """Self-billing invoices of these introducers that the reader may see, newest first, with ``open``."""
    billed = IntroducerCommission.objects.filter(introducer_id__in=introducers, invoice__isnull=False)
    return with_open(Invoice.objects.filter(kind=InvoiceKind.SELF_BILLING, pk__in=billed.values("invoice")))


def self_billing_invoice(invoice_id: UUID) -> Invoice | None:
    """One self-billing invoice that the reader may see, with ``open`` and ``introducer``."""
    found = with_open(Invoice.objects.filter(kind=InvoiceKind.SELF_BILLING, pk=invoice_id).select_related("doc"))
    invoice = found.first()
    if invoice:
        invoice.introducer = Introducer.objects.filter(commissions__invoice=invoice).first()
    return invoice


def billed_on(invoice: Invoice) -> list[IntroducerCommission]:
    """The commissions that an invoice bills, in the order of its lines."""
    found = IntroducerCommission.objects.filter(invoice=invoice).order_by("accrued_on", "created_at", "pk")
    return list(found)


def payouts_of(invoice: Invoice) -> list[IntroducerPayout]:
    """Payouts that staff recorded, with ``approval_id``. For staff."""
    asked = Approval.objects.filter(entity_type="introducer_payout", entity_id=OuterRef("pk")).order_by("-created_at")
    found = IntroducerPayout.objects.filter(invoice=invoice).annotate(approval_id=Subquery(asked.values("pk")[:1]))
    return list(found.order_by("proposed_at"))


def payout(payout_id: UUID) -> IntroducerPayout | None:
    """A payout with its invoice, or None. For staff."""
    return IntroducerPayout.objects.select_related("invoice").filter(pk=payout_id).first()


def lines_to_match(invoice: Invoice) -> list[BankTransaction]:
    """Outgoing bank lines that may have paid an invoice: of what is open or was paid out. The newest first."""
    matched = Reconciliation.objects.filter(bank_transaction=OuterRef("pk")).order_by().values("bank_transaction")
    left = F("amount") - Coalesce(Subquery(matched.annotate(s=Sum("matched_amount")).values("s")), ZERO)
    waits = [payout.amount for payout in payouts_of(invoice) if payout.status == "approved"]
    asked = {-invoice.open, *(-amount for amount in waits)} - {Decimal(0)}
    found = BankTransaction.objects.annotate(left=left).filter(currency=invoice.currency, amount__lt=0, left__lt=0)
    found = found.filter(Q(left__in=asked) | Q(reference=invoice.reference) | Q(end_to_end_id=invoice.reference))
    return list(found.order_by("-value_date", "pk")[:MOST_LINES])


def to_file() -> list[UUID]:
    """Issued self-billing invoices without a paper, oldest first."""
    waiting = Invoice.objects.filter(kind=InvoiceKind.SELF_BILLING, number__isnull=False, doc__isnull=True)
    return list(waiting.order_by("issued_at", "number").values_list("pk", flat=True))


# --- what forms choose from


def person(email: str) -> Profile | None:
    """Whoever signs in with this e-mail and is not staff."""
    return Profile.objects.filter(email=email, is_staff=False).first() if email else None


def deals() -> QuerySet[Deal]:
    return Deal.objects.order_by(*by_name("name"), "pk")


def investors() -> QuerySet[Investor]:
    return Investor.objects.order_by(*by_name("legal_name"), "pk")


# --- what staff decide about


@dataclass(frozen=True)
class AskedAgreement(Asked):
    """Proposed terms as their decider reads them, beside those that count now."""

    row: IntroducerAgreement
    now: IntroducerAgreement | None

    @property
    def title(self) -> str:
        return str(self.row.introducer)

    @property
    def said(self) -> list[tuple[str, str]]:
        """Basis, rate, tiers, cap and years, each with its word."""
        row = self.row
        facts = [(_("Basis"), row.get_basis_type_display())]
        facts += derivations.rate_facts(row.rate_bps, row.tiers, row.cap_amount, row.deal.currency if row.deal else "")
        return facts + ([(_("Trail, years"), str(row.trail_years))] if row.trail_years else [])

    @property
    def before(self) -> str:
        """The terms that count now, in one line; '' for none."""
        return derivations.terms_of(self.now, self.now.deal.currency if self.now.deal else "") if self.now else ""

    @property
    def facts(self) -> dict[str, str]:
        return {"introducer": self.title}


def titles_of_agreements(ids: Collection[UUID]) -> dict[UUID, str]:
    """The introducer of each of these agreements."""
    return dict(IntroducerAgreement.objects.filter(pk__in=ids).values_list("pk", "introducer__legal_name"))


def asked_agreement(agreement_id: UUID) -> AskedAgreement | None:
    """Terms that somebody decides about; None where they are not there."""
    row = agreement(agreement_id)
    if row is None:
        return None
    before = IntroducerAgreement.objects.filter(
        introducer=row.introducer, deal=row.deal, basis_type=row.basis_type, status=AgreementStatus.ACTIVE
    ).exclude(pk=row.pk)
    return AskedAgreement(row, before.order_by("-valid_from", "-decided_at").first())


@dataclass(frozen=True)
class AskedPayout(Asked):
    """A payout as its decider reads it, with its invoice and where the money goes."""

    row: IntroducerPayout

    @property
    def title(self) -> str:
        return self.seller.get("legal_name") or self.row.invoice.number

    @property
    def seller(self) -> dict:
        return self.row.invoice.parties.get("seller", {})

    @property
    def account(self) -> dict:
        return self.row.invoice.parties.get("account", {})

    @property
    def iban(self) -> str:
        iban = self.account.get("iban", "")
        return " ".join(iban[at : at + 4] for at in range(0, len(iban), 4))

    @property
    def facts(self) -> dict[str, str]:
        return {"introducer": self.title, "number": self.row.invoice.number}


def titles_of_payouts(ids: Collection[UUID]) -> dict[UUID, str]:
    """The invoice that each of these pays."""
    return dict(IntroducerPayout.objects.filter(pk__in=ids).values_list("pk", "invoice__number"))


def asked_payout(payout_id: UUID) -> AskedPayout | None:
    row = payout(payout_id)
    return AskedPayout(row) if row else None


# --- the introducer's own portal


@dataclass(frozen=True)
class Own:
    """What a person reads as an introducer: nothing, where it is none."""

    introducers: list[Introducer]
    deal_names: dict[UUID, str]

    @property
    def ids(self) -> list[UUID]:
        return [each.pk for each in self.introducers]

    def introductions(self) -> QuerySet[Introduction]:
        found = Introduction.objects.filter(introducer_id__in=self.ids).select_related("introducer")
        return found.order_by("-created_at", "pk")

    def commissions(self) -> QuerySet[IntroducerCommission]:
        found = IntroducerCommission.objects.filter(introducer_id__in=self.ids).select_related(
            "introducer", "introduction"
        )
        return found.order_by(F("accrued_on").desc(nulls_last=True), "-created_at", "pk")

    def invoices(self) -> QuerySet[Invoice]:
        return self_billing(self.ids)

    def terms(self, on: date) -> list[IntroducerAgreement]:
        """The terms in force, the general ones first."""
        found = IntroducerAgreement.objects.filter(
            Q(valid_until=None) | Q(valid_until__gte=on),
            introducer_id__in=self.ids,
            status=AgreementStatus.ACTIVE,
            valid_from__lte=on,
        )
        return list(found.order_by(F("deal").asc(nulls_first=True), "-valid_from", "pk"))

    def standing(self) -> list[Standing]:
        return standing_of(self.ids)

    def deal_name(self, row) -> str:
        """What the deal of a row is called; '' for all deals."""
        return self.deal_names.get(row.deal_id, "")


def own_of(profile) -> Own:
    """What a person is as an introducer."""
    found = list(Introducer.objects.filter(user=profile).order_by("legal_name", "pk"))
    return Own(found, db.introduced_deals() if found else {})


def investor_nav_counts(request) -> dict[str, int]:
    """Brings an introducer's own place into the navigation; nobody else has it. Nothing waits there."""
    if request.user.is_staff or not Introducer.objects.filter(user=request.user).exists():
        return {}
    return {"introducers:home": 0}
