"""Deals as staff work them: the list, one deal's tabs, and every step from draft to end."""

from functools import partial

from django.conf import settings
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit import selectors as audit
from audit.lists import ACTIVITY
from deals import forms, lists, services
from deals.forms_staff import SHOW, ComponentForm, NegotiatedForm
from deals.models import Deal, DealStatus
from deals.selectors import staff as selectors
from deals.selectors.checklists import close_checks, open_checks
from deals.services.deals import BY_PROPOSAL, FIXED_ONCE_OPEN
from deals.staff_pages import about, confirm_step, find_deal
from documents.selectors import documents_of_deal
from inventory.selectors.lots import lots_of
from ui import body_limits, figures
from ui.editing import read_token, status_of, token_of
from ui.lists import Table, list_page, list_view
from ui.pages import act, form_page, run
from ui.portals import ACT, FORM, or_404, posted, staff_page

# ---------- the list ----------


deals = list_view(lists.DEALS, selectors.deals, "staff/deals/list.html")


# ---------- one deal ----------


@staff_page()
def detail(request, code):
    """The overview: figures, terms, and the checklist of the next step with its fixes."""
    deal = find_deal(code)
    checks = []
    if deal.status == DealStatus.DRAFT:
        checks = open_checks(deal)
    elif deal.status == DealStatus.ALLOCATION_PENDING:
        checks = close_checks(deal)
    context = {"checks": checks, "ready": all(check.ok for check in checks), "lots": lots_of(deal)}
    context |= {"terms": _terms(deal), "proposals": selectors.changes_of(deal)}
    return render(request, "staff/deals/detail.html", about(deal) | context)


def _terms(deal: Deal) -> dict:
    return {
        "least": services.ticket_of(deal, "min_ticket"),
        "most": services.ticket_of(deal, "max_ticket"),
        "pairs": (deal.terms_schema or {}).get("terms") or [],
    }


@staff_page(FORM, body=body_limits.MESSAGE)
def new(request):
    """A new deal, which begins as a draft."""
    initial = {"currency": "USD", "hold_minutes": 30, "decision_days": 14, "max_holds": 3}
    return form_page(
        request,
        "staff/deals/form.html",
        forms.DealForm(posted(request), initial=initial),
        verb=services.create_deal,
        said=lambda deal: _("%(deal)s is a draft. The checklist says what it still needs.") % {"deal": deal},
        to=lambda deal: reverse("deals_staff:detail", args=[deal.code]),
    )


@staff_page(FORM, body=body_limits.MESSAGE)
def edit(request, code):
    """Change what is kept of a deal; what others rely on stays once it was open."""
    deal = find_deal(code)
    fixed = () if deal.status == DealStatus.DRAFT else tuple(name.removesuffix("_id") for name in FIXED_ONCE_OPEN)
    proposes = deal.status in BY_PROPOSAL
    form = forms.DealForm(posted(request), kept=services.kept_of_deal(deal), fixed=fixed, proposes=proposes)

    def said(saved):
        words = _("%(deal)s is saved.") % {"deal": saved}
        price = saved.offer_unit_price
        if not proposes or form.facts.get("offer_unit_price", price) == price:
            return words
        return f"{words} " + _("The new price is proposed. It takes effect once a second person approves it.")

    return form_page(
        request,
        "staff/deals/form.html",
        form,
        verb=partial(services.edit_deal, deal_id=deal.pk),
        said=said,
        to=lambda saved: reverse("deals_staff:detail", args=[saved.code]),
        **about(deal),
    )


@staff_page(FORM)
def open_deal(request, code):
    """Open a draft: the checklist, and what will happen."""
    deal = find_deal(code)
    return confirm_step(
        request,
        deal,
        verb=partial(services.open_deal, deal_id=deal.pk),
        said=_("%(deal)s is open.") % {"deal": deal},
        title=_("Open %(deal)s?") % {"deal": deal},
        act=_("Open the deal"),
        checks=open_checks(deal),
        will=_will_open(deal),
        kept=services.kept_of_deal(deal),
    )


def _will_open(deal: Deal) -> list[str]:
    members, lots = selectors.tab_counts(deal)["members"], lots_of(deal)
    price = figures.price(deal.offer_unit_price or 0, deal.currency) + figures.NBSP + deal.currency
    until = {"when": figures.moment(deal.close_at), "price": price}
    return [
        ngettext(
            "%(n)s member can reserve once they accept.",
            "%(n)s members can reserve once they accept.",
            members,
        )
        % {"n": members},
        _("For sale: %(units)s.") % {"units": figures.unit_count(lots.available)},
        _("Investors pay %(price)s a unit, until %(when)s.") % until
        if deal.close_at
        else _("Investors pay %(price)s a unit, until you close the book.") % until,
        _("Code, currency and vehicle can no longer be changed."),
    ]


