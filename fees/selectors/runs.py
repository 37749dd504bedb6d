"""Runs of invoices, and what the next one would bill. For staff; amounts by currency."""

from datetime import date
from uuid import UUID

from django.db.models import Count, QuerySet, Sum

from fees.models import FeeEvent, FeeEventStatus, InvoiceRun, InvoiceRunItem, RunItemStatus


def runs() -> QuerySet[InvoiceRun]:
    """Newest period first."""
    return InvoiceRun.objects.order_by("-period_end", "-period_start")


def run(run_id: UUID) -> InvoiceRun | None:
    return InvoiceRun.objects.filter(pk=run_id).first()


def items_of(run: InvoiceRun, status: str = "") -> QuerySet[InvoiceRunItem]:
    """What a run bills, by investor and deal."""
    found = InvoiceRunItem.objects.filter(run=run).select_related("investor", "deal", "invoice")
    found = found.order_by("investor__legal_name", "deal__name", "pk")
    return found.filter(status=status) if status else found


def items_to_issue(run_id: UUID, deal_id: UUID | None = None) -> list[UUID]:
    """What of a run, or of a deal in it, waits or failed: the waiting first."""
    open_ones = InvoiceRunItem.objects.filter(run_id=run_id, status__in=[RunItemStatus.WAITING, RunItemStatus.FAILED])
    open_ones = open_ones.filter(deal_id=deal_id) if deal_id else open_ones
    return list(open_ones.order_by("-status", "pk").values_list("pk", flat=True))


def preview(end: date, deal_id: UUID | None = None) -> list[dict]:
    """What a run up to a day would bill, of a deal or all: investor, deal, currency, events and net, before VAT."""
    billable = FeeEvent.objects.filter(
        status=FeeEventStatus.ACCRUED, house_only=False, event_date__lte=end, deal__isnull=False, investor__isnull=False
    ).exclude(computed_amount=0)
    billable = billable.filter(deal_id=deal_id) if deal_id else billable
    grouped = billable.values("investor_id", "investor__legal_name", "deal_id", "deal__name", "currency")
    return list(
        grouped.annotate(events=Count("pk"), net=Sum("computed_amount")).order_by(
            "investor__legal_name", "deal__name", "currency"
        )
    )


def counts_of(run: InvoiceRun) -> dict[str, int]:
    """How many items of a run are in which status, ``total`` among them."""
    found = InvoiceRunItem.objects.filter(run=run).values_list("status").annotate(n=Count("pk"))
    counts = dict.fromkeys(RunItemStatus.values, 0) | dict(found)
    return counts | {"total": sum(counts.values())}
