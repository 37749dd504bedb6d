"""The lists of write-offs and of refunds as staff read them."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fees.models_settling import RefundStatus, WriteOffKind, WriteOffStatus
from ui import columns, figures
from ui.lists import ByName, Column, Empty, Filter, List
from ui.templatetags import verso


def _money(name: str, label, column: str, **more) -> Column:
    return Column(
        name, label, column, draw=lambda row: verso.money(getattr(row, column), row.currency), num=True, **more
    )


WRITE_OFFS = List(
    "write-offs",
    _("Write-offs, table"),
    columns=[
        Column(
            "invoice",
            _("Invoice"),
            "invoice.number",
            link=lambda row: reverse("fees_staff:invoice", args=[row.invoice_id]) + "#write-offs",
            sort=("invoice__number",),
        ),
        Column(
            "investor", _("Investor"), "invoice.investor.legal_name", sort=(ByName("invoice__investor__legal_name"),)
        ),
        Column("type", _("Type"), "get_kind_display"),
        _money("amount", _("Amount"), "amount", sort=("currency", "amount")),
        Column("currency", _("Currency"), "currency", extra=True),
        _money("open", _("Open when proposed"), "open_amount", extra=True),
        columns.badge("status", _("Status"), "write_off", beside=True),
        columns.moment("proposed", _("Proposed"), "proposed_at", sort=("proposed_at", "pk")),
        Column("by", _("Proposed by"), "proposed_by.display_name"),
        Column("decided_by", _("Decided by"), "decided_by.display_name", extra=True),
        Column("reason", _("Reason"), "reason", css="wide", extra=True),
    ],
    search=_("Invoice, investor or reason"),
    filters=[
        Filter("status", _("Status"), [("", _("All statuses")), *WriteOffStatus.choices]),
        Filter("kind", _("Type"), [("", _("All types")), *WriteOffKind.choices]),
    ],
    sort="-proposed",
    no_match=(_("No write-offs match"), _("Try part of the invoice’s number or of the investor’s name.")),
    nothing=Empty(
        "receipt",
        _("No write-offs yet"),
        _("What is proposed on the page of an invoice appears here, with what was decided."),
    ),
)


REFUNDS = List(
    "refunds",
    _("Refunds, table"),
    columns=[
        Column(
            "investor",
            _("Investor"),
            "investor.legal_name",
            link=lambda row: reverse("settling_staff:refund", args=[row.pk]),
            sort=(ByName("investor__legal_name"),),
        ),
        Column("payee", _("Back to"), "grouped_iban", sub="payee_name"),
        _money("amount", _("Amount"), "amount", sort=("currency", "amount")),
        Column("currency", _("Currency"), "currency", extra=True),
        columns.badge("status", _("Status"), "refund", beside=True),
        columns.moment("proposed", _("Proposed"), "proposed_at", sort=("proposed_at", "pk")),
        Column("by", _("Proposed by"), "proposed_by.display_name"),
        Column("file", _("Bank file"), "batch.message_id", extra=True),
        Column("id", _("End-to-end id"), "end_to_end_id", extra=True),
        Column("reason", _("Reason"), "reason", css="wide", extra=True),
    ],
    search=_("Investor, payee or end-to-end id"),
    filters=[Filter("status", _("Status"), [("", _("All statuses")), *RefundStatus.choices])],
    sort="-proposed",
    no_match=(_("No refunds match"), _("Try part of the investor’s name.")),
    nothing=Empty(
        "undo",
        _("No refunds yet"),
        _("What investors paid too much is their credit. It can be sent back to the account it came from."),
    ),
)

CREDITS = List(
    "investor-credit",
    _("Investor credit, table"),
    columns=[
        Column(
            "investor",
            _("Investor"),
            "investor.legal_name",
            link=lambda row: f"{reverse('settling_staff:refund_new', args=[row.investor_id])}?currency={row.currency}",
        ),
        Column("currency", _("Currency"), "currency", extra=True),
        _money("credit", _("Credit"), "credit"),
        Column(
            "proposed",
            _("Refund proposed"),
            "proposed",
            draw=lambda row: verso.money(row.proposed, row.currency) if row.proposed else "–",
            num=True,
        ),
    ],
    can_choose=False,
    nothing=Empty(
        "circle-check",
        _("No credit to refund"),
        _("Overpayments, and credit notes for what was paid, appear here."),
    ),
)

FILES = List(
    "refund-files",
    _("Bank files, table"),
    columns=[
        Column(
            "file",
            _("File"),
            "message_id",
            link=lambda row: row.doc_id and reverse("documents_staff:open", args=[row.doc_id]),
        ),
        columns.day("day", _("Pay on"), "execution_date"),
        columns.units("count", _("Refunds"), "refunds_count"),
        _money("total", _("Total"), "total"),
        Column("by", _("Made by"), "created_by.display_name", sub=lambda row: figures.stamp(row.created_at)),
        Column("open", _("File"), template="staff/fees/_refund_file.html", in_files=False, beside=True),
    ],
    can_choose=False,
    nothing=Empty("file-text", _("No bank files yet"), _("Approved refunds go into a file that your bank pays.")),
)
