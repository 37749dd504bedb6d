"""The lists of write-offs and of refunds as staff read them."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from fees.models_settling import WriteOffKind, WriteOffStatus
from ui import columns
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
