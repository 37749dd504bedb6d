"""The deal room, and what an investor does in it: reserve, commit, release."""

from decimal import Decimal

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.identity import acting_as
from deals.models import DealMembership
from deals.pricing import Quotation
from deals.selectors import (
    Commitment,
    Purchase,
    as_commitments,
    commitments_of,
    exit_of,
    fee_plans_of,
    quotation_of,
    quotations_of,
)
from documents.selectors import documents_of_deal
from inventory import services
from inventory.forms import AnswerForm, CommitForm, ExitForm, ReduceForm, ReserveForm
from inventory.models import Reservation
from inventory.selectors import Hold, Room, as_holds, hold_of, holds_of, room_of, shown
from lib.db import NotAllowed, NotLive, Refused, ShownChanged
from ui import figures
from ui.numbers import NotANumber, check_amount, parse_units
from ui.portals import ACT, FORM, investor_page, posted, see_other

PAGE = 25
COMPARED_UNITS = Decimal(100)


# --- the room


@investor_page()
def room(request, code):
    """One deal as one of its members reads it."""
    place = _room(request, code)
    form = ReserveForm(room=place)
    form.initial["units"] = request.GET.get("units", "")[:60] or form.suggested
    return _room_page(request, place, form)


@investor_page()
def room_stock(request, code):
    """The live part of a room, polled. Nothing new is 204; a change of the reader's state reloads it all."""
    place = _room(request, code)
    if place.stock is None:
        raise Http404
    context = _stock_context(place, _units(place, request.GET.get("units", "")))
    if request.GET.get("standing") not in (None, place.standing):
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    etag = f'"{context["version"]}"'
    if request.GET.get("seen") == context["version"]:
        return HttpResponse(status=204, headers={"ETag": etag})
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    context["form"] = ReserveForm(room=place) if place.may_reserve else None
    response = render(request, "investor/deals/_stock_poll.html", context)
    response["ETag"] = etag
    return response


@investor_page()
def room_cost(request, code):
    """What the units as typed would cost; 204 while they cannot be read."""
    place = _room(request, code)
    units = _units(place, request.GET.get("units", ""))
    if units is None or place.investor is None:
        return HttpResponse(status=204)
    (cost,), costs = place.quote((units, None), compared=(units, None))
    context = (
        {"room": place, "deal": place.deal} | _cost_context(cost, costs) | _exit_context(request, costs, place.plan_id)
    )
    return render(request, "investor/deals/_cost_typed.html", context)


def _room(request, code: str) -> Room:
    try:
        return room_of(request.user, code)
    except DealMembership.DoesNotExist:
        raise Http404 from None


def _units(place: Room, text) -> Decimal | None:
    """Units as typed, or None while they are no number we take, or cost more than can be paid."""
    try:
        return check_amount(parse_units(str(text)), place.deal.offer_unit_price)
    except NotANumber:
        return None


def _room_page(request, place: Room, form: ReserveForm, *, status: int = 200) -> HttpResponse:
    units = _units(place, form["units"].value() or "")
    hold = place.running[0] if place.running else None
    mine = hold or place.commitment
    compared = (mine.units, mine.unit_price) if mine else (units or place.least_units or COMPARED_UNITS, None)
    held = [(hold.units, hold.unit_price)] if hold else []
    (cost, *hold_costs), costs = place.quote((units or Decimal(0), None), *held, compared=compared)
    context = _stock_context(place, units) | _cost_context(cost, costs) | _exit_context(request, costs, place.plan_id)
    context |= {
        "form": form,
        "hold": hold,
        "hold_cost": hold_costs[0] if hold else None,
        "units_typed": units and f"{units:f}",
        "steps": _steps(place),
        "terms": _other_terms(place.deal.terms_schema),
        "documents": documents_of_deal(place.deal.pk),
    }
    return render(request, "investor/deals/room.html", context, status=status)


