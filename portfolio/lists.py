"""The lists of vehicles and of their valuations as staff read them."""

from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

from portfolio.models import ValuationStatus, Vehicle
from ui import columns
from ui.lists import ByName, Column, Empty, List

VEHICLES = List(
    "vehicles",
    _("Vehicles, table"),
    columns=[
        Column(
            "name",
            _("Vehicle"),
            "name",
            link=lambda vehicle: reverse("portfolio_staff:vehicle", args=[vehicle.pk]),
            sort=(ByName("name"),),
        ),
        Column("type", _("Type"), "get_type_display", sort=("type", ByName("name"))),
        Column("domicile", _("Domicile"), "domicile", sort=(ByName("domicile"), ByName("name"))),
        Column("currency", _("Currency"), "currency", sort=("currency", ByName("name")), beside=True),
        columns.units("deals", _("Deals"), "deals_count", sort=("deals_count", ByName("name"))),
    ],
    search=_("Name or domicile"),
    sort="name",
    no_match=(_("No vehicles match"), _("Try part of the name or domicile.")),
    nothing=Empty(
        "landmark",
        _("No vehicles yet"),
        _("A vehicle is the fund, SPV, securitisation or note that holds what investors own. Each deal has one."),
        href=reverse_lazy("portfolio_staff:vehicle_new"),
        action=_("Add a vehicle"),
    ),
)


def valuations(vehicle: Vehicle) -> List:
    """What a vehicle was worth, day by day, and who says so."""
    currency = {"currency": vehicle.currency}

    def request(row) -> str:
        waits = row.status == ValuationStatus.PROPOSED and row.approval_id
        return waits and reverse("staff:approval", args=[row.approval_id])

    return List(
        f"valuations-{vehicle.pk}",
        _("Valuations, table"),
        columns=[
            columns.day("day", _("Valued on"), "as_of_date", link=request),
            columns.badge("status", _("Status"), "valuation", beside=True),
            columns.price(vehicle.currency)("unit", _("Per unit, %(currency)s") % currency, "nav_per_unit"),
            columns.amount(vehicle.currency)("total", _("Total, %(currency)s") % currency, "nav_total"),
            Column("source", _("Source"), "get_source_display"),
            Column("note", _("Note"), "reason", css="wide"),
            Column("proposed_by", _("Proposed by"), "proposed_by.display_name"),
            Column("approved_by", _("Approved by"), "approved_by.display_name"),
            columns.moment("decided", _("Decided"), "decided_at", empty=_("not yet"), extra=True),
        ],
        nothing=Empty(
            "chart-line",
            _("No valuations yet"),
            _("Positions have a value once a valuation is proposed and a second person has approved it."),
            href=reverse("portfolio_staff:valuation_new", args=[vehicle.pk]),
            action=_("Propose a valuation"),
        ),
    )
