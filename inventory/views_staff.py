"""Lots, sources and the book as staff work them; reserving and committing for an investor."""

from decimal import Decimal
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audit.identity import acting_as
from audit.middleware import own_transaction
from deals.forms import ReasonForm, StaffForm
from deals.models import Deal, DealStatus
from deals.selectors import Purchase, fee_plans_of, quotations_of
from deals.selectors import staff as deals
from deals.services.terms import ticket_of
from inventory import forms_staff as forms
from inventory import services
from inventory.models import Reservation
from inventory.selectors import book as book_of
from inventory.selectors import lots as lots_of
from inventory.selectors import shown, units_of
from lib import search
from lib.db import NotAllowed, NotLive, Refused
from lib.exact import plain
from ui import figures
from ui.csvfile import csv_response
from ui.editing import read_token, status_of, token_of
from ui.portals import posted, see_other, staff_page

ROWS = 50
LOT_ROWS = 100
asked = require_http_methods(["GET", "HEAD", "POST"])
SHOWN = [
    ("", gettext_lazy("Active")),
    ("on_hold", gettext_lazy("On hold")),
    ("committed", gettext_lazy("Awaiting approval")),
    ("allocated", gettext_lazy("Allocated")),
    ("ended", gettext_lazy("Ended")),
    ("all", gettext_lazy("All")),
]


def _deal(code: str) -> Deal:
    return _or_404(deals.deal_called(code))


def _or_404(found):
    if found is None:
        raise Http404
    return found


def _page(request, template: str, deal: Deal, *, status: int = 200, **context):
    context |= {"deal": deal, "counts": deals.tab_counts(deal)}
    return render(request, f"staff/inventory/{template}.html", context, status=status)


def _rows(request, found, size: int = ROWS):
    return Paginator(found, size).get_page(request.GET.get("page"))


def _done(form, verb, **facts):
    """Run a service with what the form holds. None when it was refused: the form then says why."""
    try:
        return verb(**facts) or True
    except NotAllowed:
        raise Http404 from None
    except Refused as refusal:
        form.refuse(refusal)
        return None


def _status_of(form) -> int:
    return status_of(form)


# ---------- lots ----------


@require_safe
@staff_page
def lots(request, code):
    """The lots of a deal: where their units are and what they earn."""
    deal = _deal(code)
    found = lots_of.lots_of(deal)
    if request.GET.get("format") == "csv":
        return _lots_csv(deal, found)
    context = {
        "lots": found,
        "page": _rows(request, found.lots, LOT_ROWS),
        "matrix": lots_of.units_by_lot(found),
        "over": deal.status in (DealStatus.CLOSED, DealStatus.CANCELLED),
    }
    return _page(request, "lots", deal, **context)


def _lots_csv(deal: Deal, found):
    head = [
        _("Lot"), _("Source"), _("Acquired"), _("Lock-up until"), _("Status"), _("Units"), _("Allocated"),
        _("On hold"), _("Available"), _("Blocked"), _("Unit cost"), _("Currency"), _("Spread booked"),
        _("Spread on hold"), _("Spread at offer"),
    ]  # fmt: skip
    rows = (
        [
            lot.name, lot.row.source or "", lot.row.acquired_at, lot.row.lockup_until, lot.status, lot.units,
            lot.allocated, lot.held, lot.free, lot.blocked, lot.unit_cost, lot.row.currency,
            lot.spread_booked, lot.spread_held, lot.spread_at_offer,
        ]
        for lot in found.lots
    )  # fmt: skip
    return csv_response(f"lots-{deal.code}", head, rows)


def _lot(deal: Deal, lot_id):
    return _or_404(next((lot for lot in lots_of.lots_of(deal).lots if lot.row.pk == lot_id), None))


@asked
@staff_page
def lot_add(request, code):
    """Add a lot; the whole of it is free."""
    deal = _deal(code)
    form = forms.LotForm(posted(request), sources=lots_of.sources())
    if form.is_valid():
        if _done(form, services.add_lot, acting_user=request.user, deal_id=deal.pk, **form.facts):
            units = {"units": figures.unit_count(form.cleaned_data["units"])}
            messages.success(request, _("A lot of %(units)s was added.") % units)
            return see_other("inventory_staff:lots", code)
    return _page(request, "lot_form", deal, form=form, status=_status_of(form))