def _stock_context(place: Room, typed: Decimal | None) -> dict:
    context = {"room": place, "deal": place.deal, "now": place.now, "typed": Decimal(0)}
    if place.stock:
        context["follows"] = place.may_reserve and not place.running and not place.commitment
        if context["follows"]:
            context["typed"] = min(typed or Decimal(0), place.stock.available)
        context["remaining"] = place.stock.available - context["typed"]
        # To the minute, since that is what the page says the figures are true for.
        context["version"] = f"{place.stock.available:f}.{place.stock.total:f}.{place.standing}.{place.now:%H%M}"
    return context


def _cost_context(cost: Quotation, costs: list[Quotation]) -> dict:
    """Totals as typed, and the plans compared."""
    lines = cost.subscription_lines
    return {
        "cost": cost,
        "costs": costs,
        "some": {
            "other": any(each.other_lines for each in costs),
            "exit": any(each.exit_lines for each in costs),
            "profit": any(each.profit_lines for each in costs),
            "vat": any(each.vat_parts for each in costs),
        },
        "fee_rate": lines[0].rate_bps if len(lines) == 1 else None,
    }


def _exit_context(request, costs: list[Quotation], plan_id: str | None) -> dict:
    """What the plans come to by an exit, after as many years as the reader assumes."""
    form = ExitForm(request.GET if "years" in request.GET else None, initial={"years": ExitForm.YEARS})
    years = form.cleaned_data["years"] if form.is_valid() else ExitForm.YEARS
    chosen = next((place for place, cost in enumerate(costs) if cost.plan_id == plan_id), None)
    return {"exit_form": form, "mine": chosen, "exit": exit_of(costs, years) if costs and costs[0].gross else None}


def _other_terms(terms: dict | None) -> list[tuple[str, str]]:
    """What the terms state besides tickets, as label and text: staff's pairs, then what else stands there."""
    terms = terms or {}
    pairs = [(str(pair[0]), str(pair[1])) for pair in terms.get("terms") or () if len(pair) == 2]
    return pairs + [
        (key.replace("_", " ").capitalize(), str(value))
        for key, value in terms.items()
        if key not in ("min_ticket", "max_ticket") and isinstance(value, str | int) and value != ""
    ]


def _steps(place: Room) -> list[dict]:
    """Where an investor stands on the deal: done, now or to come, each with a word on how."""
    names = [_("Access"), _("Reserve"), _("Commit"), _("Approval"), _("Allocated")]
    notes = [figures.day(place.membership.accepted_at), _("Not started"), _("Choose a fee plan"), "", ""]
    now = 1
    if place.running:
        now, hold = 2, place.running[0]
        notes[1] = _units_and(hold.units, figures.near(hold.created_at))
        notes[2] = _("Before %(time)s") % {"time": figures.near(hold.expires_at)}
    elif place.commitment:
        now, asked = 3, place.commitment
        notes[1] = notes[2] = _units_and(asked.units, figures.day(asked.created_at))
        notes[3] = (
            _("Changes requested") if asked.changes_asked else _("By %(day)s") % {"day": figures.day(asked.decide_by)}
        )
    elif place.units_owned:
        now, notes[1:] = 5, ["", "", "", _units_and(place.units_owned, "")]
    elif not place.may_reserve:
        notes[1] = _("Not available now")
    elif not place.stock.available:
        notes[1] = _("No units available")
    states = ["done" if i < now else "now" if i == now else "todo" for i in range(len(names))]
    return [
        {"label": name, "note": note, "state": state} for name, note, state in zip(names, notes, states, strict=True)
    ]


def _units_and(units: Decimal, when: str) -> str:
    said = figures.unit_count(units)
    return f"{said}, {when}" if when else said


# --- reserve


