"""The lists of introducers, introductions and commissions as staff read them."""

from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from introducers import derivations
from introducers.models import (
    Basis,
    CommissionStatus,
    Introducer,
    IntroducerAgreement,
    IntroducerStatus,
    Introduction,
    IntroductionStatus,
)
from ui import columns, figures
from ui.lists import ByName, Column, Empty, Filter, List
from ui.templatetags import verso

INTRODUCERS = List(
    "introducers",
    _("Introducers, table"),
    columns=[
        Column(
            "name",
            _("Introducer"),
            "legal_name",
            link=lambda row: reverse("introducers_staff:introducer", args=[row.pk]),
            sub="contact_name",
            sort=(ByName("legal_name"),),
        ),
        columns.badge("status", _("Status"), "introducer", beside=True),
        Column(
            "rate",
            _("Default rate"),
            "default_commission_bps",
            draw=lambda row: "–" if row.default_commission_bps is None else figures.rate(row.default_commission_bps),
            num=True,
            sort=("default_commission_bps",),
        ),
        columns.units("introductions", _("Introductions"), "introductions_count", sort=("introductions_count",)),
        Column(
            "alerts",
            _("Alerts"),
            "alerts_count",
            draw=lambda row: _alerts(row) if row.alerts_count else "–",
            sort=("alerts_count",),
        ),
        Column("email", _("E-mail"), "email", extra=True),
        columns.day("added", _("Added"), "created_at", sort=("created_at",), extra=True),
    ],
    search=_("Name, contact or e-mail"),
    filters=[Filter("status", _("Status"), [("", _("All statuses")), *IntroducerStatus.choices])],
    no_match=(_("No introducers match"), _("Try part of the name or of the e-mail.")),
    nothing=Empty(
        "handshake",
        _("No introducers yet"),
        _("Whoever brings investors is listed here, with their agreement, introductions and commission."),
        href=reverse_lazy("introducers_staff:introducer_new"),
        action=_("Add an introducer"),
    ),
)


def _alerts(row: Introducer) -> str:
    said = ngettext("%(n)s alert", "%(n)s alerts", row.alerts_count) % {"n": row.alerts_count}
    return verso.format_html('<span class="badge warn">{}</span>', said)


def prospect(row: Introduction) -> str:
    return row.prospect_name or row.prospect_email or "–"


def introductions(of: str) -> List:
    """Whom one introducer brought. ``of``: the introducer's name, for the file."""
    return List(
        f"introductions-{of}",
        _("Introductions, table"),
        columns=[
            Column(
                "prospect",
                _("Prospect"),
                prospect,
                link=lambda row: reverse("introducers_staff:introduction", args=[row.pk]),
                sub=lambda row: row.prospect_email if row.prospect_name else "",
                sort=(ByName("prospect_name"), "prospect_email"),
            ),
            Column("deal", _("Deal"), "deal.name", empty=_("All deals"), sort=(ByName("deal__name"),)),
            columns.badge("status", _("Status"), "introduction", beside=True),
            Column("investor", _("Investor"), "prospect_investor.legal_name"),
            columns.day("recorded", _("Recorded"), "created_at", sort=("created_at",)),
            Column("email", _("E-mail"), "prospect_email", extra=True),
        ],
        search=_("Prospect or e-mail"),
        filters=[Filter("status", _("Status"), [("", _("All statuses")), *IntroductionStatus.choices])],
        sort="-recorded",
        no_match=(_("No introductions match"), _("Try part of the name or of the e-mail.")),
        nothing=Empty(
            "user-plus",
            _("No introductions yet"),
            _("The first recorded introduction of a prospect counts. It joins and is allocated by itself."),
        ),
    )


