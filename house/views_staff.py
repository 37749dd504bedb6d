"""Who the firm is and what it settled, for staff; administrators change both."""

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from house import forms, lists, selectors, services
from ui.lists import Table
from ui.pages import form_page
from ui.portals import FORM, posted, staff_page

ADMINISTRATOR = "staff_admin"


def _administers(request) -> bool:
    return request.user.role == ADMINISTRATOR


@staff_page()
def firm(request):
    """The firm's details as they count today, and every version."""
    today = selectors.today()
    context = {
        "firm": selectors.identity_on(today),
        "today": today,
        "versions": Table(lists.IDENTITIES, list(selectors.identities())),
        "administers": _administers(request),
    }
    return render(request, "staff/house/firm.html", context)


@staff_page(FORM)
def identity_new(request):
    """Record who the firm is from a day on."""
    if not _administers(request):
        raise Http404
    kept = services.kept_of_identity(selectors.identity_recorded_last())
    form = forms.IdentityForm(posted(request), kept=kept, initial={"effective_from": selectors.today()})
    return form_page(
        request,
        "staff/house/identity_new.html",
        form,
        verb=services.record_identity,
        said=_("The firm’s details are recorded."),
        to=reverse("house_staff:firm"),
    )


@staff_page(FORM)
def settings(request):
    """The firm's settings; administrators change them, with a reason."""
    changes = _administers(request)
    if request.method == "POST" and not changes:
        raise Http404
    kept = services.kept_of_settings(selectors.setting_values())
    form = forms.SettingsForm(posted(request), kept=kept)
    if not changes:
        for field in form.fields.values():
            field.disabled = True
    changed = Table(lists.SETTINGS_CHANGED, list(selectors.settings_changed()))
    return form_page(
        request,
        "staff/house/settings.html",
        form,
        verb=services.change_settings,
        said=_said_changed,
        to=reverse("house_staff:settings"),
        changed=changed,
        administers=changes,
    )


def _said_changed(count) -> str:
    if count is True:
        return _("Nothing was changed: the settings are as you entered them.")
    return ngettext("One setting is changed.", "%(n)s settings are changed.", count) % {"n": count}