@staff_page(FORM)
def start_allocation(request, code):
    """Stop reservations by investors before the closing date."""
    deal = find_deal(code)
    return confirm_step(
        request,
        deal,
        verb=partial(services.start_allocation, deal_id=deal.pk),
        said=_("Investors can no longer reserve on %(deal)s.") % {"deal": deal},
        title=_("Close the book on %(deal)s?") % {"deal": deal},
        act=_("Close the book"),
        will=[
            _("Investors can no longer reserve or commit; staff still can, for them."),
            _("Existing holds run until they end, and commitments are still decided."),
            _("The deal can’t be reopened."),
        ],
    )


@staff_page(FORM)
def close(request, code):
    """Close a deal: the checklist, and what will happen."""
    deal = find_deal(code)
    lots = lots_of(deal)
    units = {"given": figures.unit_count(lots.allocated), "left": figures.units(lots.available + lots.blocked)}
    return confirm_step(
        request,
        deal,
        verb=partial(services.close_deal, deal_id=deal.pk),
        said=_("%(deal)s is closed.") % {"deal": deal},
        title=_("Close %(deal)s?") % {"deal": deal},
        act=_("Close the deal"),
        checks=close_checks(deal),
        will=[
            _("%(given)s stay allocated and %(left)s unsold.") % units,
            _("The deal can no longer be changed or cancelled."),
        ],
    )


@staff_page(FORM)
def cancel(request, code):
    """Call a deal off, with a reason."""
    deal = find_deal(code)
    return confirm_step(
        request,
        deal,
        form=forms.ReasonForm(posted(request)),
        verb=partial(services.cancel_deal, deal_id=deal.pk),
        said=_("%(deal)s was cancelled. Its units were released.") % {"deal": deal},
        title=_("Cancel %(deal)s?") % {"deal": deal},
        act=_("Cancel the deal"),
        keep=_("Keep the deal"),
        danger=True,
        will=_will_cancel(deal),
    )


def _will_cancel(deal: Deal) -> list[str]:
    counts, lots = selectors.tab_counts(deal), lots_of(deal)
    holds, waiting = counts["holds"], counts["commitments"]
    will = []
    if holds:
        ends = ngettext(
            "%(n)s hold over %(units)s ends immediately.",
            "%(n)s holds over %(units)s end immediately.",
            holds,
        )
        will.append(ends % {"n": holds, "units": figures.unit_count(lots.on_hold)})
    if waiting:
        ends = ngettext("%(n)s commitment awaiting approval ends.", "%(n)s commitments awaiting approval end.", waiting)
        will.append(ends % {"n": waiting})
    if holds or waiting:
        will.append(_("Their investors are notified, with your reason."))
    if lots.allocated:
        given = {"units": figures.units(lots.allocated)}
        will.append(_("Allocated units, %(units)s, stay with their investors.") % given)
    return [*will, _("The deal can’t be reopened.")]


# ---------- members and invitations ----------


@staff_page()
def members(request, code):
    """Who is in, who is invited, and the links that are out."""
    deal = find_deal(code)
    context = about(deal) | {"links": Table(lists.INVITES, list(selectors.invites_of(deal)))}
    found = partial(selectors.members_of, deal)
    return list_page(request, "staff/deals/members.html", lists.members(deal), found, **context)


@staff_page()
def member_pick(request, code):
    """Choose a person who has a profile."""
    deal = find_deal(code)
    found = partial(selectors.people_to_invite, deal)
    return list_page(request, "staff/deals/member_pick.html", lists.people_to_invite(deal), found, **about(deal))


@staff_page(FORM)
def member_add(request, code, profile_id):
    """Invite that person, as what and for whom."""
    deal = find_deal(code)
    person = or_404(selectors.person_to_invite(deal, profile_id))
    own = selectors.investors_of(person)
    return form_page(
        request,
        "staff/deals/member_add.html",
        forms.MemberForm(posted(request), person=person, investors=own, initial={"investor": own.first()}),
        verb=partial(services.add_member, deal_id=deal.pk, profile_id=person.pk),
        said=_("%(person)s is invited and sees the deal on accepting.") % {"person": person},
        to=reverse("deals_staff:members", args=[code]),
        person=person,
        **about(deal),
    )


