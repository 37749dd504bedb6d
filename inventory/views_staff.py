"""Lots, sources, the book and exits as staff work them; reserving and committing for an investor."""

from decimal import Decimal
from functools import partial

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from audit.identity import acting_as
from deals.forms import ReasonForm
from deals.models import Deal, DealStatus
from deals.selectors import Purchase, fee_plans_of, quotations_of
from deals.selectors import staff as deals
from deals.services.terms import ticket_of
from deals.staff_pages import about, confirm_step, find_deal
from inventory import forms_staff as forms
from inventory import lists, services
from inventory.models import Reservation
from inventory.selectors import book as book_of
from inventory.selectors import exits as exits_of
from inventory.selectors import lots as lots_of
from inventory.selectors import shown, units_of
from lib.db import NotLive
from ui import figures
from ui.editing import read_token, status_of, token_of
from ui.lists import list_page, list_view
from ui.pages import act, form_page, run
from ui.portals import ACT, FORM, or_404, posted, see_other, staff_page

# ---------- lots ----------


@staff_page()
def lots(request, code):
    """The lots of a deal: where their units are and what they earn."""
    deal = find_deal(code)
    found = lots_of.lots_of(deal)
    over = deal.status in (DealStatus.CLOSED, DealStatus.CANCELLED)
    return list_page(
        request,
        "staff/inventory/lots.html",
        lists.lots(deal, over=over),
        lambda: found.lots,
        foot=partial(lists.lots_foot, found),
        lots=found,
        matrix=lots_of.units_by_lot(found),
        over=over,
        **about(deal),
    )


def _lot(deal: Deal, lot_id):
    return or_404(next((lot for lot in lots_of.lots_of(deal).lots if lot.row.pk == lot_id), None))


@staff_page(FORM)
def lot_add(request, code):
    """Add a lot; all of it available."""
    deal = find_deal(code)
    form = forms.LotForm(posted(request), sources=lots_of.sources())
    return form_page(
        request,
        "staff/inventory/lot_form.html",
        form,
        verb=partial(services.add_lot, deal_id=deal.pk),
        said=lambda made: (
            _("A lot of %(units)s was added.") % {"units": figures.unit_count(form.cleaned_data["units"])}
        ),
        to=reverse("inventory_staff:lots", args=[code]),
        **about(deal),
    )


@staff_page(FORM)
def lot_edit(request, code, lot_id):
    """Correct a lot, let it grow, or shrink it to no less than is taken out of it."""
    deal = find_deal(code)
    lot = _lot(deal, lot_id)
    return form_page(
        request,
        "staff/inventory/lot_form.html",
        forms.LotForm(posted(request), sources=lots_of.sources(), kept=services.kept_of_lot(lot.row)),
        verb=partial(services.edit_lot, lot_id=lot.row.pk),
        said=_("Lot %(lot)s is saved.") % {"lot": lot.name},
        to=reverse("inventory_staff:lots", args=[code]),
        lot=lot,
        block_version=token_of(services.kept_of_block(lot.row)),
        **about(deal),
    )


@staff_page(FORM)
def lot_block(request, code, lot_id):
    """Take what a lot has left out of sale, with a reason."""
    deal = find_deal(code)
    lot = _lot(deal, lot_id)
    units = {"free": figures.units(lot.available or lot.blocked), "used": figures.units(lot.used)}
    return confirm_step(
        request,
        deal,
        form=ReasonForm(posted(request), kept=services.kept_of_block(lot.row)),
        verb=partial(services.block_lot, lot_id=lot.row.pk),
        back="inventory_staff:lots",
        said=_("Lot %(lot)s is blocked.") % {"lot": lot.name},
        title=_("Block lot %(lot)s?") % {"lot": lot.name},
        act=_("Block the lot"),
        danger=True,
        will=[
            _("Its available units, %(free)s, can no longer be reserved until the lot is put on sale again.") % units,
            _("Units on hold or allocated, %(used)s, are not affected.") % units,
        ],
    )


