"""What waits of money, for the desk of staff: counts alone, each of a list that shows the rows."""

from django.urls import reverse
from django.utils.translation import ngettext

from fees.models import InvoiceStatus
from fees.models_settling import Refund, RefundStatus
from fees.selectors.bank import WAITING, bank_lines
from fees.selectors.invoices import invoices
from house.selectors import today
from ui import figures


def money_waiting() -> list[dict]:
    """What is overdue or to be done, the most pressing first; what is nothing is left out."""
    listed = reverse("fees_staff:invoices")
    overdue = invoices(status="overdue", today=today()).count()
    drafts = invoices(status=InvoiceStatus.DRAFT).count()
    lines = bank_lines(shown=WAITING).count()
    refunds = Refund.objects.filter(status=RefundStatus.APPROVED).count()
    found = [
        (listed + "?status=overdue", ngettext("Overdue invoice", "Overdue invoices", overdue), overdue),
        (listed + "?status=draft", ngettext("Invoice to issue", "Invoices to issue", drafts), drafts),
        (reverse("bank_staff:reconcile"), ngettext("Bank line to match", "Bank lines to match", lines), lines),
        (reverse("settling_staff:files"), ngettext("Refund to send", "Refunds to send", refunds), refunds),
    ]
    return [
        {"url": url, "title": title, "count": figures.number(count), "bad": not place}
        for place, (url, title, count) in enumerate(found)
        if count
    ]