@asked
@staff_page
def lot_edit(request, code, lot_id):
    """Correct a lot, let it grow, or shrink it to no less than is taken out of it."""
    deal = _deal(code)
    lot = _lot(deal, lot_id)
    form = forms.LotForm(posted(request), sources=lots_of.sources(), kept=services.kept_of_lot(lot.row))
    if form.is_valid():
        who = {"acting_user": request.user, "lot_id": lot.row.pk, "shown": form.shown}
        if _done(form, services.edit_lot, **who, **form.facts):
            messages.success(request, _("Lot %(lot)s is saved.") % {"lot": lot.name})
            return see_other("inventory_staff:lots", code)
    block = token_of(services.kept_of_block(lot.row))
    context = {"form": form, "lot": lot, "block_version": block}
    return _page(request, "lot_form", deal, status=_status_of(form), **context)


@asked
@staff_page
def lot_block(request, code, lot_id):
    """Take what a lot has left out of sale, with a reason."""
    deal = _deal(code)
    lot = _lot(deal, lot_id)
    form = ReasonForm(posted(request), kept=services.kept_of_block(lot.row))
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        who = {"acting_user": request.user, "lot_id": lot.row.pk, "shown": form.shown}
        if _done(form, services.block_lot, **who, reason=reason):
            messages.success(request, _("Lot %(lot)s is blocked.") % {"lot": lot.name})
            return see_other("inventory_staff:lots", code)
    units = {"free": figures.units(lot.free or lot.blocked), "used": figures.units(lot.used)}
    question = {
        "title": _("Block lot %(lot)s?") % {"lot": lot.name},
        "act": _("Block the lot"),
        "danger": True,
        "back": reverse("inventory_staff:lots", args=[code]),
        "will": [
            _("Its available units, %(free)s, can no longer be reserved until the lot is put on sale again.") % units,
            _("Units on hold or allocated, %(used)s, are not affected.") % units,
        ],
    }
    context = {"deal": deal, "form": form} | question
    return render(request, "staff/deals/confirm.html", context, status=_status_of(form))


@require_POST
@staff_page
def lot_unblock(request, code, lot_id):
    """Put a blocked lot on sale again."""
    lot = _lot(_deal(code), lot_id)
    try:
        services.unblock_lot(acting_user=request.user, lot_id=lot.row.pk, shown=read_token(request))
    except NotAllowed:
        raise Http404 from None
    except Refused as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("Lot %(lot)s is on sale again.") % {"lot": lot.name})
    return see_other("inventory_staff:lots", code)


# ---------- sources ----------


@require_safe
@staff_page
def sources(request):
    """List the sources of units."""
    words = search.asked_for(request)
    context = {"page": _rows(request, lots_of.sources(words=words)), "q": words}
    return render(request, "staff/inventory/sources.html", context)


@asked
@staff_page
def source_new(request):
    """Add a source."""
    form = forms.SourceForm(posted(request))
    if form.is_valid() and (made := _done(form, services.add_source, acting_user=request.user, **form.cleaned_data)):
        messages.success(request, _("%(source)s is added.") % {"source": made})
        return see_other("inventory_staff:sources")
    return render(request, "staff/inventory/source_form.html", {"form": form}, status=_status_of(form))


@asked
@staff_page
def source(request, source_id):
    """Change what is kept of a source."""
    kept = _or_404(lots_of.sources().filter(pk=source_id).first())
    form = forms.SourceForm(posted(request), kept=services.kept_of_source(kept))
    if form.is_valid():
        verb = partial(services.edit_source, acting_user=request.user, source_id=kept.pk, shown=form.shown)
        if saved := _done(form, verb, **form.changes):
            messages.success(request, _("%(source)s is saved.") % {"source": saved})
            return see_other("inventory_staff:sources")
    context = {"form": form, "source": kept}
    return render(request, "staff/inventory/source_form.html", context, status=_status_of(form))


