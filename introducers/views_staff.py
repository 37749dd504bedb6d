"""Introducers as staff keep them: terms, introductions, commission, self-billing invoices and payouts."""

from functools import partial

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.identity import acting_as
from deals.forms import ReasonForm
from fees.selectors.invoices import sheet_of
from house.selectors import today
from introducers import derivations, forms, lists, selectors, services
from introducers.models import PayoutStatus
from investors.models import Role
from lib import text
from lib.db import Refused
from ui import figures
from ui.lists import Table, list_page, list_view
from ui.pages import act, confirm_page, form_page
from ui.portals import ACT, FORM, or_404, posted, see_other, staff_page
from ui.refusals import status_for

PAPER = 20 * 1024 * 1024
RECENT = 10
LIST = (gettext_lazy("Introducers"), "introducers_staff:introducers", "")

introducers = list_view(lists.INTRODUCERS, selectors.introducers, "staff/introducers/introducers.html")
commissions = list_view(lists.COMMISSIONS, selectors.commissions, "staff/introducers/commissions.html")


def _page_of(introducer_id) -> str:
    return reverse("introducers_staff:introducer", args=[introducer_id])


@staff_page(FORM)
def introducer_new(request):
    """Add an introducer."""
    return form_page(
        request,
        "staff/introducers/introducer_form.html",
        forms.IntroducerForm(posted(request), initial={"status": "active", "vat_treatment": "outside_scope"}),
        verb=services.add_introducer,
        said=lambda made: _("%(introducer)s is added.") % {"introducer": made},
        to=lambda made: _page_of(made.pk),
    )


@staff_page(FORM)
def introducer_edit(request, introducer_id):
    """Change an introducer."""
    kept = or_404(selectors.introducer(introducer_id))
    return form_page(
        request,
        "staff/introducers/introducer_form.html",
        forms.IntroducerForm(posted(request), kept=services.kept_of(kept)),
        verb=partial(services.edit_introducer, introducer_id=kept.pk),
        said=lambda made: _("%(introducer)s is saved.") % {"introducer": made},
        to=_page_of(kept.pk),
        introducer=kept,
    )


@staff_page()
def introducer(request, introducer_id):
    """One introducer: what needs a look, terms, pipeline, commission, invoices."""
    found = or_404(selectors.introducer(introducer_id))
    context = {
        "introducer": found,
        "in_force": selectors.in_force(found, today()),
        "alerts": selectors.alerts_of(found),
        "standing": selectors.standing_of([found.pk]),
        "agreements": Table(lists.AGREEMENTS, selectors.agreements_of(found)),
        "introductions": Table(lists.introductions(""), list(selectors.introductions_of(found)[:RECENT])),
        "commissions": Table(lists.OWN_COMMISSIONS, list(selectors.commissions_of(found)[:RECENT])),
        "invoices": Table(lists.INVOICES, list(selectors.self_billing([found.pk])[:RECENT])),
        "may_bill": request.user.role in services.MAY_CHANGE,
    }
    return render(request, "staff/introducers/introducer.html", context)


# --- terms


@staff_page(FORM, body=PAPER)
def agreement_new(request, introducer_id):
    """Propose a signed agreement; a second person confirms it."""
    found = or_404(selectors.introducer(introducer_id))
    files = request.FILES if request.method == "POST" else None
    start = {"basis_type": "invested_amount", "valid_from": today(), "signed_on": today()}
    return form_page(
        request,
        "staff/introducers/agreement_form.html",
        forms.AgreementForm(posted(request), files, initial=start),
        verb=partial(services.propose_agreement, introducer_id=found.pk),
        said=_("The agreement is proposed. It counts once a second person has confirmed it."),
        to=_page_of(found.pk),
        introducer=found,
    )


@staff_page(FORM)
def deal_terms_new(request, introducer_id):
    """Propose what an introducer earns on a deal; a second person confirms it."""
    found = or_404(selectors.introducer(introducer_id))
    start = {"basis_type": "invested_amount", "valid_from": today()}
    return form_page(
        request,
        "staff/introducers/deal_terms_form.html",
        forms.DealTermsForm(posted(request), initial=start),
        verb=partial(services.propose_deal_terms, introducer_id=found.pk),
        said=_("The terms are proposed. They count once a second person has confirmed them."),
        to=_page_of(found.pk),
        introducer=found,
    )


@staff_page(FORM)
def agreement_end(request, agreement_id):
    """End terms with a day."""
    found = or_404(selectors.agreement(agreement_id))
    return form_page(
        request,
        "staff/introducers/agreement_end.html",
        forms.EndForm(posted(request), initial={"last_day": today()}),
        verb=_done(partial(services.end_agreement, agreement_id=found.pk)),
        said=_("The terms end with that day."),
        to=_page_of(found.introducer_id),
        agreement=found,
        terms=derivations.terms_of(found, found.deal.currency if found.deal else ""),
    )