@investor_page(FORM, own_transaction=True)
def reserve(request, code):
    """Reserve units. The one call that takes locks runs by itself, between reading and rendering."""
    if request.method == "GET":  # the address of an answered form, opened again
        return redirect("inventory:room", code=code)
    with acting_as(request.user.pk):
        place = _room(request, code)
    form = ReserveForm(request.POST, room=place)
    if place.investor is None:
        raise Http404
    if "preview" not in request.POST and form.is_valid() and _reserved(request, place, form):
        return see_other("inventory:room", code=code)
    with acting_as(request.user.pk):
        now = _room(request, code)
        return _room_page(request, now, form.renewed(now), status=422 if form.errors else 200)


def _reserved(request, place: Room, form: ReserveForm) -> bool:
    """Whether the hold was placed; if not, the form says why."""
    try:
        services.reserve_units(
            acting_user=request.user,
            deal_id=place.deal.pk,
            investor_id=place.investor.pk,
            units=form.cleaned_data["units"],
            unit_price=form.cleaned_data["price"],
            request_key=form.cleaned_data["request_key"],
        )
    except NotAllowed:
        raise Http404 from None
    except Refused as refusal:
        with acting_as(request.user.pk):
            form.refuse(refusal)
        return False
    return True


# --- holds


@investor_page()
def reservations(request):
    """All holds of the person's investors."""
    page = Paginator(holds_of(request.user), PAGE).get_page(request.GET.get("page"))
    holds = as_holds(page.object_list)
    several = len({hold.investor_id for hold in holds}) > 1
    context = {"page": page, "holds": holds, "several": several, "deals_url": reverse("deals:list")}
    return render(request, "investor/inventory/reservations.html", context)


@investor_page(ACT)
def release(request, reservation_id):
    """Give the units of an own hold back before its time."""
    hold = _hold(request, reservation_id)
    try:
        services.cancel_hold(acting_user=request.user, reservation_id=hold.id)
    except NotAllowed:
        raise Http404 from None
    except NotLive as refusal:
        messages.info(request, _not_releasable(refusal))
    except Refused as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _released(hold))
    return see_other("inventory:room", code=hold.deal.code)


def _not_releasable(refusal: NotLive) -> str:
    if refusal.detail == "in_approval":
        return _("These units are awaiting approval. To release them, withdraw the commitment.")
    return _("These units are allocated, so there is nothing to release.")


def _released(hold: Hold) -> str:
    if not hold.live:
        ended = {"time": figures.near(hold.ended)}
        return _("Your hold ended at %(time)s. Nothing is owed.") % ended
    said = ngettext(
        "%(units)s unit was released. Nothing is owed.",
        "%(units)s units were released. Nothing is owed.",
        figures.plural(hold.units),
    )
    return said % {"units": figures.units(hold.units)}


def _hold(request, reservation_id) -> Hold:
    """A hold that this person may act on, or 404: unknown, foreign and a colleague's alike."""
    try:
        hold = hold_of(request.user, reservation_id)
    except Reservation.DoesNotExist:
        raise Http404 from None
    if not hold.mine_to_use:
        raise Http404
    return hold


# --- commit


@investor_page(FORM)
def commit(request, reservation_id):
    """Turn a hold into a request to buy: choose a plan, see what will be paid, confirm."""
    hold = _hold(request, reservation_id)
    if hold.commitment_id:
        return redirect("deals:commitment", commitment_id=hold.commitment_id)
    place = _room(request, hold.deal.code)
    form = CommitForm(request.POST or None, plans=place.plans, initial={"fee_plan": place.plan and str(place.plan.pk)})
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and hold.running and form.is_valid():
        try:
            commitment_id = _committed(request, hold, form)
        except ShownChanged:
            commitment_id, status = None, 409
        if commitment_id:
            return see_other("deals:commitment", commitment_id=commitment_id)
        place, hold = _room(request, hold.deal.code), _hold(request, reservation_id)
    return _commit_page(request, place, hold, form, status)


