"""The page on which a person, investor or staff, sees and changes what is theirs."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import override

from config.lib.portals import see_other

from . import selectors, services
from .forms import OwnProfileForm


@login_required
def profile(request):
    """Name, language and time zone; the way to a new password; the investors one acts for."""
    person = request.user
    own = {name: getattr(person, name) for name in ("display_name", "language", "time_zone")}
    form = OwnProfileForm(request.POST or None, initial=own)
    if form.is_valid():
        services.change_own_profile(acting_user=person, **form.cleaned_data)
        with override(form.cleaned_data["language"]):
            messages.success(request, _("Your profile is saved."))
        return see_other("profile")
    idle = settings.SESSION_IDLE_MINUTES["staff" if person.is_staff else "investor"]
    context = {"form": form, "investors": selectors.own_investors(person), "idle_minutes": idle}
    return render(request, "account/profile.html", context, status=422 if form.is_bound else 200)
