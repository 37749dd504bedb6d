"""How staff work with people and investors."""

from functools import partial

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from house.selectors import today
from ui.lists import Table, list_view
from ui.pages import confirm_page, form_page
from ui.portals import FORM, or_404, posted, staff_page

from . import forms, lists, selectors, services

# --- people


people = list_view(lists.PEOPLE, selectors.people, "staff/investors/people.html")


@staff_page(FORM)
def person_new(request):
    """Add a person, who then needs a set-password link."""
    initial = {"language": request.user.language, "time_zone": request.user.time_zone}
    return form_page(
        request,
        "staff/investors/person_form.html",
        forms.NewPersonForm(posted(request), acting_user=request.user, initial=initial),
        verb=services.add_person,
        said=lambda person: _("%(name)s is added. Create a password link next.") % {"name": person},
        to=lambda person: reverse("investors_staff:person", args=[person.pk]),
    )


@staff_page()
def person(request, pk):
    """One person: what is kept, for whom they act, and how they get in."""
    person = or_404(selectors.person(pk))
    return render(request, "staff/investors/person.html", _person_context(request.user, person))


def _person_context(reader, person) -> dict:
    return {
        "person": person,
        "acts_for": Table(lists.ACTS_FOR, list(person.investor_links.all())),
        "language": dict(settings.LANGUAGES)[person.language],
        "open_link": selectors.open_password_link(person),
        "may_change": services.may_change_person(reader, person),
        "may_set_rights": services.may_set_rights(reader, person),
        "may_make_link": services.may_make_link(reader, person),
    }


@staff_page(FORM)
def person_edit(request, pk):
    """Change who a person is; other staff than administrators change a name."""
    person = or_404(selectors.person(pk))
    if not services.may_change_person(request.user, person):
        raise PermissionDenied
    kept = services.kept_of_person(person)
    if services.may_set_rights(request.user, person):
        form, verb = forms.PersonForm(posted(request), kept=kept), services.change_person
    else:
        form, verb = forms.PersonNameForm(posted(request), kept=kept), services.rename_person
    return form_page(
        request,
        "staff/investors/person_form.html",
        form,
        verb=partial(verb, person=person),
        said=lambda made: _("%(name)s is saved.") % {"name": form.cleaned_data["display_name"]},
        to=reverse("investors_staff:person", args=[pk]),
        person=person,
    )


@staff_page(FORM)
def person_access(request, pk):
    """Disable a person, or let a disabled one in again; the page asks once."""
    person = or_404(selectors.person(pk))
    if not services.may_set_rights(request.user, person):
        raise PermissionDenied
    form = forms.AccessForm(posted(request), kept=services.kept_of_access(person))
    enables = form.is_valid() and form.cleaned_data["access"] == "enable"
    said = _("%(name)s can sign in again.") if enables else _("%(name)s can no longer sign in.")
    return form_page(
        request,
        "staff/investors/person_access.html",
        form,
        verb=partial(services.enable_person if enables else services.disable_person, person=person),
        said=said % {"name": person},
        to=reverse("investors_staff:person", args=[pk]),
        person=person,
    )


@staff_page(FORM)
def password_link(request, pk):
    """Make a set-password link. The answer shows it, this once; no redirect, since it is kept nowhere."""
    person = or_404(selectors.person(pk))
    if not services.may_make_link(request.user, person):
        raise PermissionDenied
    context = {"person": person, "open_link": selectors.open_password_link(person)}
    if request.method == "POST":
        context["address"] = services.make_password_link(acting_user=request.user, person=person)
        context["open_link"] = selectors.open_password_link(person)
    return render(request, "staff/investors/password_link.html", context)


# --- investors


investors = list_view(lists.INVESTORS, selectors.investors, "staff/investors/investors.html")


@staff_page()
def investor(request, pk):
    """One investor: what is kept, its identity check, and who acts for it."""
    investor = or_404(selectors.investor(pk))
    context = {
        "investor": investor,
        "people": Table(lists.authorised(investor), list(investor.links.all())),
        "billing": selectors.billing_on(investor, today()),
    }
    return render(request, "staff/investors/investor.html", context)