def _committed(request, hold: Hold, form: CommitForm):
    try:
        return services.commit_hold(
            acting_user=request.user,
            reservation_id=hold.id,
            shown_hash=_shown_hash(request, form.cleaned_data["fee_plan"]),
            fee_plan_id=form.cleaned_data["fee_plan"] or None,
            request_key=form.cleaned_data["request_key"],
        )
    except NotAllowed:
        raise Http404 from None
    except ShownChanged:
        raise
    except Refused as refusal:
        form.refuse(refusal)
        return None


def _shown_hash(request, plan_id) -> str:
    """What the form says was shown under a plan; '' is what no quotation is."""
    found = shown.shown_in(request.POST, plan_id)
    return found.hash if found else ""


def _changes(request, plan_id, quotations) -> list[shown.Change]:
    """What was shown under a plan beside what it costs now."""
    now = next((each for each in quotations if each and str(each.plan_id or "") == str(plan_id or "")), None)
    return shown.changes(shown.shown_in(request.POST, plan_id), now) if now else []


def _commit_page(request, place: Room, hold: Hold, form: CommitForm, status: int) -> HttpResponse:
    """What one would be committed to in all: with the units of the commitment that waits, if at the same price."""
    waiting = place.commitment
    joins = waiting is not None and waiting.unit_price == hold.unit_price
    units = hold.units + (waiting.units if joins else 0)
    priced = (units, hold.unit_price)
    (cost,), costs = place.quote(priced, compared=priced)
    context = {
        "room": place,
        "deal": place.deal,
        "hold": hold,
        "form": form,
        "choices": list(zip(form["fee_plan"], costs, strict=True)),
        "adds_to": waiting if joins else None,
        "other_price": waiting if waiting and not joins else None,
        "units": units,
        "signed": shown.signed(costs or [cost]),
    }
    context |= _cost_context(cost, costs) | _exit_context(request, costs, place.plan_id)
    if status == 409:
        context["changes"] = _changes(request, form.cleaned_data["fee_plan"], costs or [cost])
    return render(request, "investor/inventory/commit.html", context, status=status)


# --- after committing


@investor_page(FORM)
def withdraw(request, commitment_id):
    """Take an undecided commitment back, after saying what follows."""
    asked = _commitment(request, commitment_id)
    if request.method == "POST":
        _withdrawn(request, asked)
        return see_other("deals:commitment", commitment_id=asked.id)
    if not asked.waits:
        return redirect("deals:commitment", commitment_id=asked.id)
    return render(request, "investor/inventory/withdraw.html", {"asked": asked})


def _withdrawn(request, asked: Commitment) -> None:
    try:
        services.withdraw_commitment(acting_user=request.user, commitment_id=asked.id)
    except NotAllowed:
        raise Http404 from None
    except NotLive as refusal:
        messages.info(request, _too_late(refusal))
    except Refused as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("Your commitment is withdrawn. Its units were released and nothing is owed."))


def _too_late(refusal: NotLive) -> str:
    if refusal.detail == "replaced":
        return _("This commitment was replaced before you sent this. Nothing was changed: see the current one.")
    return _("This commitment was decided before you sent this. Nothing was changed.")


@investor_page(FORM)
def reduce(request, commitment_id):
    """Keep fewer units of an undecided commitment: type how many, read what follows, confirm."""
    asked = _commitment(request, commitment_id)
    if not asked.waits and request.method != "POST":
        return redirect("deals:commitment", commitment_id=asked.id)
    form = ReduceForm(posted(request), asked=asked)
    ready, moved = form.is_valid(), False
    if ready and "confirm" in request.POST:
        try:
            if new := _reduced(request, asked, form):
                return see_other("deals:commitment", commitment_id=new)
            ready = False
        except ShownChanged:
            moved = True
    context = {"asked": asked, "form": form, "ready": ready}
    if ready:
        context |= _reduction(asked, form.cleaned_data["units"])
    if moved:
        context["changes"] = _changes(request, context["cost"].plan_id, [context["cost"]])
    status = 409 if moved else 422 if form.is_bound and not ready else 200
    return render(request, "investor/inventory/reduce.html", context, status=status)


