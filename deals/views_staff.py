"""Deals as staff work them: the list, one deal's tabs, and every step from draft to end."""

from functools import partial

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit import selectors as audit
from deals import forms, services
from deals.models import CommitmentStatus, Deal, DealStatus
from deals.selectors import staff as selectors
from deals.selectors.checklists import close_checks, open_checks
from deals.services.deals import BY_PROPOSAL, FIXED_ONCE_OPEN
from deals.staff_pages import confirmed, deal_page, done, find_deal, or_404, rows_of
from documents.selectors import documents_of_deal
from inventory.selectors.lots import lots_of
from inventory.selectors.stock import units_of
from lib import search
from lib.db import NotAllowed, Refused
from ui import body_limits, figures
from ui.csvfile import csv_response
from ui.editing import read_token, status_of, token_of
from ui.portals import posted, see_other, staff_page

asked = require_http_methods(["GET", "HEAD", "POST"])


# ---------- the list ----------


@require_safe
@staff_page
def deals(request):
    """Every deal, with where its units are."""
    words, status = search.asked_for(request), request.GET.get("status", "")
    found = selectors.deals(words=words, status=status, order=request.GET.get("sort", ""))
    if request.GET.get("format") == "csv":
        return _deals_csv(found)
    page = rows_of(request, found)
    stock = units_of([deal.pk for deal in page])
    for deal in page:
        deal.stock = stock.get(deal.pk)
    context = {"page": page, "q": words, "status": status, "statuses": selectors.STATUSES}
    return render(request, "staff/deals/list.html", context)


def _deals_csv(found):
    head = [
        _("Deal"), _("Code"), _("Status"), _("Vehicle"), _("Currency"), _("Offer price"), _("Closes"),
        _("Units"), _("Available"), _("On hold"), _("Allocated"),
    ]  # fmt: skip
    rows = list(found)
    stock = units_of([deal.pk for deal in rows])
    return csv_response("deals", head, [_deal_cells(deal, stock.get(deal.pk)) for deal in rows])


def _deal_cells(deal: Deal, stock) -> list:
    units = [stock.total, stock.free, stock.held, stock.allocated] if stock else [0, 0, 0, 0]
    return [
        deal.name, deal.code, deal.get_status_display(), deal.vehicle.name if deal.vehicle else "",
        deal.currency, deal.offer_unit_price, deal.close_at and deal.close_at.isoformat(), *units,
    ]  # fmt: skip


# ---------- one deal ----------


@require_safe
@staff_page
def detail(request, code):
    """The overview: figures, terms, and the checklist of the next step with its fixes."""
    deal = find_deal(code)
    checks = []
    if deal.status == DealStatus.DRAFT:
        checks = open_checks(deal)
    elif deal.status == DealStatus.ALLOCATION_PENDING:
        checks = close_checks(deal)
    ready = all(check.ok for check in checks)
    context = {"lots": lots_of(deal), "terms": _terms(deal), "proposals": selectors.changes_of(deal)}
    return deal_page(request, "detail", deal, checks=checks, ready=ready, **context)


def _terms(deal: Deal) -> dict:
    return {
        "least": services.ticket_of(deal, "min_ticket"),
        "most": services.ticket_of(deal, "max_ticket"),
        "pairs": (deal.terms_schema or {}).get("terms") or [],
    }


@asked
@staff_page
@body_limits.takes_up_to(body_limits.MESSAGE)
def new(request):
    """A new deal, which begins as a draft."""
    initial = {"currency": "USD", "hold_minutes": 30, "decision_days": 14, "max_holds": 3}
    form = forms.DealForm(posted(request), initial=initial)
    if form.is_valid():
        verb = partial(services.create_deal, acting_user=request.user, **form.facts)
        if deal := done(form, verb):
            messages.success(
                request, _("%(deal)s is a draft. The checklist says what it still needs.") % {"deal": deal}
            )
            return see_other("deals_staff:detail", deal.code)
    return render(request, "staff/deals/form.html", {"form": form}, status=status_of(form))