COMMISSIONS = List(
    "commissions",
    _("Commissions, table"),
    columns=[
        Column(
            "introducer",
            _("Introducer"),
            "introducer.legal_name",
            link=lambda row: reverse("introducers_staff:commission", args=[row.pk]),
            sub="deal.name",
            sort=(ByName("introducer__legal_name"), "accrued_on"),
        ),
        Column("deal", _("Deal"), "deal.name", extra=True, sort=(ByName("deal__name"),)),
        Column("investor", _("Investor"), "investor.legal_name", extra=True),
        columns.badge("status", _("Status"), "commission", beside=True),
        Column("basis", _("Basis"), "get_basis_type_display", sort=("basis_type",)),
        columns.day("date", _("Accrued"), "accrued_on", sort=("accrued_on",)),
        Column(
            "base",
            _("Base"),
            "base_amount",
            draw=lambda row: "–" if row.base_amount is None else verso.money(row.base_amount, row.currency),
            num=True,
        ),
        Column(
            "amount",
            _("Commission"),
            "accrual_amount",
            draw=lambda row: verso.money(row.accrual_amount, row.currency),
            num=True,
            sort=("currency", "accrual_amount"),
        ),
        Column("currency", _("Currency"), "currency", extra=True),
        Column("invoice", _("Invoice"), "invoice.number", extra=True),
    ],
    search=_("Introducer or deal"),
    filters=[
        Filter("status", _("Status"), [("", _("All statuses")), *CommissionStatus.choices]),
        Filter("basis", _("Basis"), [("", _("All bases")), *Basis.choices]),
    ],
    no_match=(_("No commissions match"), _("Try part of the introducer’s or the deal’s name.")),
    nothing=Empty(
        "percent",
        _("No commissions yet"),
        _("They accrue daily, on what introduced investors have paid."),
    ),
)

OWN_COMMISSIONS = List(
    "commissions-of-introducer",
    _("Commissions, table"),
    columns=[
        Column(
            "basis",
            _("Basis"),
            "get_basis_type_display",
            link=lambda row: reverse("introducers_staff:commission", args=[row.pk]),
            sub="deal.name",
        ),
        *[column for column in COMMISSIONS.columns if column.name in ("status", "date", "base", "amount")],
    ],
    nothing=COMMISSIONS.nothing,
)


def _in_force(row: IntroducerAgreement) -> str:
    """The key of what its badge says: terms that ended are no longer active."""
    return "ended" if row.status == "active" and row.ended_at else row.status


def _currency(row: IntroducerAgreement) -> str:
    return row.deal.currency if row.deal else ""


AGREEMENTS = List(
    "introducer-terms",
    _("Terms, table"),
    columns=[
        Column(
            "for",
            _("For"),
            "deal.name",
            draw=lambda row: row.deal.name if row.deal else _("Agreement, all deals"),
            link=lambda row: row.document_id and reverse("documents_staff:open", args=[row.document_id]),
            sub=lambda row: derivations.terms_of(row, _currency(row)),
        ),
        columns.badge("status", _("Status"), "introducer_agreement", _in_force, beside=True),
        columns.day("from", _("Valid from"), "valid_from"),
        columns.day("until", _("Valid until"), "valid_until", empty=_("open")),
        Column("act", "", template="staff/introducers/_agreement_act.html", in_files=False),
    ],
    nothing=Empty(
        "file-text",
        _("No agreement yet"),
        _("Commission accrues only on a signed agreement that a second person has confirmed."),
    ),
)

INVOICES = List(
    "self-billing",
    _("Self-billing invoices, table"),
    columns=[
        Column(
            "number",
            _("Number"),
            "number",
            link=lambda row: reverse("introducers_staff:invoice", args=[row.pk]),
        ),
        columns.badge("status", _("Status"), "invoice", beside=True),
        columns.day("issued", _("Issued"), "issue_date"),
        columns.day("due", _("Due"), "due_date"),
        Column("total", _("Total"), "total", draw=lambda row: verso.money(row.total, row.currency), num=True),
        Column("open", _("Open"), "open", draw=lambda row: verso.money(row.open, row.currency), num=True),
    ],
    nothing=Empty("receipt", _("No invoices yet"), _("A self-billing invoice is issued from accrued commission.")),
)