def _done(verb):
    """A verb that gives nothing, for pages that ask whether it was carried out."""
    return lambda **facts: verb(**facts) or True


# --- introductions


@staff_page()
def introductions(request, introducer_id):
    """Whom an introducer brought."""
    found = or_404(selectors.introducer(introducer_id))
    source = partial(selectors.introductions_of, found)
    of = lists.introductions(str(found.pk))
    return list_page(request, "staff/introducers/introductions.html", of, source, introducer=found)


@staff_page(FORM)
def introduction_new(request, introducer_id):
    """Record whom an introducer brought."""
    found = or_404(selectors.introducer(introducer_id))
    return form_page(
        request,
        "staff/introducers/introduction_form.html",
        forms.IntroductionForm(posted(request)),
        verb=partial(services.record_introduction, introducer_id=found.pk),
        said=_said_of_introduction,
        to=lambda made: reverse("introducers_staff:introduction", args=[made]),
        introducer=found,
    )


def _said_of_introduction(made) -> str:
    if selectors.introduction(made).status == "lost":
        return _("The introduction is recorded. Another introducer named this prospect before, so it doesn’t count.")
    return _("The introduction is recorded.")


@staff_page()
def introduction(request, introduction_id):
    """One introduction: how far it came, its alert and what was earned by it."""
    found = or_404(selectors.introduction(introduction_id))
    earned = selectors.commissions().filter(introduction=found)
    context = {
        "introduction": found,
        "alert": getattr(found, "alert", None),
        "commissions": Table(lists.OWN_COMMISSIONS, list(earned[:RECENT])),
        "may_change": request.user.role in services.MAY_CHANGE and found.status != "lost" and not earned,
    }
    return render(request, "staff/introducers/introduction.html", context)


@staff_page(FORM)
def introduction_link(request, introduction_id):
    """Say which investor a prospect is."""
    found = or_404(selectors.introduction(introduction_id))
    return form_page(
        request,
        "staff/introducers/introduction_link.html",
        forms.LinkForm(posted(request), initial={"investor": found.prospect_investor_id}),
        verb=_done(partial(services.link_introduction, introduction_id=found.pk)),
        said=_("The prospect is linked to the investor."),
        to=reverse("introducers_staff:introduction", args=[found.pk]),
        introduction=found,
    )


@staff_page(FORM)
def introduction_lose(request, introduction_id):
    """End an introduction that came to nothing."""
    found = or_404(selectors.introduction(introduction_id))
    back = reverse("introducers_staff:introduction", args=[found.pk])
    will = [
        _("%(prospect)s no longer counts for %(introducer)s.") % {"prospect": found, "introducer": found.introducer},
        _("The next recorded introduction of this prospect counts, if there is one."),
    ]
    verb = _reasoned(services.lose_introduction, introduction_id=found.pk)
    crumbs = [LIST, (str(found.introducer), "introducers_staff:introducer", found.introducer_id)]
    return confirm_page(
        request,
        form=ReasonForm(posted(request), kept={"status": found.status}),
        verb=verb,
        said=_("The introduction is marked as lost."),
        back=back,
        title=_("Mark this introduction as lost"),
        act=_("Mark as lost"),
        will=will,
        danger=True,
        crumbs=crumbs,
    )


def _reasoned(verb, **facts):
    """A verb that asks for a reason, for a page that carries what it had shown as well."""
    return lambda shown=None, **more: verb(**facts, **more) or True


@staff_page(FORM)
def alert_settle(request, alert_id):
    """Note what was found about two introductions of one prospect."""
    found = or_404(selectors.alert(alert_id))
    back = reverse("introducers_staff:introduction", args=[found.introduction_id])
    will = [
        _("The alert is closed for both introducers; your note stays with it."),
        _("Which introduction counts is not changed by this."),
    ]
    return confirm_page(
        request,
        form=ReasonForm(posted(request), kept={"settled_at": found.settled_at}),
        verb=_reasoned(services.settle_alert, alert_id=found.pk),
        said=_("The alert is settled."),
        back=back,
        title=_("Settle this alert"),
        act=_("Settle the alert"),
        will=will,
        crumbs=[LIST],
    )


# --- commissions


@staff_page()
def commission(request, commission_id):
    """How one commission came about, its steps, and what the ledger says of it."""
    found = or_404(selectors.commission(commission_id))
    context = _explained(found) | {
        "steps": selectors.steps_of(found),
        "entries": selectors.entries_of(found),
        "may_cancel": request.user.role in services.MAY_CHANGE
        and found.status == "accrued"
        and found.accrual_amount > 0,
    }
    return render(request, "staff/introducers/commission.html", context)