# ---------- the book ----------


@require_safe
@staff_page
def book(request, code):
    """Every hold, commitment and allocation of a deal."""
    deal = _deal(code)
    words, show = search.asked_for(request), request.GET.get("show", "")
    found = book_of.book_of(deal, words=words, show=show, order=request.GET.get("sort", "since"))
    if request.GET.get("format") == "csv":
        return _book_csv(deal, book_of.as_entries(deal, found))
    page = _rows(request, found)
    entries = book_of.as_entries(deal, page.object_list)
    context = {
        "page": page,
        "entries": entries,
        # Fees follow each line's plan, so they are summed only where every line is at hand.
        "fees": None if page.has_other_pages() else sum((entry.fee for entry in entries), Decimal(0)),
        "totals": book_of.totals_of(deal, found),
        "q": words,
        "show": show,
        "shown": SHOWN,
        "may_reserve": deal.status in (DealStatus.OPEN, DealStatus.ALLOCATION_PENDING),
    }
    return _page(request, "book", deal, **context)


def _book_csv(deal: Deal, entries):
    head = [
        _("Investor"), _("Status"), _("Since"), _("Ends"), _("From lots"), _("Units"), _("Price"), _("Amount"),
        _("Weighted cost"), _("Spread"), _("Fee"), _("Currency"),
    ]  # fmt: skip
    rows = (
        [
            entry.row.investor, entry.state, entry.since.isoformat(), entry.row.expires_at.isoformat(),
            " + ".join(f"{part.name} {plain(part.units.normalize())}" for part in entry.parts), entry.units,
            entry.unit_price, entry.amount, entry.weighted_cost, entry.spread, entry.fee, deal.currency,
        ]
        for entry in entries
    )  # fmt: skip
    return csv_response(f"book-{deal.code}", head, rows)


def _entry(deal: Deal, reservation_id):
    try:
        return book_of.entry_of(deal, reservation_id)
    except Reservation.DoesNotExist:
        raise Http404 from None


@require_safe
@staff_page
def hold(request, code, reservation_id):
    """One line of the book: how its figures came about, and what can be done with it."""
    deal = _deal(code)
    entry = _entry(deal, reservation_id)
    return _page(request, "hold", deal, entry=entry, cost=entry.quotation)


def _costs(deal: Deal, entry, plans, units: Decimal | None = None):
    """What the investor pays under each plan, for the line's units unless others are given."""
    bought = (deal.pk, units or entry.units, entry.row.investor_id, entry.unit_price)
    return quotations_of([Purchase(*bought, plan and plan.pk) for plan in plans])


@own_transaction
@asked
@staff_page
def reserve(request, code):
    """Reserve for an investor. The call that takes locks runs alone, between reading and rendering."""
    with acting_as(request.user.pk):
        deal, form = _reserve_form(request, code)
        valid = form.is_valid()
    if valid:
        made = _done(form, services.reserve_units, acting_user=request.user, deal_id=deal.pk, **_wanted(form))
        if made:
            units = {
                "units": figures.unit_count(form.cleaned_data["units"]),
                "investor": form.cleaned_data["investor"],
            }
            messages.success(request, _("%(units)s on hold for %(investor)s.") % units)
            return see_other("inventory_staff:hold", code, made)
    with acting_as(request.user.pk):
        stock = units_of([deal.pk])[deal.pk]
        context = {"form": form, "stock": stock, "most_ticket": ticket_of(deal, "max_ticket")}
        return _page(request, "reserve", deal, status=_status_of(form), **context)


def _reserve_form(request, code: str):
    deal = _deal(code)
    return deal, forms.ReserveForForm(posted(request), deal=deal, investors=deals.investors_on(deal))


def _wanted(form) -> dict:
    typed = dict(form.cleaned_data)
    return typed | {"investor_id": typed.pop("investor").pk}


