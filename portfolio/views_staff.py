"""Vehicles and their valuations as staff keep them."""

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from house.selectors import today
from portfolio import forms, lists, selectors, services
from portfolio.lists import VEHICLES
from ui.lists import list_page, list_view
from ui.pages import form_page
from ui.portals import FORM, or_404, posted, staff_page

FORM_PAGE = "staff/portfolio/vehicle_form.html"

vehicles = list_view(VEHICLES, selectors.vehicles, "staff/portfolio/vehicles.html")


@staff_page(FORM)
def vehicle_new(request):
    """Add a vehicle."""
    return form_page(
        request,
        FORM_PAGE,
        forms.VehicleForm(posted(request), initial={"type": "spv", "currency": "USD"}),
        verb=services.add_vehicle,
        said=lambda made: _("%(vehicle)s is added.") % {"vehicle": made},
        to=reverse("portfolio_staff:vehicles"),
    )


@staff_page()
def vehicle(request, vehicle_id):
    """What a vehicle is worth today, and every valuation of it."""
    kept = or_404(selectors.vehicle(vehicle_id))
    return list_page(
        request,
        "staff/portfolio/vehicle.html",
        lists.valuations(kept),
        partial(selectors.valuations_of, kept),
        vehicle=kept,
        worth=selectors.worth_of(kept, today()),
    )


@staff_page(FORM)
def vehicle_edit(request, vehicle_id):
    """Change a vehicle."""
    kept = or_404(selectors.vehicle(vehicle_id))
    return form_page(
        request,
        FORM_PAGE,
        forms.VehicleForm(posted(request), kept=services.kept_of_vehicle(kept)),
        verb=partial(services.edit_vehicle, vehicle_id=kept.pk),
        said=lambda made: _("%(vehicle)s is saved.") % {"vehicle": made},
        to=reverse("portfolio_staff:vehicle", args=[kept.pk]),
        vehicle=kept,
    )


@staff_page(FORM)
def valuation_new(request, vehicle_id):
    """Propose what a vehicle was worth on a day; a second person approves it."""
    kept = or_404(selectors.vehicle(vehicle_id))
    return form_page(
        request,
        "staff/portfolio/valuation_form.html",
        forms.ValuationForm(posted(request), currency=kept.currency),
        verb=partial(services.propose_valuation, vehicle_id=kept.pk),
        said=_("The valuation is proposed. It counts once a second person has approved it."),
        to=reverse("portfolio_staff:vehicle", args=[kept.pk]),
        vehicle=kept,
    )
