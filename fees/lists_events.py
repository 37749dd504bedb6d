"""The list of fee events as staff read it."""

from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from deals.models import FeeKind
from fees.derivations import kind_of
from fees.models import FeeEventStatus
from ui import columns, figures
from ui.lists import ByName, Column, Empty, Filter, List
from ui.templatetags import verso


def _period(event) -> str:
    if event.period_start is None:
        return ""
    return f"{figures.day(event.period_start)} – {figures.day(event.period_end)}"


EVENTS = List(
    "fees",
    _("Fees, table"),
    columns=[
        Column(
            "investor",
            _("Investor"),
            "investor.legal_name",
            link=lambda event: reverse("fee_events_staff:event", args=[event.pk]),
            sub="deal.name",
            sort=(ByName("investor__legal_name"), "event_date"),
        ),
        Column("deal", _("Deal"), "deal.name", sort=(ByName("deal__name"),), extra=True),
        columns.badge("status", _("Status"), "fee_event", beside=True),
        Column("fee", _("Fee"), lambda event: kind_of(event.kind, event.house_only), sort=("kind", "event_date")),
        columns.day("date", _("Date"), "event_date", sort=("event_date",)),
        Column("period", _("Period"), _period, css="tabular"),
        Column(
            "base",
            _("Base"),
            "base_amount",
            draw=lambda event: verso.money(event.base_amount, event.currency) if event.base_amount is not None else "–",
            num=True,
        ),
        Column(
            "amount",
            _("Amount"),
            "computed_amount",
            draw=lambda event: verso.money(event.computed_amount, event.currency),
            num=True,
        ),
        Column("currency", _("Currency"), "currency", sort=("currency",), extra=True),
        Column("formula", _("Formula"), "derivation.formula", extra=True),
        Column("terms", _("Terms version"), "derivation.terms_version", extra=True),
        Column("void_reason", _("Why voided"), "void_reason", extra=True),
    ],
    search=_("Investor or deal"),
    filters=[
        Filter("kind", _("Fee"), [("", _("All fees")), *FeeKind.choices]),
        columns.by_status("fee_event", FeeEventStatus.values),
        Filter(
            "whose",
            _("Charged to"),
            [("", _("Fees and margin")), ("investor", _("Fees to investors")), ("house", _("Margin"))],
        ),
    ],
    no_match=(_("No fees match"), _("Try part of the investor’s or the deal’s name.")),
    nothing=Empty(
        "percent",
        _("No fees yet"),
        _("Fees accrue with an allocation, at the end of each period, and on an exit."),
        href=reverse_lazy("fee_events_staff:accrue"),
        action=_("See what would accrue"),
    ),
)
