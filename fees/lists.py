"""The lists of invoices and of runs as staff read them."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fees.models import Invoice, InvoiceKind, InvoiceRun, InvoiceStatus, LineKind, RunItemStatus
from fees.selectors import badge_of
from house.selectors import today
from ui import columns
from ui.lists import ByName, Column, Empty, Filter, List
from ui.templatetags import verso


def _with_days(invoices: list[Invoice]) -> list[Invoice]:
    """What its badge says, and how many days each is overdue; None where nothing is open or it is not due yet."""
    day = today()
    for each in invoices:
        each.badge = badge_of(each, day)
        late = (day - each.due_date).days if each.due_date and each.open else 0
        each.days_overdue = late if late > 0 else None
    return invoices


def _money(name: str, label, column: str, **more) -> Column:
    return Column(
        name, label, column, draw=lambda row: verso.money(getattr(row, column), row.currency), num=True, **more
    )


INVOICES = List(
    "invoices",
    _("Invoices, table"),
    columns=[
        Column(
            "number",
            _("Number"),
            "number",
            link=lambda row: reverse("fees_staff:invoice", args=[row.pk]),
            draw=lambda row: row.number or _("Draft"),
            sort=("number",),
        ),
        Column("investor", _("Investor"), "investor.legal_name", sort=(ByName("investor__legal_name"),)),
        Column("deal", _("Deal"), "deal.name", sort=(ByName("deal__name"),)),
        Column("type", _("Type"), "get_kind_display"),
        Column("origin", _("For"), "get_generated_from_display"),
        columns.day("issued", _("Issued"), "issue_date", sort=("issue_date",), extra=True),
        columns.day("due", _("Due"), "due_date", sort=("due_date",)),
        _money("total", _("Total"), "total", sort=("currency", "total")),
        _money("open", _("Open"), "open", sort=("currency", "open")),
        Column("currency", _("Currency"), "currency", extra=True),
        columns.badge("status", _("Status"), "invoice", "badge", beside=True),
        Column("overdue", _("Days overdue"), "days_overdue", num=True, empty="–"),
        Column("reference", _("Reference"), "reference", extra=True),
    ],
    fetch=_with_days,
    search=_("Number, reference, investor or deal"),
    filters=[
        columns.by_status("invoice", [*InvoiceStatus.values, "overdue"]),
        Filter("kind", _("Type"), [("", _("All types")), *InvoiceKind.choices[:2]]),
    ],
    no_match=(_("No invoices match"), _("Try part of the number or of the investor’s name.")),
    nothing=Empty(
        "file-text",
        _("No invoices yet"),
        _("An approved allocation asks for its money at once; accrued fees are invoiced by a run."),
    ),
)

RUNS = List(
    "invoice-runs",
    _("Invoice runs, table"),
    columns=[
        columns.day("end", _("Period ends"), "period_end", link=lambda run: reverse("fees_staff:run", args=[run.pk])),
        columns.day("start", _("Period begins"), "period_start"),
        columns.badge("status", _("Status"), "invoice_run", beside=True),
        columns.units("expected", _("Expected"), "expected"),
        columns.units("issued", _("Issued"), "issued"),
        columns.units("skipped", _("Nothing to invoice"), "skipped"),
        columns.units("failed", _("Failed"), "failed"),
        columns.moment("closed", _("Closed"), "closed_at", empty=_("not yet")),
    ],
    can_choose=False,
    nothing=Empty("receipt", _("No runs yet"), _("A run invoices everybody’s accrued fees up to the end of a period.")),
)


def items(run: InvoiceRun) -> List:
    """What a run bills, and what came of each."""
    return List(
        f"invoice-run-{run.period_end}",
        _("Invoices of this run, table"),
        columns=[
            Column("investor", _("Investor"), "investor.legal_name"),
            Column("deal", _("Deal"), "deal.name"),
            columns.badge("status", _("Status"), "invoice_run_item", beside=True),
            Column(
                "invoice",
                _("Invoice"),
                "invoice.number",
                link=lambda item: item.invoice_id and reverse("fees_staff:invoice", args=[item.invoice_id]),
            ),
            Column("reason", _("Reason"), "reason", css="wide"),
        ],
        filters=[columns.by_status("invoice_run_item", RunItemStatus.values)],
        no_match=(_("No invoices match"), _("Choose another status.")),
        can_choose=False,
        nothing=Empty("receipt", _("Nothing to invoice"), _("No fees accrued up to the end of this period.")),
    )


def _of_invoice(line) -> str:
    return reverse("fees_staff:invoice", args=[line.invoice_id])


LINES = List(
    "invoice-lines",
    _("Invoice lines, table"),
    columns=[
        Column("number", _("Invoice"), "invoice.number", link=_of_invoice, sort=("invoice__number", "position")),
        columns.day("issued", _("Issued"), "invoice.issue_date", sort=("invoice__issue_date", "invoice__number")),
        Column(
            "investor",
            _("Investor"),
            "invoice.investor.legal_name",
            sub="invoice.deal.name",
            sort=(ByName("invoice__investor__legal_name"),),
        ),
        Column("deal", _("Deal"), "invoice.deal.name", extra=True),
        Column("description", _("Description"), "description", css="wide"),
        Column("type", _("Type"), "get_kind_display", extra=True),
        columns.day("from", _("From"), "fee_event.period_start", extra=True),
        columns.day("to", _("To"), "fee_event.period_end", extra=True),
        columns.units("units", _("Units"), "quantity", extra=True),
        Column("vat", _("VAT"), "vat_rate_bps", show=verso.rate_bps, num=True),
        Column(
            "amount",
            _("Amount"),
            "amount",
            draw=lambda line: verso.money(line.amount, line.invoice.currency),
            num=True,
            sort=("invoice__currency", "amount"),
        ),
        Column("currency", _("Currency"), "invoice.currency", extra=True),
        Column("event", _("Fee"), "fee_event_id", extra=True),
    ],
    search=_("Number, investor or deal"),
    filters=[Filter("kind", _("Type"), [("", _("All types")), *LineKind.choices])],
    no_match=(_("No lines match"), _("Try part of the number or of the investor’s name.")),
    nothing=Empty("list", _("No lines yet"), _("The lines of issued invoices appear here, each with its VAT.")),
)
