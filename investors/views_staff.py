"""How staff work with people and investors."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.utils.translation import gettext as _

from lib import search
from lib.db import NotAllowed, Refused
from lib.versions import ChangedMeanwhile
from ui.csvfile import csv_response
from ui.editing import status_of
from ui.portals import posted, see_other, staff_page

from . import forms, selectors, services
from .models import KycStatus, Role

ROWS = 50


def _page(request, found):
    return Paginator(found, ROWS).get_page(request.GET.get("page"))


def _or_404(found):
    if found is None:
        raise Http404
    return found


def _saved(request, form, verb, **subjects):
    """Run a verb with what the form holds. None when it was refused: the form then says why."""
    try:
        return verb(acting_user=request.user, **subjects, **form.changes)
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except ChangedMeanwhile as refusal:
        form.conflict(refusal)
    except Refused as refusal:
        form.add_error(None, str(refusal.sentence))


def _form_page(request, template, form, **context):
    return render(request, template, {"form": form} | context, status=status_of(form))


# --- people


@staff_page
def people(request):
    """Everybody who can sign in or could."""
    words, role = search.asked_for(request), request.GET.get("role", "")
    found = selectors.people(search=words, role=role, sort=request.GET.get("sort", "name"))
    if request.GET.get("format") == "csv":
        return _people_csv(found)
    context = {"page": _page(request, found), "q": words, "role": role, "roles": Role.choices}
    return render(request, "staff/investors/people.html", context)


def _people_csv(found):
    head = [_("Name"), _("E-mail"), _("Role"), _("Title"), _("Acts for"), _("May sign in"), _("Last sign-in")]
    rows = (
        [
            person.display_name, person.email, person.get_role_display(), person.title,
            ", ".join(link.investor.legal_name for link in person.investor_links.all()),
            _("yes") if person.is_active else _("no"), person.last_login and person.last_login.isoformat(),
        ]
        for person in found
    )  # fmt: skip
    return csv_response("people", head, rows)


@staff_page
def person_new(request):
    """Add a person, who then needs a set-password link."""
    initial = {"language": request.user.language, "time_zone": request.user.time_zone}
    form = forms.NewPersonForm(request.POST or None, acting_user=request.user, initial=initial)
    if form.is_valid() and (person := _saved(request, form, services.add_person)):
        messages.success(request, _("%(name)s is added. Create a password link next.") % {"name": person})
        return see_other("investors_staff:person", person.pk)
    return _form_page(request, "staff/investors/person_form.html", form)


@staff_page
def person(request, pk):
    """One person: what is kept, for whom they act, and how they get in."""
    person = _or_404(selectors.person(pk))
    return render(request, "staff/investors/person.html", _person_context(request.user, person))


def _person_context(reader, person) -> dict:
    return {
        "person": person,
        "language": dict(settings.LANGUAGES)[person.language],
        "open_link": selectors.open_password_link(person),
        "may_change": services.may_change_person(reader, person),
        "may_set_rights": services.may_set_rights(reader, person),
        "may_make_link": services.may_make_link(reader, person),
    }


@staff_page
def person_edit(request, pk):
    """Change who a person is; other staff than administrators change a name."""
    person = _or_404(selectors.person(pk))
    if not services.may_change_person(request.user, person):
        raise PermissionDenied
    kept = services.kept_of_person(person)
    if services.may_set_rights(request.user, person):
        form, verb = forms.PersonForm(posted(request), kept=kept), services.change_person
    else:
        form, verb = forms.PersonNameForm(posted(request), kept=kept), services.rename_person
    if form.is_valid() and _saved(request, form, verb, person=person, shown=form.shown):
        messages.success(request, _("%(name)s is saved.") % {"name": form.cleaned_data["display_name"]})
        return see_other("investors_staff:person", pk)
    return _form_page(request, "staff/investors/person_form.html", form, person=person)


@staff_page
def person_access(request, pk):
    """Disable a person, or let a disabled one in again; the page asks once."""
    person = _or_404(selectors.person(pk))
    if not services.may_set_rights(request.user, person):
        raise PermissionDenied
    form = forms.AccessForm(posted(request), kept=services.kept_of_access(person))
    if form.is_valid():
        enables = form.cleaned_data["access"] == "enable"
        verb = services.enable_person if enables else services.disable_person
        try:
            verb(acting_user=request.user, person=person, shown=form.shown)
        except ChangedMeanwhile as refusal:
            form.conflict(refusal)
        else:
            said = _("%(name)s can sign in again.") if enables else _("%(name)s can no longer sign in.")
            messages.success(request, said % {"name": person})
            return see_other("investors_staff:person", pk)
    return _form_page(request, "staff/investors/person_access.html", form, person=person)


@staff_page
def password_link(request, pk):
    """Make a set-password link. The answer shows it, this once; no redirect, since it is kept nowhere."""
    person = _or_404(selectors.person(pk))
    if not services.may_make_link(request.user, person):
        raise PermissionDenied
    context = {"person": person, "open_link": selectors.open_password_link(person)}
    if request.method == "POST":
        context["address"] = services.make_password_link(acting_user=request.user, person=person)
        context["open_link"] = selectors.open_password_link(person)
    return render(request, "staff/investors/password_link.html", context)


# --- investors


@staff_page
def investors(request):
    """All legal investors."""
    words, kyc = search.asked_for(request), request.GET.get("kyc", "")
    found = selectors.investors(search=words, kyc=kyc, sort=request.GET.get("sort", "name"))
    if request.GET.get("format") == "csv":
        return _investors_csv(found)
    choices = [("open", _("Pending or in review")), *KycStatus.choices]
    context = {"page": _page(request, found), "q": words, "kyc": kyc, "kyc_choices": choices}
    return render(request, "staff/investors/investors.html", context)


def _investors_csv(found):
    head = [_("Legal name"), _("Type"), _("Country"), _("KYC status"), _("Relationship manager"), _("People")]
    rows = (
        [
            investor.legal_name, investor.get_type_display(), investor.country,
            investor.get_kyc_status_display(), investor.rm or "",
            ", ".join(str(link.user) for link in investor.links.all()),
        ]
        for investor in found
    )  # fmt: skip
    return csv_response("investors", head, rows)


@staff_page
def investor(request, pk):
    """One investor: what is kept, its identity check, and who acts for it."""
    return render(request, "staff/investors/investor.html", {"investor": _or_404(selectors.investor(pk))})


@staff_page
def investor_new(request):
    """Add a legal investor."""
    form = forms.InvestorForm(request.POST or None, acting_user=request.user)
    if form.is_valid() and (investor := _saved(request, form, services.add_investor)):
        messages.success(request, _("%(name)s is added. Link its people next.") % {"name": investor})
        return see_other("investors_staff:investor", investor.pk)
    return _form_page(request, "staff/investors/investor_form.html", form)


@staff_page
def investor_edit(request, pk):
    """Change what is kept about an investor."""
    investor = _or_404(selectors.investor(pk))
    kept = services.kept_of_investor(investor)
    form = forms.InvestorForm(posted(request), acting_user=request.user, kept=kept)
    unasked = {"rm": investor.rm} if "rm" not in form.fields else {}
    if form.is_valid() and _saved(
        request, form, services.change_investor, investor=investor, shown=form.shown, **unasked
    ):
        messages.success(request, _("%(name)s is saved.") % {"name": form.cleaned_data["legal_name"]})
        return see_other("investors_staff:investor", pk)
    return _form_page(request, "staff/investors/investor_form.html", form, investor=investor)


@staff_page
def investor_kyc(request, pk):
    """Set the status of the identity check, with its reason."""
    investor = _or_404(selectors.investor(pk))
    form = forms.KycForm(posted(request), kept=services.kept_of_kyc(investor))
    if form.is_valid():
        status, reason = form.cleaned_data["kyc_status"], form.cleaned_data["kyc_reason"]
        facts = {"investor": investor, "status": status, "reason": reason, "shown": form.shown}
        try:
            services.set_kyc_status(acting_user=request.user, **facts)
        except ChangedMeanwhile as refusal:
            form.conflict(refusal)
        except services.KycParty as refusal:
            form.add_error("kyc_status", str(refusal.sentence))
        else:
            messages.success(request, _("The KYC status was saved."))
            return see_other("investors_staff:investor", pk)
    return _form_page(request, "staff/investors/investor_kyc.html", form, investor=investor)


@staff_page
def investor_link(request, pk):
    """Let a person act for this investor."""
    investor = _or_404(selectors.investor(pk))
    form = forms.LinkPersonForm(request.POST or None, initial={"email": request.GET.get("email", "")})
    if form.is_valid():
        try:
            services.link_person(acting_user=request.user, investor=investor, person=form.person)
        except services.NotAnInvestorsPerson as refusal:
            form.add_error("email", str(refusal.sentence))
        else:
            names = {"name": form.person, "investor": investor}
            messages.success(request, _("%(name)s now acts for %(investor)s.") % names)
            return see_other("investors_staff:investor", pk)
    return _form_page(request, "staff/investors/investor_link.html", form, investor=investor)


@staff_page
def investor_unlink(request, pk, person):
    """End that a person acts for this investor; the page asks once."""
    investor = _or_404(selectors.investor(pk))
    person = _or_404(next((link.user for link in investor.links.all() if link.user_id == person), None))
    context = {"investor": investor, "person": person}
    if request.method == "POST":
        try:
            services.unlink_person(acting_user=request.user, investor=investor, person=person)
        except services.OwnLink as refusal:
            context["problem"] = str(refusal.sentence)
            return render(request, "staff/investors/investor_unlink.html", context, status=403)
        names = {"name": person, "investor": investor}
        messages.success(request, _("%(name)s no longer acts for %(investor)s.") % names)
        return see_other("investors_staff:investor", pk)
    return render(request, "staff/investors/investor_unlink.html", context)