@staff_page(FORM)
def member_remove(request, code, profile_id):
    """Take a person off the deal, or an invitation back."""
    deal = find_deal(code)
    place = or_404(selectors.member_of(deal, profile_id))
    person = place.user
    invited = place.accepted_at is None
    will = [_("%(person)s can no longer see the deal.") % {"person": person}]
    if place.investor:
        will.append(_("%(investor)s keeps its allocated units.") % {"investor": place.investor})
    return confirm_step(
        request,
        deal,
        verb=partial(services.remove_member, deal_id=deal.pk, profile_id=person.pk),
        back="deals_staff:members",
        said=_("%(person)s is no longer on the deal.") % {"person": person},
        title=(_("Cancel the invitation of %(person)s?") if invited else _("Remove %(person)s from the deal?"))
        % {"person": person},
        act=_("Cancel invitation") if invited else _("Remove member"),
        danger=True,
        will=will,
        kept=services.kept_of_member(place),
    )


@staff_page(FORM)
def invite_new(request, code):
    """Make an invite link. The answer shows it, this once; no redirect, since it is kept nowhere."""
    deal = find_deal(code)
    form = forms.InviteForm(posted(request))
    context = about(deal) | {"form": form}
    verb = partial(services.create_invite, acting_user=request.user, deal_id=deal.pk)
    if form.is_valid() and (made := run(form, verb)):
        link, token = made
        context |= {"link": link, "address": settings.SITE_URL + reverse("deals_invite:open", args=[token])}
    return render(request, "staff/deals/invite.html", context, status=status_of(form))


@staff_page(FORM)
def invite_revoke(request, code, invite_id):
    """End a link before its time."""
    deal = find_deal(code)
    link = or_404(selectors.invite_of(deal, invite_id))
    return confirm_step(
        request,
        deal,
        verb=partial(services.revoke_invite, deal_id=deal.pk, invite_id=link.pk),
        back="deals_staff:members",
        said=_("The link was revoked."),
        title=_("Revoke this invite link?"),
        act=_("Revoke the link"),
        danger=True,
        will=[_("No one can use the link any longer."), _("People who joined with it keep their access.")],
    )


# ---------- fee plans ----------


@staff_page()
def fee_plans(request, code):
    """The ways to pay, with their fees."""
    deal = find_deal(code)
    plans = list(selectors.plans_of(deal))
    for plan in plans:
        plan.form_version = token_of(services.kept_of_plan(plan) | services.fees_of_plan(plan))
        plan.table = Table(lists.fees(deal, plan), list(plan.components.all()))
    context = {"plans": plans, "proposals": selectors.changes_of(deal)}
    return render(request, "staff/deals/fee_plans.html", about(deal) | context)


@staff_page(FORM)
def plan_new(request, code):
    """A new plan, still without fees."""
    deal = find_deal(code)
    return form_page(
        request,
        "staff/deals/plan_form.html",
        forms.PlanForm(posted(request)),
        verb=partial(services.create_fee_plan, deal_id=deal.pk),
        said=lambda plan: _("%(plan)s is added. Give it its fees next.") % {"plan": plan},
        to=lambda plan: reverse("deals_staff:component_new", args=[code, plan.pk]),
        **about(deal),
    )


@staff_page(FORM)
def plan_edit(request, code, plan_id):
    """Name and description of a plan."""
    deal = find_deal(code)
    plan = or_404(selectors.plan_of(deal, plan_id))
    return form_page(
        request,
        "staff/deals/plan_form.html",
        form := forms.PlanForm(posted(request), kept=services.kept_of_plan(plan)),
        verb=partial(services.edit_fee_plan, deal_id=deal.pk, plan_id=plan.pk),
        said=lambda made: _("%(plan)s is saved.") % {"plan": form.cleaned_data["name"]},
        to=reverse("deals_staff:fee_plans", args=[code]),
        plan=plan,
        **about(deal),
    )


@staff_page(ACT)
def plan_version(request, code, plan_id):
    """A copy of a plan in effect, to be edited and proposed."""
    said = _("Version %(n)s of %(plan)s is ready to edit. Propose it once its fees are right.")
    return act(
        request,
        partial(services.new_plan_version, deal_id=find_deal(code).pk, plan_id=plan_id),
        said=lambda version: said % {"n": version.version, "plan": version},
        to=reverse("deals_staff:fee_plans", args=[code]),
    )


@staff_page(FORM)
def plan_propose(request, code, plan_id):
    """Propose that a plan takes effect or becomes the default; a second person approves it."""
    deal = find_deal(code)
    plan = or_404(selectors.plan_of(deal, plan_id))
    waits = plan.effective_from is None
    verb = services.propose_plan if waits else services.propose_default_plan
    title = _("Propose %(plan)s?") if waits else _("Propose %(plan)s as the default plan?")
    return confirm_step(
        request,
        deal,
        verb=partial(verb, deal_id=deal.pk, plan_id=plan.pk),
        back="deals_staff:fee_plans",
        said=_("%(plan)s is proposed. It takes effect once a second person approves it.") % {"plan": plan},
        form=forms.ReasonForm(posted(request)),
        title=title % {"plan": plan},
        act=_("Propose it"),
        will=[
            _("A second person approves or rejects it."),
            _("Existing holds and commitments keep their terms."),
            *[_("Ends a negotiated fee, %(line)s") % {"line": line} for line in selectors.ending_overrides(plan.pk)],
        ],
    )


