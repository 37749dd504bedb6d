"""What an investor has to pay, for pages below this app: home, and a commitment. See ``settings.HOME_NEEDS``."""

from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from fees.models import Invoice, InvoiceKind, InvoiceStatus
from fees.selectors.invoices import invoices_of
from house.selectors import today

MOST = 5


def open_of(profile) -> QuerySet[Invoice]:
    """What the investors of a person owe, the longest overdue first, with ``open``."""
    due = invoices_of(profile).filter(status__in=[InvoiceStatus.SENT, InvoiceStatus.PARTIAL], kind=InvoiceKind.INVOICE)
    return due.order_by("due_date", "number")


def needs_of(profile) -> list[dict]:
    """Each open invoice, overdue first, as home shows it; beyond a few, how many more there are and their sums."""
    day, found = today(), list(open_of(profile)[: MOST + 1])
    needs = [
        {"template": "investor/fees/_need.html", "invoice": each, "days": (each.due_date - day).days, "place": place}
        for place, each in enumerate(found[:MOST])
    ]
    return needs + ([_rest(profile)] if len(found) > MOST else [])


def investor_nav_counts(request) -> dict[str, int]:
    """How many invoices are to be paid, for the navigation; home counts as many as it shows."""
    if request.user.is_staff:
        return {}
    count = open_of(request.user).count()
    return {"fees:invoices": count, "home": min(count, MOST + 1)}


def _rest(profile) -> dict:
    """What is beyond the first few: amounts of different currencies stay apart."""
    sums: dict[str, Decimal] = {}
    rest = open_of(profile).values_list("currency", "open")[MOST:]
    for currency, amount in rest:
        sums[currency] = sums.get(currency, Decimal(0)) + amount
    return {"template": "investor/fees/_needs_more.html", "count": len(rest), "sums": sorted(sums.items())}


def of_commitment(profile, commitment_id: UUID) -> list[dict]:
    """The invoices that ask for the money of a commitment, as its page shows them."""
    asked = invoices_of(profile).filter(allocation__commitment=commitment_id, kind=InvoiceKind.INVOICE)
    return [{"template": "investor/fees/_of_commitment.html", "invoice": each} for each in asked.order_by("number")]
