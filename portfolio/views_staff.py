"""Vehicles as staff keep them."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lib import search
from lib.db import NotAllowed, Refused
from lib.versions import ChangedMeanwhile
from portfolio import forms, selectors, services
from ui.editing import status_of
from ui.portals import posted, see_other, staff_page

ROWS = 50


@require_safe
@staff_page
def vehicles(request):
    """Every vehicle."""
    words = search.asked_for(request)
    page = Paginator(selectors.vehicles(words=words), ROWS).get_page(request.GET.get("page"))
    return render(request, "staff/portfolio/vehicles.html", {"page": page, "q": words})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def vehicle_new(request):
    """Add a vehicle."""
    form = forms.VehicleForm(posted(request), initial={"type": "spv", "currency": "USD"})
    if form.is_valid() and (made := _saved(form, services.add_vehicle, acting_user=request.user)):
        messages.success(request, _("%(vehicle)s is added.") % {"vehicle": made})
        return see_other("portfolio_staff:vehicles")
    return _form_page(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page
def vehicle(request, vehicle_id):
    """Change a vehicle."""
    kept = selectors.vehicle(vehicle_id)
    if kept is None:
        raise Http404
    form = forms.VehicleForm(posted(request), kept=services.kept_of_vehicle(kept))
    if form.is_valid() and _saved(
        form, services.edit_vehicle, acting_user=request.user, vehicle_id=kept.pk, shown=form.shown
    ):
        messages.success(request, _("%(vehicle)s is saved.") % {"vehicle": form.cleaned_data["name"]})
        return see_other("portfolio_staff:vehicles")
    return _form_page(request, form, vehicle=kept)


def _saved(form, verb, **subjects):
    try:
        return verb(**subjects, **form.changes)
    except NotAllowed:
        raise Http404 from None
    except ChangedMeanwhile as refusal:
        form.conflict(refusal)
    except Refused as refusal:
        form.add_error(getattr(refusal, "field", None), str(refusal.sentence))
    return None


def _form_page(request, form, **context):
    context |= {"form": form}
    return render(request, "staff/portfolio/vehicle_form.html", context, status=status_of(form))