def _explained(found) -> dict:
    return {
        "commission": found,
        "formula": derivations.formula_of(found.derivation),
        "facts": derivations.facts_of(found.derivation, found.currency),
        "rounding": derivations.rounding_of(found.derivation),
    }


@staff_page(FORM)
def commission_cancel(request, commission_id):
    """Cancel what of a commission is not invoiced."""
    found = or_404(selectors.commission(commission_id))
    will = [
        _("What isn’t invoiced yet of this commission is taken out of what is owed, and out of the ledger."),
        _("It never accrues again. More funding accrues as before."),
    ]
    return confirm_page(
        request,
        form=ReasonForm(posted(request), kept={"status": found.status}),
        verb=_reasoned(services.cancel_commission, commission_id=found.pk),
        said=_("The commission is cancelled."),
        back=reverse("introducers_staff:commission", args=[found.pk]),
        title=_("Cancel this commission"),
        act=_("Cancel the commission"),
        keep=_("Keep it"),
        will=will,
        danger=True,
        crumbs=[LIST, (str(found.introducer), "introducers_staff:introducer", found.introducer_id)],
    )


# --- self-billing invoices


@staff_page(ACT, own_transaction=True)
def invoice_issue(request, introducer_id):
    """Issue the self-billing invoice of what accrued in a currency, and make its paper once that is there."""
    with acting_as(request.user.pk):
        or_404(selectors.introducer(introducer_id))
    facts = {"introducer_id": introducer_id, "currency": request.POST.get("currency", "")}
    try:
        made = services.issue_invoice(acting_user=request.user, **facts)
    except Refused as refusal:
        if status_for(refusal) == 404:
            raise
        messages.error(request, str(refusal.sentence))
        return see_other("introducers_staff:introducer", introducer_id)
    messages.success(request, _("The self-billing invoice is issued."))
    try:
        services.file_paper(made)
    except Refused as refusal:  # the job tries again
        messages.warning(request, str(refusal.sentence))
    return see_other("introducers_staff:invoice", made)


@staff_page()
def invoice(request, invoice_id):
    """One self-billing invoice: what it bills, and how it is paid."""
    found = or_404(selectors.self_billing_invoice(invoice_id))
    may_pay, payouts = request.user.role in services.MAY_CHANGE, selectors.payouts_of(found)
    context = {
        "invoice": found,
        "sheet": sheet_of(found),
        "payouts": payouts,
        "lines": selectors.lines_to_match(found) if may_pay else [],
        "may_record": may_pay and found.open and all(each.status != PayoutStatus.PROPOSED for each in payouts),
        "administers": request.user.role == Role.STAFF_ADMIN,
    }
    return render(request, "staff/introducers/invoice.html", context)


@staff_page(FORM)
def payout_new(request, invoice_id):
    """Record that an invoice is paid; a second person approves it."""
    found = or_404(selectors.self_billing_invoice(invoice_id))
    return form_page(
        request,
        "staff/introducers/payout_form.html",
        forms.PayoutForm(posted(request), initial={"paid_on": today()}),
        verb=partial(services.propose_payout, invoice_id=found.pk),
        said=_("The payout is recorded. The invoice is paid once a second person has approved it."),
        to=reverse("introducers_staff:invoice", args=[found.pk]),
        invoice=found,
        sheet=sheet_of(found),
    )


@staff_page(FORM)
def payout_reverse(request, payout_id):
    """Take a payout back that the bank never made; the page asks why. For administrators."""
    found = or_404(selectors.payout(payout_id) if request.user.role == Role.STAFF_ADMIN else None)
    names = {"number": found.invoice.number, "amount": figures.money(found.amount, found.currency)}
    return confirm_page(
        request,
        form=ReasonForm(posted(request)),
        verb=partial(services.reverse_payout, payout_id=found.pk),
        said=_("The payout is reversed. The invoice is open again."),
        back=reverse("introducers_staff:invoice", args=[found.invoice_id]),
        crumbs=[
            (_("Introducers"), "introducers_staff:introducers", ""),
            (found.invoice.number, "introducers_staff:invoice", found.invoice_id),
        ],
        title=_("Reverse the payout of %(amount)s?") % names,
        act=_("Reverse the payout"),
        keep=_("Cancel"),
        danger=True,
        will=[
            _("%(number)s is open again by %(amount)s, and the introducer is owed it again.") % names,
            _("The payout stays on record with its reversal; the ledger posts the opposite entry."),
        ],
    )


@staff_page(ACT)
def payout_match(request, invoice_id):
    """Say that a bank line paid an invoice."""
    or_404(selectors.self_billing_invoice(invoice_id))
    facts = {"invoice_id": invoice_id, "line_id": or_404(text.uuid_in(request.POST.get("line", "")))}
    to = reverse("introducers_staff:invoice", args=[invoice_id])
    return act(request, services.match_payout, said=_("The bank line is matched."), to=to, **facts)