@asked
@staff_page
@body_limits.takes_up_to(body_limits.MESSAGE)
def edit(request, code):
    """Change what is kept of a deal; what others rely on stays once it was open."""
    deal = find_deal(code)
    fixed = () if deal.status == DealStatus.DRAFT else tuple(name.removesuffix("_id") for name in FIXED_ONCE_OPEN)
    proposes = deal.status in BY_PROPOSAL
    form = forms.DealForm(posted(request), kept=services.kept_of_deal(deal), fixed=fixed, proposes=proposes)
    if form.is_valid():
        verb = partial(services.edit_deal, acting_user=request.user, deal_id=deal.pk, shown=form.shown, **form.facts)
        if saved := done(form, verb):
            messages.success(request, _("%(deal)s is saved.") % {"deal": saved})
            if proposes and saved.offer_unit_price != form.facts.get("offer_unit_price", saved.offer_unit_price):
                messages.info(
                    request, _("The new price is proposed. It takes effect once a second person approves it.")
                )
            return see_other("deals_staff:detail", saved.code)
    return deal_page(request, "form", deal, form=form, status=status_of(form))


@asked
@staff_page
def open_deal(request, code):
    """Open a draft: the checklist, and what will happen."""
    deal = find_deal(code)
    return confirmed(
        request,
        deal,
        verb=partial(services.open_deal, deal_id=deal.pk),
        back=reverse("deals_staff:detail", args=[code]),
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
        _("For sale: %(units)s.") % {"units": figures.unit_count(lots.free)},
        _("Investors pay %(price)s a unit, until %(when)s.") % until
        if deal.close_at
        else _("Investors pay %(price)s a unit, until you close the book.") % until,
        _("Code, currency and vehicle can no longer be changed."),
    ]


@asked
@staff_page
def start_allocation(request, code):
    """Stop reservations by investors before the closing date."""
    deal = find_deal(code)
    return confirmed(
        request,
        deal,
        verb=partial(services.start_allocation, deal_id=deal.pk),
        back=reverse("deals_staff:detail", args=[code]),
        said=_("Investors can no longer reserve on %(deal)s.") % {"deal": deal},
        title=_("Close the book on %(deal)s?") % {"deal": deal},
        act=_("Close the book"),
        will=[
            _("Investors can no longer reserve or commit; staff still can, for them."),
            _("Existing holds run until they end, and commitments are still decided."),
            _("The deal can’t be reopened."),
        ],
    )


@asked
@staff_page
def close(request, code):
    """Close a deal: the checklist, and what will happen."""
    deal = find_deal(code)
    lots = lots_of(deal)
    units = {"given": figures.unit_count(lots.allocated), "left": figures.units(lots.free + lots.blocked)}
    return confirmed(
        request,
        deal,
        verb=partial(services.close_deal, deal_id=deal.pk),
        back=reverse("deals_staff:detail", args=[code]),
        said=_("%(deal)s is closed.") % {"deal": deal},
        title=_("Close %(deal)s?") % {"deal": deal},
        act=_("Close the deal"),
        checks=close_checks(deal),
        will=[
            _("%(given)s stay allocated and %(left)s unsold.") % units,
            _("The deal can no longer be changed or cancelled."),
        ],
    )