@asked
@staff_page
def release(request, code, reservation_id):
    """Give the units of a hold back before its time."""
    deal = _deal(code)
    entry = _entry(deal, reservation_id)
    form = StaffForm(posted(request))
    if request.method == "POST":
        try:
            services.cancel_hold(acting_user=request.user, reservation_id=entry.pk)
        except NotAllowed:
            raise Http404 from None
        except NotLive:
            messages.info(request, _("These units are allocated or awaiting approval, so the hold can’t be released."))
        except Refused as refusal:
            messages.error(request, str(refusal.sentence))
        else:
            released = ngettext(
                "%(units)s unit was released.", "%(units)s units were released.", figures.plural(entry.units)
            )
            messages.success(request, released % {"units": figures.units(entry.units)})
        return see_other("inventory_staff:book", code)
    units = {"units": figures.unit_count(entry.units), "investor": entry.row.investor}
    question = {
        "title": _("Release %(units)s of %(investor)s?") % units,
        "act": _("Release the units"),
        "danger": True,
        "back": reverse("inventory_staff:hold", args=[code, entry.pk]),
        "will": [
            _("The units are released immediately."),
            _("The investor sees that the hold ended."),
        ],
    }
    return render(request, "staff/deals/confirm.html", {"deal": deal, "form": form} | question)


@asked
@staff_page
def commit(request, code, reservation_id):
    """Commit a hold for its investor. Whoever does this cannot approve it."""
    deal = _deal(code)
    entry = _entry(deal, reservation_id)
    plans = fee_plans_of(deal.pk)
    form = forms.CommitForForm(posted(request), plans=plans, initial={"fee_plan": entry.quotation.plan_id})
    if form.is_valid():
        facts = {"reservation_id": entry.pk, **form.cleaned_data}
        facts["fee_plan_id"] = facts.pop("fee_plan") or None
        agreed = shown.shown_in(request.POST, facts["fee_plan_id"])
        facts["shown_hash"] = agreed.hash if agreed else ""
        if _done(form, services.commit_hold, acting_user=request.user, **facts):
            messages.success(
                request,
                _("The commitment of %(investor)s is awaiting approval.") % {"investor": entry.row.investor},
            )
            return see_other("inventory_staff:hold", code, entry.pk)
    waiting = book_of.waiting_commitment(deal, entry.row.investor_id)
    joins = waiting is not None and waiting.unit_price == entry.unit_price
    units = entry.units + (waiting.requested_units if joins else 0)
    costs = _costs(deal, entry, plans or [None], units)
    context = {
        "form": form,
        "entry": entry,
        "units": units,
        "adds_to": waiting if joins else None,
        "other_price": waiting if waiting and not joins else None,
        "choices": list(zip(form["fee_plan"], costs, strict=False)),
        "signed": shown.signed(costs),
    }
    status = _status_of(form)
    if form.is_bound and form.shown_changed:
        chosen, status = form.cleaned_data["fee_plan"], 409
        now = next(each for each in costs if str(each.plan_id or "") == chosen)
        context["changes"] = shown.changes(shown.shown_in(request.POST, chosen), now)
    return _page(request, "commit", deal, status=status, **context)


# ---------- allocations ----------


@require_safe
@staff_page
def allocations(request, code):
    """What was given, at which price."""
    deal = _deal(code)
    words = search.asked_for(request)
    found = lots_of.allocations_of_deal(deal.pk, words=words)
    if request.GET.get("format") == "csv":
        return _allocations_csv(deal, found)
    page = _rows(request, found)
    return _page(request, "allocations", deal, page=page, q=words)


def _allocations_csv(deal: Deal, found):
    head = [
        _("Investor"),
        _("Status"),
        _("Units"),
        _("Price"),
        _("Currency"),
        _("Approved by"),
        _("Approved"),
    ]
    rows = (
        [
            line.investor, line.get_status_display(), line.units, line.unit_price, deal.currency,
            line.approved_by or "", line.approved_at and line.approved_at.isoformat(),
        ]
        for line in found
    )  # fmt: skip
    return csv_response(f"allocations-{deal.code}", head, rows)