@staff_page(ACT)
def lot_unblock(request, code, lot_id):
    """Put a blocked lot on sale again."""
    lot = _lot(find_deal(code), lot_id)
    return act(
        request,
        partial(services.unblock_lot, lot_id=lot.row.pk, shown=read_token(request)),
        said=_("Lot %(lot)s is on sale again.") % {"lot": lot.name},
        to=reverse("inventory_staff:lots", args=[code]),
    )


# ---------- sources ----------


sources = list_view(lists.SOURCES, lots_of.sources, "staff/inventory/sources.html")


@staff_page(FORM)
def source_new(request):
    """Add a source."""
    return form_page(
        request,
        "staff/inventory/source_form.html",
        forms.SourceForm(posted(request)),
        verb=services.add_source,
        said=lambda made: _("%(source)s is added.") % {"source": made},
        to=reverse("inventory_staff:sources"),
    )


@staff_page(FORM)
def source(request, source_id):
    """Change what is kept of a source."""
    kept = or_404(lots_of.sources().filter(pk=source_id).first())
    return form_page(
        request,
        "staff/inventory/source_form.html",
        forms.SourceForm(posted(request), kept=services.kept_of_source(kept)),
        verb=partial(services.edit_source, source_id=kept.pk),
        said=lambda saved: _("%(source)s is saved.") % {"source": saved},
        to=reverse("inventory_staff:sources"),
        source=kept,
    )


# ---------- the book ----------


@staff_page()
def book(request, code):
    """Every hold, commitment and allocation of a deal."""
    deal = find_deal(code)
    may_reserve = deal.status in (DealStatus.OPEN, DealStatus.ALLOCATION_PENDING)
    return list_page(
        request,
        "staff/inventory/book.html",
        lists.book(deal),
        partial(book_of.book_of, deal),
        foot=partial(lists.book_foot, deal),
        may_reserve=may_reserve,
        **about(deal),
    )


def _entry(deal: Deal, reservation_id):
    try:
        return book_of.entry_of(deal, reservation_id)
    except Reservation.DoesNotExist:
        raise Http404 from None


@staff_page()
def hold(request, code, reservation_id):
    """One line of the book: how its figures came about, and what can be done with it."""
    deal = find_deal(code)
    entry = _entry(deal, reservation_id)
    context = about(deal) | {"entry": entry, "cost": entry.quotation}
    return render(request, "staff/inventory/hold.html", context)


def _costs(deal: Deal, entry, plans, units: Decimal | None = None):
    """What the investor pays under each plan, for the line's units unless others are given."""
    bought = (deal.pk, units or entry.units, entry.row.investor_id, entry.unit_price)
    return quotations_of([Purchase(*bought, plan and plan.pk) for plan in plans])


@staff_page(FORM, own_transaction=True)
def reserve(request, code):
    """Reserve for an investor. The call that takes locks runs alone, between reading and rendering."""
    with acting_as(request.user.pk):
        deal, form = _reserve_form(request, code)
        valid = form.is_valid()
    if valid and (made := run(form, partial(services.reserve_units, acting_user=request.user, deal_id=deal.pk))):
        typed = form.cleaned_data
        units = {"units": figures.unit_count(typed["units"]), "investor": typed["investor"]}
        messages.success(request, _("%(units)s on hold for %(investor)s.") % units)
        return see_other("inventory_staff:hold", code, made)
    with acting_as(request.user.pk):
        context = {"form": form, "stock": units_of([deal.pk])[deal.pk], "most_ticket": ticket_of(deal, "max_ticket")}
        return render(request, "staff/inventory/reserve.html", about(deal) | context, status=status_of(form))


def _reserve_form(request, code: str):
    deal = find_deal(code)
    return deal, forms.ReserveForForm(posted(request), deal=deal, investors=deals.investors_on(deal))


@staff_page(FORM)
def release(request, code, reservation_id):
    """Give the units of a hold back before its time."""
    deal = find_deal(code)
    entry = _entry(deal, reservation_id)
    released = ngettext("%(units)s unit was released.", "%(units)s units were released.", figures.plural(entry.units))
    units = {"units": figures.unit_count(entry.units), "investor": entry.row.investor}
    return confirm_step(
        request,
        deal,
        verb=partial(_release, reservation_id=entry.pk),
        back="inventory_staff:book",
        said=released % {"units": figures.units(entry.units)},
        title=_("Release %(units)s of %(investor)s?") % units,
        act=_("Release the units"),
        danger=True,
        will=[_("The units are released immediately."), _("The investor sees that the hold ended.")],
    )