@asked
@staff_page
def cancel(request, code):
    """Call a deal off, with a reason."""
    deal = find_deal(code)
    return confirmed(
        request,
        deal,
        form=forms.ReasonForm(posted(request)),
        verb=partial(services.cancel_deal, deal_id=deal.pk),
        back=reverse("deals_staff:detail", args=[code]),
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
        will.append(ends % {"n": holds, "units": figures.unit_count(lots.held)})
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


@require_safe
@staff_page
def members(request, code):
    """Who is in, who is invited, and the links that are out."""
    deal = find_deal(code)
    words = search.asked_for(request)
    found = selectors.members_of(deal, words=words)
    if request.GET.get("format") == "csv":
        return _members_csv(deal, found)
    links = list(selectors.invites_of(deal))
    return deal_page(request, "members", deal, page=rows_of(request, found), q=words, links=links)


def _members_csv(deal: Deal, found):
    head = [_("Person"), _("E-mail"), _("Role"), _("Acts for"), _("Invited by"), _("Invited"), _("Accepted")]
    rows = (
        [
            place.user.display_name, place.user.email, place.get_role_display(),
            place.investor.legal_name if place.investor else "", place.invited_by or "",
            place.invited_at and place.invited_at.isoformat(),
            place.accepted_at and place.accepted_at.isoformat(),
        ]
        for place in found
    )  # fmt: skip
    return csv_response(f"members-{deal.code}", head, rows)


@require_safe
@staff_page
def member_pick(request, code):
    """Choose a person who has a profile."""
    deal = find_deal(code)
    words = search.asked_for(request)
    page = rows_of(request, selectors.people_to_invite(deal, words=words))
    return deal_page(request, "member_pick", deal, page=page, q=words)


@asked
@staff_page
def member_add(request, code, profile_id):
    """Invite that person, as what and for whom."""
    deal = find_deal(code)
    person = or_404(selectors.person_to_invite(deal, profile_id))
    own = selectors.investors_of(person)
    form = forms.MemberForm(posted(request), person=person, investors=own, initial={"investor": own.first()})
    if form.is_valid():
        facts = {"acting_user": request.user, "deal_id": deal.pk, "profile_id": person.pk} | form.facts
        if done(form, services.add_member, **facts):
            messages.success(request, _("%(person)s is invited and sees the deal on accepting.") % {"person": person})
            return see_other("deals_staff:members", code)
    return deal_page(request, "member_add", deal, form=form, person=person, status=status_of(form))


@asked
@staff_page
def member_remove(request, code, profile_id):
    """Take a person off the deal, or an invitation back."""
    deal = find_deal(code)
    place = or_404(selectors.member_of(deal, profile_id))
    person = place.user
    invited = place.accepted_at is None
    will = [_("%(person)s can no longer see the deal.") % {"person": person}]
    if place.investor:
        will.append(_("%(investor)s keeps its allocated units.") % {"investor": place.investor})
    return confirmed(
        request,
        deal,
        verb=partial(services.remove_member, deal_id=deal.pk, profile_id=person.pk),
        back=reverse("deals_staff:members", args=[code]),
        said=_("%(person)s is no longer on the deal.") % {"person": person},
        title=(_("Cancel the invitation of %(person)s?") if invited else _("Remove %(person)s from the deal?"))
        % {"person": person},
        act=_("Cancel invitation") if invited else _("Remove member"),
        danger=True,
        will=will,
        kept=services.kept_of_member(place),
    )


@asked
@staff_page
def invite_new(request, code):
    """Make an invite link. The answer shows it, this once; no redirect, since it is kept nowhere."""
    deal = find_deal(code)
    form = forms.InviteForm(posted(request))
    address = link = None
    if form.is_valid():
        facts = {"acting_user": request.user, "deal_id": deal.pk} | form.cleaned_data
        if made := done(form, services.create_invite, **facts):
            link, token = made
            address = settings.SITE_URL + reverse("deals_invite:open", args=[token])
    return deal_page(request, "invite", deal, form=form, address=address, link=link, status=status_of(form))


@asked
@staff_page
def invite_revoke(request, code, invite_id):
    """End a link before its time."""
    deal = find_deal(code)
    link = or_404(selectors.invite_of(deal, invite_id))
    return confirmed(
        request,
        deal,
        verb=partial(services.revoke_invite, deal_id=deal.pk, invite_id=link.pk),
        back=reverse("deals_staff:members", args=[code]),
        said=_("The link was revoked."),
        title=_("Revoke this invite link?"),
        act=_("Revoke the link"),
        danger=True,
        will=[_("No one can use the link any longer."), _("People who joined with it keep their access.")],
    )


# ---------- fee plans ----------


@require_safe
@staff_page
def fee_plans(request, code):
    """The ways to pay, with their fees."""
    deal = find_deal(code)
    plans = list(selectors.plans_of(deal))
    for plan in plans:
        plan.form_version = token_of(services.kept_of_plan(plan) | services.fees_of_plan(plan))
    return deal_page(request, "fee_plans", deal, plans=plans, proposals=selectors.changes_of(deal))


@asked
@staff_page
def plan_new(request, code):
    """A new plan, still without fees."""
    deal = find_deal(code)
    form = forms.PlanForm(posted(request))
    if form.is_valid():
        facts = {"acting_user": request.user, "deal_id": deal.pk} | form.cleaned_data
        if plan := done(form, services.create_fee_plan, **facts):
            messages.success(request, _("%(plan)s is added. Give it its fees next.") % {"plan": plan})
            return see_other("deals_staff:component_new", code, plan.pk)
    return deal_page(request, "plan_form", deal, form=form, status=status_of(form))


@asked
@staff_page
def plan_edit(request, code, plan_id):
    """Name and description of a plan."""
    deal = find_deal(code)
    plan = or_404(selectors.plan_of(deal, plan_id))
    form = forms.PlanForm(posted(request), kept=services.kept_of_plan(plan))
    if form.is_valid():
        facts = {"acting_user": request.user, "deal_id": deal.pk, "plan_id": plan.pk, "shown": form.shown}
        facts |= form.changes
        if done(form, services.edit_fee_plan, **facts):
            messages.success(request, _("%(plan)s is saved.") % {"plan": form.cleaned_data["name"]})
            return see_other("deals_staff:fee_plans", code)
    return deal_page(request, "plan_form", deal, form=form, plan=plan, status=status_of(form))


@require_POST
@staff_page
def plan_version(request, code, plan_id):
    """A copy of a plan in effect, to be edited and proposed."""
    try:
        version = services.new_plan_version(acting_user=request.user, deal_id=find_deal(code).pk, plan_id=plan_id)
    except NotAllowed:
        raise Http404 from None
    except Refused as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        said = _("Version %(n)s of %(plan)s is ready to edit. Propose it once its fees are right.")
        messages.success(request, said % {"n": version.version, "plan": version})
    return see_other("deals_staff:fee_plans", code)


@asked
@staff_page
def plan_propose(request, code, plan_id):
    """Propose that a plan takes effect or becomes the default; a second person approves it."""
    deal = find_deal(code)
    plan = or_404(selectors.plan_of(deal, plan_id))
    waits = plan.effective_from is None
    verb = services.propose_plan if waits else services.propose_default_plan
    title = _("Propose %(plan)s?") if waits else _("Propose %(plan)s as the default plan?")
    return confirmed(
        request,
        deal,
        verb=partial(verb, deal_id=deal.pk, plan_id=plan.pk),
        back=reverse("deals_staff:fee_plans", args=[code]),
        said=_("%(plan)s is proposed. It takes effect once a second person approves it.") % {"plan": plan},
        form=forms.ReasonForm(posted(request)),
        title=title % {"plan": plan},
        act=_("Propose it"),
        will=[_("A second person approves or rejects it."), _("Existing holds and commitments keep their terms.")],
    )


@require_POST
@staff_page
def plan_default(request, code, plan_id):
    """From now on the plan of who chooses none."""
    deal = find_deal(code)
    try:
        services.make_default(acting_user=request.user, deal_id=deal.pk, plan_id=plan_id, shown=read_token(request))
    except NotAllowed:
        raise Http404 from None
    except Refused as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("This is now the default plan."))
    return see_other("deals_staff:fee_plans", code)


