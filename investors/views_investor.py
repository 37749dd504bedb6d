"""The page on which a person, investor or staff, sees and changes what is theirs."""

from functools import partial

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import override

from house.selectors import today
from ui.editing import status_of
from ui.pages import run
from ui.portals import posted, see_other

from . import selectors, services
from .forms import OwnProfileForm


@login_required
def profile(request):
    """Name, language and time zone; the way to a new password; the investors one acts for."""
    person = request.user
    form = OwnProfileForm(posted(request), kept=services.kept_of_self(person))
    if form.is_valid() and run(form, partial(services.change_own_profile, acting_user=person)):
        with override(form.cleaned_data["language"]):
            messages.success(request, _("Your profile is saved."))
        return see_other("profile")
    idle = settings.SESSION_IDLE_MINUTES["staff" if person.is_staff else "investor"]
    context = {
        "form": form,
        "investors": selectors.own_investors(person),
        "billing": selectors.own_billing(person, today()).values(),
        "idle_minutes": idle,
    }
    return render(request, "account/profile.html", context, status=status_of(form))
