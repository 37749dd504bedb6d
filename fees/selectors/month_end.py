"""Whether a month may be closed: what must be so of fees, invoices, bank and ledger, and where to put it right."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import F, Max, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deals.selectors.checklists import Check
from fees import db
from fees.models import BankStatement, BankTransaction, Invoice, InvoiceRun, InvoiceRunStatus, InvoiceStatus
from fees.selectors.events import deals_with_fees
from fees.selectors.invoices import MONEY
from fees.selectors.runs import preview
from house.selectors import active_accounts
from inventory.db import invariant_breaks
from ledger.models import AccountKind
from ledger.selectors import trial_balance
from ui import figures


@dataclass(frozen=True)
class MonthEnd:
    """The checklist of a month; ``breaks`` are invariants that do not hold."""

    start: date
    end: date
    checks: list[Check]
    breaks: list[dict]

    @property
    def open_items(self) -> int:
        return sum(not check.ok for check in self.checks)


def month_end(start: date, end: date) -> MonthEnd:
    """Works everything out anew, up to and with a day. Reads only. For staff."""
    breaks = invariant_breaks()
    checks = [*_fees(end), *_runs(end), *_invoices(end), *_bank(end), *_ledger(end, breaks)]
    return MonthEnd(start, end, checks, breaks)


def _fees(end: date) -> Iterator[Check]:
    """What is due accrued, and nothing waits for a base that is not known."""
    due, waiting = [], []
    for deal in deals_with_fees():
        rows = db.fee_preview(deal.pk, end)
        due += [(deal, len(found))] if (found := [row for row in rows if row["reason"] is None]) else []
        waiting += [(deal, len(found))] if (found := [row for row in rows if row["reason"]]) else []
    yield Check(
        "accrued",
        _("Fees are accrued up to the end of the month"),
        not due,
        _("Due and not accrued: %(deals)s.") % {"deals": _named(due)},
        _accrual(due, end),
    )
    yield Check(
        "base",
        _("Every period has a known base"),
        not waiting,
        _("Fees that can’t be worked out yet: %(deals)s.") % {"deals": _named(waiting)},
        _accrual(waiting, end),
    )


def _named(found: list) -> str:
    return ", ".join(f"{deal.name} ({figures.number(n)})" for deal, n in found)


def _accrual(found: list, end: date) -> str:
    """The preview of the first deal that is named."""
    asked = f"?deal={found[0][0].code}&as_of={end.isoformat()}" if found else ""
    return reverse("fee_events_staff:accrue") + asked


def _runs(end: date) -> Iterator[Check]:
    """What accrued is invoiced, and every run is closed and adds up."""
    to_bill, runs = preview(end), reverse("fees_staff:runs")
    yield Check(
        "invoiced",
        _("Accrued fees are invoiced"),
        not to_bill,
        ngettext(
            "%(n)s invoice is still to be issued. Open a run.",
            "%(n)s invoices are still to be issued. Open a run.",
            len(to_bill),
        )
        % {"n": figures.number(len(to_bill))},
        f"{runs}?start={end.replace(day=1).isoformat()}&end={end.isoformat()}",
    )
    found = InvoiceRun.objects.filter(period_end__lte=end)
    unfinished = found.filter(status=InvoiceRunStatus.OPEN).order_by("period_end").first()
    unfinished = unfinished or found.exclude(expected=F("issued") + F("skipped") + F("failed")).first()
    yield Check(
        "runs",
        _("Runs are closed: expected is issued, skipped and failed together"),
        unfinished is None,
        _("A run is still open. Issue what waits, then close it."),
        reverse("fees_staff:run", args=[unfinished.pk]) if unfinished else runs,
    )


def _invoices(end: date) -> Iterator[Check]:
    """No draft waits, and what was issued has its PDF."""
    drafts = Invoice.objects.filter(status=InvoiceStatus.DRAFT, created_at__date__lte=end).count()
    yield Check(
        "drafts",
        _("No draft waits to be issued"),
        not drafts,
        ngettext("%(n)s draft is not issued.", "%(n)s drafts are not issued.", drafts) % {"n": figures.number(drafts)},
        reverse("fees_staff:invoices") + "?status=draft",
    )
    unfiled = Invoice.objects.filter(number__isnull=False, doc=None, issue_date__lte=end).order_by("number")
    first, count = unfiled.first(), unfiled.count()
    yield Check(
        "filed",
        _("Issued invoices have their PDF"),
        not count,
        ngettext("%(n)s PDF is missing.", "%(n)s PDFs are missing.", count) % {"n": figures.number(count)},
        reverse("fees_staff:invoice", args=[first.pk]) if first else reverse("fees_staff:invoices"),
    )


def _bank(end: date) -> Iterator[Check]:
    """A statement of each account up to the end, every line matched, and suspense at zero."""
    last = dict(
        BankStatement.objects.filter(is_whole=True)
        .values_list("receiving_account_id")
        .annotate(day=Max("to_date"))
        .values_list("receiving_account_id", "day")
    )
    missing = [each for each in active_accounts() if (last.get(each.pk) or date.min) < end]
    yield Check(
        "statements",
        _("Bank statements are imported up to the end of the month"),
        not missing,
        _("Missing for %(accounts)s.") % {"accounts": ", ".join(str(each) for each in missing)},
        reverse("bank_staff:accounts"),
    )
    lines = BankTransaction.objects.filter(booking_date__lte=end) | BankTransaction.objects.filter(
        booking_date=None, value_date__lte=end
    )
    matched = Coalesce(Sum("matches__matched_amount"), Decimal(0), output_field=MONEY)
    open_lines = lines.annotate(matched=matched).exclude(matched=F("amount")).count()
    yield Check(
        "lines",
        _("Every bank line is matched"),
        not open_lines,
        ngettext("%(n)s line is not matched in full.", "%(n)s lines are not matched in full.", open_lines)
        % {"n": figures.number(open_lines)},
        reverse("bank_staff:reconcile"),
    )


def _ledger(end: date, breaks: list[dict]) -> Iterator[Check]:
    """Suspense at zero, debits equal to credits, and everything that must hold of the books."""
    sheets = trial_balance(end)
    kept = [
        figures.money(side.debit - side.credit, side.currency)
        for sheet in sheets
        for side in sheet.sides
        if side.kind == AccountKind.SUSPENSE and side.debit != side.credit
    ]
    yield Check(
        "suspense",
        _("Suspense is zero"),
        not kept,
        _("In suspense: %(sums)s.") % {"sums": ", ".join(kept)},
        reverse("bank_staff:reconcile"),
    )
    off = [sheet.currency for sheet in sheets if sheet.debit != sheet.credit]
    yield Check(
        "balance",
        _("Debits and credits are equal"),
        not off,
        _("They differ in %(currencies)s.") % {"currencies": ", ".join(off)},
        f"{reverse('ledger_staff:trial_balance')}?on={end.isoformat()}",
    )
    yield Check(
        "invariants",
        _("Units, documents and ledger agree"),
        not breaks,
        ngettext("%(n)s rule is broken.", "%(n)s rules are broken.", len(breaks)) % {"n": figures.number(len(breaks))},
        "#breaks",
    )