@asked
@staff_page
def component_new(request, code, plan_id):
    """Add a fee to a plan."""
    return _component_page(request, find_deal(code), plan_id, None)


@asked
@staff_page
def component_edit(request, code, plan_id, component_id):
    """Change a fee of a plan nobody agreed to yet."""
    return _component_page(request, find_deal(code), plan_id, component_id)


def _component_page(request, deal: Deal, plan_id, component_id):
    plan = or_404(selectors.plan_of(deal, plan_id))
    fee = None
    if component_id:
        fee = or_404(next((part for part in plan.components.all() if part.pk == component_id), None))
    initial = None if fee else {"calc_method": "percent_of_investment"}
    kept = services.kept_of_component(fee) if fee else None
    form = forms.ComponentForm(posted(request), kept=kept, initial=initial, currency=deal.currency)
    if form.is_valid():
        facts = {
            "acting_user": request.user,
            "deal_id": deal.pk,
            "plan_id": plan.pk,
            "component_id": component_id,
            "shown": form.shown,
        }
        if done(form, services.save_component, **facts, **form.changes):
            messages.success(request, _("The fees of %(plan)s are saved.") % {"plan": plan})
            return see_other("deals_staff:fee_plans", deal.code)
    return deal_page(request, "component_form", deal, form=form, plan=plan, fee=fee, status=status_of(form))


