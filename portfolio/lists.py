"""The list of vehicles as staff read them."""

from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _

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
