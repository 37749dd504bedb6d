"""What accrued, and what would. Reads only, under the reader's row level security: a margin is for staff alone."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from deals.models import Deal, DealStatus
from fees import db
from fees.models import FeeEvent
from ledger.models import LedgerEntry
from lib.search import having_all


def events(*, words: str = "", kind: str = "", status: str = "", whose: str = "") -> QuerySet[FeeEvent]:
    """Every fee event, the newest first. ``whose``: billed to investors, or the house's margin."""
    found = FeeEvent.objects.select_related("deal", "investor", "fee_component")
    if kind:
        found = found.filter(kind=kind)
    if status:
        found = found.filter(status=status)
    if whose:
        found = found.filter(house_only=whose == "house")
    return having_all(found, words, "investor__legal_name", "deal__name").order_by("-event_date", "-created_at", "id")


def event(event_id: UUID) -> FeeEvent | None:
    """One event that the reader may see, with what adjusts it; None where there is none."""
    found = FeeEvent.objects.select_related("deal", "investor", "fee_component", "adjusts").filter(pk=event_id)
    return found.prefetch_related("adjustments").first()


def entries_of(event: FeeEvent) -> list[LedgerEntry]:
    """What the ledger says of an event, with its postings, in order."""
    found = LedgerEntry.objects.filter(source_table="fee_events", source_id=event.pk)
    return list(found.prefetch_related("postings__account").order_by("created_at", "id"))


def own_events(profile) -> QuerySet[FeeEvent]:
    """What accrued for the profile's investors, the newest first; what was voided is not owed and not among it."""
    found = FeeEvent.objects.filter(investor__links__user=profile, house_only=False).exclude(status="voided")
    return found.select_related("deal", "investor").distinct().order_by("-event_date", "-created_at", "id")


def own_event(profile, event_id: UUID) -> FeeEvent | None:
    """One event of the profile's investors; one that was billed also after a credit note answered it."""
    found = FeeEvent.objects.filter(investor__links__user=profile, house_only=False, pk=event_id)
    found = found.exclude(status="voided", invoice_line=None)
    return found.select_related("deal", "investor").first()


# --- what would accrue


def deals_with_fees() -> list[Deal]:
    """Deals on which fees may accrue, by name."""
    return list(Deal.objects.exclude(status=DealStatus.DRAFT).order_by("name", "id"))


@dataclass(frozen=True)
class Preview:
    """What would accrue on a deal up to a day, and what is due and would not. In the deal's currency."""

    deal: Deal
    as_of: date
    due: list[dict]
    waiting: list[dict]

    @property
    def sums(self) -> dict[str, Decimal]:
        """By kind, without the house's margin."""
        found: dict[str, Decimal] = defaultdict(Decimal)
        for row in self.due:
            if not row["house_only"]:
                found[row["kind"]] += row["amount"]
        return dict(found)

    @property
    def total(self) -> Decimal:
        return sum(self.sums.values(), Decimal(0))

    @property
    def margin(self) -> Decimal:
        return sum((row["amount"] for row in self.due if row["house_only"]), Decimal(0))


def preview(deal: Deal, as_of: date) -> Preview:
    """Works everything out and writes nothing. Raises NotAllowed, BadValue."""
    rows = db.fee_preview(deal.pk, as_of)
    return Preview(deal, as_of, [r for r in rows if r["reason"] is None], [r for r in rows if r["reason"]])