def _reduction(asked: Commitment, units: Decimal) -> dict:
    """What stays, what goes back, and what would be paid."""
    bought = {"investor_id": asked.investor_id, "unit_price": asked.unit_price, "fee_plan_id": asked.fee_plan_id}
    cost = quotation_of(asked.deal.id, units, **bought)
    return {"units": units, "back": asked.units - units, "cost": cost, "signed": shown.signed([cost])}


def _reduced(request, asked: Commitment, form: ReduceForm):
    """The commitment that takes the place; None where it was refused: the form then says why. Raises ShownChanged."""
    units = form.cleaned_data["units"]
    try:
        new = services.reduce_commitment(
            acting_user=request.user,
            commitment_id=asked.id,
            units=units,
            shown_hash=_shown_hash(request, asked.fee_plan_id),
        )
    except NotAllowed:
        raise Http404 from None
    except ShownChanged:
        raise
    except NotLive as refusal:
        form.add_error(None, _too_late(refusal))
        return None
    except Refused as refusal:
        form.refuse(refusal)
        return None
    kept = {"units": figures.unit_count(units)}
    messages.success(request, _("Your commitment is now for %(units)s. The rest was released.") % kept)
    return new


@investor_page(FORM)
def answer(request, commitment_id):
    """Answer staff who asked for changes."""
    asked = _commitment(request, commitment_id)
    # An answer that comes too late is shown again, with why it was not taken.
    if not asked.changes_asked and not (request.POST.get("note", "").strip() or request.POST.get("fee_plan")):
        return redirect("deals:commitment", commitment_id=asked.id)
    plans = fee_plans_of(asked.deal.id)
    form = AnswerForm(request.POST or None, plans=plans, chosen=asked.fee_plan_id)
    status = 422 if form.is_bound else 200
    try:
        if form.is_valid() and _answered(request, asked, form):
            return see_other("deals:commitment", commitment_id=asked.id)
    except ShownChanged:
        status = 409
    costs = _costs(asked, plans)
    own = [] if asked.fee_plan_id in [plan.pk for plan in plans] else _costs(asked, [None])
    context = {
        "asked": asked,
        "form": form,
        "choices": list(zip(form["fee_plan"], costs, strict=True)),
        "signed": shown.signed(costs + own),
    }
    if status == 409:
        plan_id = form.cleaned_data["changed_plan"] or asked.fee_plan_id
        context["changes"] = _changes(request, plan_id, costs + own)
    return render(request, "investor/inventory/answer.html", context, status=status)


def _answered(request, asked: Commitment, form: AnswerForm) -> bool:
    try:
        services.answer_changes(
            acting_user=request.user,
            commitment_id=asked.id,
            shown_hash=_shown_hash(request, form.cleaned_data["changed_plan"] or asked.fee_plan_id),
            fee_plan_id=form.cleaned_data["changed_plan"],
            note=form.cleaned_data["note"],
        )
    except NotAllowed:
        raise Http404 from None
    except NotLive:
        form.add_error(
            None,
            _("This no longer needs an answer: it was already given, or the team decided. Nothing was changed."),
        )
        return False
    except ShownChanged:
        raise
    except Refused as refusal:
        form.add_error(None, str(refusal.sentence))
        return False
    messages.success(request, _("Your answer is sent. The team decides next."))
    return True


def _costs(asked: Commitment, plans) -> list[Quotation | None]:
    """What the commitment would cost under each plan, with what is negotiated with its investor."""
    bought = (asked.deal.id, asked.units, asked.investor_id, asked.unit_price)
    return quotations_of([Purchase(*bought, plan and plan.pk) for plan in plans])


def _commitment(request, commitment_id) -> Commitment:
    """A commitment that this person may act on, or 404: unknown, foreign and a colleague's alike."""
    found = as_commitments(commitments_of(request.user).filter(pk=commitment_id, mine_to_use=True))
    if not found:
        raise Http404
    return found[0]