class Pinned(NotLive):
    sentence = gettext_lazy("These units are allocated or awaiting approval, so the hold can’t be released.")


def _release(**facts) -> bool:
    try:
        return services.cancel_hold(**facts)
    except NotLive as refusal:
        raise Pinned from refusal


@staff_page(FORM)
def commit(request, code, reservation_id):
    """Commit a hold for its investor. Whoever does this cannot approve it."""
    deal = find_deal(code)
    entry = _entry(deal, reservation_id)
    plans = fee_plans_of(deal.pk)
    form = forms.CommitForForm(posted(request), plans=plans, initial={"fee_plan": entry.quotation.plan_id})
    if form.is_valid():
        agreed = shown.shown_in(request.POST, form.facts["fee_plan_id"])
        verb = partial(services.commit_hold, acting_user=request.user, reservation_id=entry.pk)
        if run(form, verb, shown_hash=agreed.hash if agreed else ""):
            said = _("The commitment of %(investor)s is awaiting approval.")
            messages.success(request, said % {"investor": entry.row.investor})
            return see_other("inventory_staff:hold", code, entry.pk)
    context = about(deal) | {"form": form, "entry": entry} | _commit_context(request, deal, entry, plans, form)
    return render(request, "staff/inventory/commit.html", context, status=status_of(form))


def _commit_context(request, deal: Deal, entry, plans, form) -> dict:
    """What the commitment would come to, with one that waits already, and what changed since it was shown."""
    waiting = book_of.waiting_commitment(deal, entry.row.investor_id)
    joins = waiting is not None and waiting.unit_price == entry.unit_price
    units = entry.units + (waiting.requested_units if joins else 0)
    costs = _costs(deal, entry, plans or [None], units)
    context = {
        "units": units,
        "adds_to": waiting if joins else None,
        "other_price": waiting if waiting and not joins else None,
        "choices": list(zip(form["fee_plan"], costs, strict=False)),
        "signed": shown.signed(costs),
    }
    if form.is_bound and form.shown_changed:
        chosen = form.cleaned_data["fee_plan"]
        now = next(each for each in costs if str(each.plan_id or "") == chosen)
        context["changes"] = shown.changes(shown.shown_in(request.POST, chosen), now)
    return context


# ---------- allocations ----------


@staff_page()
def allocations(request, code):
    """What was given, at which price."""
    deal = find_deal(code)
    found = partial(lots_of.allocations_of_deal, deal.pk)
    return list_page(request, "staff/inventory/allocations.html", lists.allocations(deal), found, **about(deal))


# ---------- exits ----------


@staff_page()
def exits(request, code):
    """What was sold of a deal, and what is proposed."""
    deal = find_deal(code)
    found = partial(exits_of.exits_of, deal)
    return list_page(request, "staff/inventory/exits.html", lists.exits(deal), found, **about(deal))


@staff_page()
def deal_exit(request, code, exit_id):
    """One exit: what each allocation gave and got, or would."""
    deal = find_deal(code)
    sold = or_404(exits_of.exit_of(deal, exit_id))
    found = exits_of.lines_of(sold)
    return list_page(
        request,
        "staff/inventory/exit.html",
        lists.exit_lines(deal),
        lambda: found.lines,
        sold=sold,
        left_out=exits_of.left_out_of(sold),
        sums=found,
        share=sold.fraction * 100,
        **about(deal),
    )


@staff_page(FORM)
def exit_new(request, code):
    """Propose the sale of all or part of what a deal holds; a second person approves it."""
    deal = find_deal(code)
    return form_page(
        request,
        "staff/inventory/exit_form.html",
        forms.ExitForm(posted(request)),
        verb=partial(services.propose_exit, deal_id=deal.pk),
        said=_("The exit is proposed. Nothing moves until a second person has approved it."),
        to=lambda made: reverse("inventory_staff:exit", args=[code, made]),
        **about(deal),
    )