@asked
@staff_page
def component_remove(request, code, plan_id, component_id):
    """Take a fee out of a plan nobody agreed to yet."""
    deal = find_deal(code)
    plan = or_404(selectors.plan_of(deal, plan_id))
    fee = or_404(next((part for part in plan.components.all() if part.pk == component_id), None))
    facts = {"deal_id": deal.pk, "plan_id": plan.pk, "component_id": fee.pk}
    return confirmed(
        request,
        deal,
        verb=partial(services.remove_component, **facts),
        back=reverse("deals_staff:fee_plans", args=[code]),
        said=_("The fee was removed from %(plan)s.") % {"plan": plan},
        title=_("Remove this fee from %(plan)s?") % {"plan": plan},
        act=_("Remove fee"),
        danger=True,
        will=[_("%(fee)s: investors no longer pay it under this plan.") % {"fee": fee.get_kind_display()}],
        kept=services.kept_of_component(fee),
    )


# ---------- what others did ----------


@require_safe
@staff_page
def commitments(request, code):
    """What investors asked for."""
    deal = find_deal(code)
    words, status = search.asked_for(request), request.GET.get("status", "")
    found = selectors.commitments_of_deal(deal, words=words, status=status)
    if request.GET.get("format") == "csv":
        return _commitments_csv(deal, found)
    page = rows_of(request, found)
    context = {"page": page, "q": words, "chosen": status, "statuses": CommitmentStatus.choices}
    return deal_page(request, "commitments", deal, **context)


def _commitments_csv(deal: Deal, found):
    head = [
        _("Investor"),
        _("Status"),
        _("Units"),
        _("Price"),
        _("Currency"),
        _("Plan"),
        _("Submitted"),
        _("Decided"),
    ]
    rows = (
        [
            asked_for.investor, asked_for.get_status_display(), asked_for.requested_units,
            asked_for.unit_price, deal.currency, asked_for.selected_fee_plan or "",
            asked_for.created_at.isoformat(), asked_for.decided_at and asked_for.decided_at.isoformat(),
        ]
        for asked_for in found
    )  # fmt: skip
    return csv_response(f"commitments-{deal.code}", head, rows)


@require_safe
@staff_page
def documents(request, code):
    """The papers of the deal."""
    deal = find_deal(code)
    return deal_page(request, "documents", deal, page=rows_of(request, documents_of_deal(deal.pk)))


@require_safe
@staff_page
def activity(request, code):
    """Everything that was changed on the deal, newest first."""
    deal = find_deal(code)
    before = request.GET.get("before", "")
    start = int(before) if before.isdecimal() and len(before) < 19 else None
    rows, older = audit.page_of_entries(audit.Search(deal_id=deal.pk), before=start)
    return deal_page(request, "activity", deal, rows=audit.named(rows), older=older)