@staff_page(ACT)
def plan_default(request, code, plan_id):
    """From now on the plan of who chooses none."""
    return act(
        request,
        partial(services.make_default, deal_id=find_deal(code).pk, plan_id=plan_id, shown=read_token(request)),
        said=_("This is now the default plan."),
        to=reverse("deals_staff:fee_plans", args=[code]),
    )


@staff_page(FORM)
def component_new(request, code, plan_id):
    """Add a fee to a plan."""
    return _component_page(request, find_deal(code), plan_id, None)


@staff_page(FORM)
def component_edit(request, code, plan_id, component_id):
    """Change a fee of a plan nobody agreed to yet."""
    return _component_page(request, find_deal(code), plan_id, component_id)


def _component_page(request, deal: Deal, plan_id, component_id):
    plan = or_404(selectors.plan_of(deal, plan_id))
    fee = _fee(plan, component_id) if component_id else None
    initial = None if fee else {"calc_method": "percent_of_investment"}
    kept = services.kept_of_component(fee) if fee else None
    asked = request.POST.dict() if SHOW in request.POST else None
    data = None if asked else posted(request)
    return form_page(
        request,
        "staff/deals/component_form.html",
        ComponentForm(data, kept=kept, initial=initial, currency=deal.currency, asked=asked),
        verb=partial(services.save_component, deal_id=deal.pk, plan_id=plan.pk, component_id=component_id),
        said=_("The fees of %(plan)s are saved.") % {"plan": plan},
        to=reverse("deals_staff:fee_plans", args=[deal.code]),
        plan=plan,
        fee=fee,
        **about(deal),
    )


def _fee(plan, component_id):
    return or_404(next((part for part in plan.components.all() if part.pk == component_id), None))


@staff_page(FORM)
def component_remove(request, code, plan_id, component_id):
    """Take a fee out of a plan nobody agreed to yet."""
    deal = find_deal(code)
    plan = or_404(selectors.plan_of(deal, plan_id))
    fee = _fee(plan, component_id)
    facts = {"deal_id": deal.pk, "plan_id": plan.pk, "component_id": fee.pk}
    return confirm_step(
        request,
        deal,
        verb=partial(services.remove_component, **facts),
        back="deals_staff:fee_plans",
        said=_("The fee was removed from %(plan)s.") % {"plan": plan},
        title=_("Remove this fee from %(plan)s?") % {"plan": plan},
        act=_("Remove fee"),
        danger=True,
        will=[_("%(fee)s: investors no longer pay it under this plan.") % {"fee": fee.get_kind_display()}],
        kept=services.kept_of_component(fee),
    )


@staff_page(FORM)
def negotiated(request, code, investor_id):
    """What one investor pays instead of the plans' fees; a second person approves it."""
    deal = find_deal(code)
    investor = or_404(selectors.investor_on(deal, investor_id))
    kept = services.kept_of_overrides(deal.pk, investor.pk)
    fees = services.negotiable_fees(deal.pk)
    said = _("Fees of %(investor)s are proposed. They take effect once a second person approves them.")
    waiting = [change for change in selectors.changes_of(deal) if change.investor_id == investor.pk]
    return form_page(
        request,
        "staff/deals/negotiated.html",
        NegotiatedForm(posted(request), kept=kept, fees=fees, currency=deal.currency),
        verb=partial(services.propose_overrides, deal_id=deal.pk, investor_id=investor.pk),
        said=said % {"investor": investor},
        to=reverse("deals_staff:members", args=[code]),
        investor=investor,
        proposals=waiting,
        **about(deal),
    )


# ---------- what others did ----------


@staff_page()
def commitments(request, code):
    """What investors asked for."""
    deal = find_deal(code)
    found = partial(selectors.commitments_of_deal, deal)
    return list_page(request, "staff/deals/commitments.html", lists.commitments(deal), found, **about(deal))


@staff_page()
def documents(request, code):
    """The papers of the deal."""
    deal = find_deal(code)
    found = partial(documents_of_deal, deal.pk)
    return list_page(request, "staff/deals/documents.html", lists.DOCUMENTS, found, **about(deal))


@staff_page()
def activity(request, code):
    """Everything that was changed on the deal, newest first."""
    deal = find_deal(code)
    rows, older = audit.page_of_entries(audit.Search(deal_id=deal.pk), before=audit.entry_id(request.GET.get("before")))
    context = about(deal) | {"listing": Table(ACTIVITY, audit.named(rows)), "older": older}
    return render(request, "staff/deals/activity.html", context)
