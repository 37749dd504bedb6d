"""Vehicles as staff keep them."""

from functools import partial

from django.urls import reverse
from django.utils.translation import gettext as _

from portfolio import forms, selectors, services
from portfolio.lists import VEHICLES
from ui.lists import list_view
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


@staff_page(FORM)
def vehicle(request, vehicle_id):
    """Change a vehicle."""
    kept = or_404(selectors.vehicle(vehicle_id))
    return form_page(
        request,
        FORM_PAGE,
        forms.VehicleForm(posted(request), kept=services.kept_of_vehicle(kept)),
        verb=partial(services.edit_vehicle, vehicle_id=kept.pk),
        said=lambda made: _("%(vehicle)s is saved.") % {"vehicle": made},
        to=reverse("portfolio_staff:vehicles"),
        vehicle=kept,
    )