@staff_page(FORM)
def investor_new(request):
    """Add a legal investor."""
    return form_page(
        request,
        "staff/investors/investor_form.html",
        forms.InvestorForm(posted(request), acting_user=request.user),
        verb=services.add_investor,
        said=lambda investor: _("%(name)s is added. Link its people next.") % {"name": investor},
        to=lambda investor: reverse("investors_staff:investor", args=[investor.pk]),
    )


@staff_page(FORM)
def investor_edit(request, pk):
    """Change what is kept about an investor."""
    investor = or_404(selectors.investor(pk))
    kept = services.kept_of_investor(investor)
    form = forms.InvestorForm(posted(request), acting_user=request.user, kept=kept)
    unasked = {"rm": investor.rm} if "rm" not in form.fields else {}
    return form_page(
        request,
        "staff/investors/investor_form.html",
        form,
        verb=partial(services.change_investor, investor=investor, **unasked),
        said=lambda made: _("%(name)s is saved.") % {"name": form.cleaned_data["legal_name"]},
        to=reverse("investors_staff:investor", args=[pk]),
        investor=investor,
    )


@staff_page(FORM)
def investor_kyc(request, pk):
    """Set the status of the identity check, with its reason."""
    investor = or_404(selectors.investor(pk))
    return form_page(
        request,
        "staff/investors/investor_kyc.html",
        forms.KycForm(posted(request), kept=services.kept_of_kyc(investor)),
        verb=partial(services.set_kyc_status, investor=investor),
        said=_("The KYC status was saved."),
        to=reverse("investors_staff:investor", args=[pk]),
        investor=investor,
    )


@staff_page()
def investor_billing(request, pk):
    """How invoices name, address and tax this investor, in every version."""
    investor = or_404(selectors.investor(pk))
    context = {
        "investor": investor,
        "billing": selectors.billing_on(investor, today()),
        "versions": Table(lists.BILLING, list(selectors.billing_versions(investor))),
    }
    return render(request, "staff/investors/billing.html", context)


@staff_page(FORM)
def billing_new(request, pk):
    """Record how invoices name, address and tax this investor from a day on."""
    investor = or_404(selectors.investor(pk))
    kept = services.kept_of_billing(investor, selectors.billing_recorded_last(investor))
    return form_page(
        request,
        "staff/investors/billing_new.html",
        forms.BillingForm(posted(request), kept=kept, initial={"effective_from": today()}),
        verb=partial(services.record_billing, investor=investor),
        said=_("The billing details are recorded."),
        to=reverse("investors_staff:investor_billing", args=[pk]),
        investor=investor,
    )


@staff_page(FORM)
def investor_link(request, pk):
    """Let a person act for this investor."""
    investor = or_404(selectors.investor(pk))
    form = forms.LinkPersonForm(posted(request), initial={"email": request.GET.get("email", "")})
    return form_page(
        request,
        "staff/investors/investor_link.html",
        form,
        verb=partial(services.link_person, investor=investor),
        said=lambda made: _("%(name)s now acts for %(investor)s.") % {"name": form.person, "investor": investor},
        to=reverse("investors_staff:investor", args=[pk]),
        investor=investor,
    )


@staff_page(FORM)
def investor_unlink(request, pk, person):
    """End that a person acts for this investor; the page asks once."""
    investor = or_404(selectors.investor(pk))
    person = or_404(next((link.user for link in investor.links.all() if link.user_id == person), None))
    names = {"name": investor.legal_name, "person": person}
    return confirm_page(
        request,
        verb=partial(services.unlink_person, investor=investor, person=person),
        said=_("%(person)s no longer acts for %(name)s.") % names,
        back=reverse("investors_staff:investor", args=[pk]),
        crumbs=[
            (_("Investors"), "investors_staff:investors", ""),
            (investor.legal_name, "investors_staff:investor", investor.pk),
        ],
        title=_("Remove %(person)s?") % names,
        act=_("Remove %(person)s") % names,
        keep=_("Cancel"),
        danger=True,
        will=[
            _("%(person)s will no longer see %(name)s or act for it.") % names,
            _("Holds and commitments are not affected."),
        ],
    )
