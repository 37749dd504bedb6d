"""Fees that accrued, each with its derivation, and what would accrue; for investors their own."""

from functools import partial

from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from deals.forms import ReasonForm
from fees import derivations, forms_events
from fees.lists_events import EVENTS
from fees.selectors import events as selectors
from fees.services import accrual
from house.selectors import today
from ui import figures
from ui.lists import list_view
from ui.pages import act, confirm_page, form_page
from ui.portals import FORM, investor_page, or_404, posted, staff_page

PAGE, MOST_ROWS = 25, 500
events = list_view(EVENTS, selectors.events, "staff/fees/events.html")


@staff_page(FORM)
def accrue(request):
    """Choose a deal and a day, see what would accrue and what would not, and accrue it."""
    deals = selectors.deals_with_fees()
    asked = request.GET if request.method != "POST" and "deal" in request.GET else posted(request)
    form = forms_events.AccrueForm(asked, deals=deals, initial={"as_of": accrual.yesterday()})
    context = {"form": form}
    if form.is_valid():
        deal = next(one for one in deals if one.code == form.cleaned_data["deal"])
        as_of = form.cleaned_data["as_of"]
        to = f"{reverse('fee_events_staff:accrue')}?deal={deal.code}&as_of={as_of.isoformat()}"
        if request.method == "POST":
            verb = partial(accrual.accrue, deal_id=deal.pk, as_of=as_of)
            return act(request, verb, said=_said_of_accrual, to=to)
        found = selectors.preview(deal, as_of)
        context |= {"preview": found, "as_of": as_of.isoformat(), "is_earned": as_of <= today(),
                    "due": [_row(row) for row in found.due[:MOST_ROWS]],
                    "waiting": [_row(row) for row in found.waiting[:MOST_ROWS]],
                    "sums": [(derivations.kind_of(kind), amount) for kind, amount in found.sums.items()]}  # fmt: skip
    return render(request, "staff/fees/accrue.html", context, status=422 if form.is_bound and form.errors else 200)


def _said_of_accrual(made: int) -> str:
    said = ngettext("%(n)s fee event is accrued.", "%(n)s fee events are accrued.", made)
    return said % {"n": figures.number(made)} if made else _("Nothing was due.")


def _row(row: dict) -> dict:
    """A row of the preview with its words."""
    word = "" if row["reason"] == "terms_missing" else derivations.kind_of(row["kind"], row["house_only"])
    why = derivations.REASONS.get(row["reason"] or "", "")
    return row | {"word": word, "why": why, "formula": derivations.formula_of(row)}


def _explained(event) -> dict:
    return {
        "event": event,
        "word": derivations.kind_of(event.kind, event.house_only),
        "formula": derivations.formula_of(event.derivation),
        "facts": derivations.facts_of(event.derivation, event.currency),
        "rounding": derivations.rounding_of(event.derivation),
    }


@staff_page()
def event(request, event_id):
    """How one event came about, and what the ledger says of it."""
    found = or_404(selectors.event(event_id))
    context = _explained(found) | {
        "entries": selectors.entries_of(found),
        "may_change": request.user.role in accrual.MAY_CHANGE and found.status == "accrued",
        "may_adjust": not found.house_only and found.adjusts_id is None and found.status != "voided",
    }
    return render(request, "staff/fees/event.html", context)


@staff_page(FORM)
def void(request, event_id):
    """Void an event that is not billed yet."""
    found = or_404(selectors.event(event_id))
    back = reverse("fee_events_staff:event", args=[found.pk])
    will = [
        _("%(amount)s is taken out of what is accrued, and out of the ledger.")
        % {"amount": figures.money(found.computed_amount, found.currency)},
        _("Nothing accrues in its place: a right amount is entered as an adjustment of another event, or by hand."),
    ]
    return confirm_page(
        request,
        form=ReasonForm(posted(request), kept={"status": found.status}),
        verb=lambda shown=None, **facts: accrual.void_event(event_id=found.pk, **facts) or True,
        said=_("The fee is voided."),
        back=back,
        title=_("Void this fee"),
        act=_("Void the fee"),
        will=will,
        danger=True,
        crumbs=[(_("Fees"), "fee_events_staff:events", "")],
    )


@staff_page(FORM)
def adjust(request, event_id):
    """Bring an event to its right amount by another one."""
    found = or_404(selectors.event(event_id))
    return form_page(
        request,
        "staff/fees/adjust.html",
        forms_events.AdjustForm(posted(request), currency=found.currency),
        verb=partial(accrual.adjust_event, event_id=found.pk),
        said=_("The adjustment is accrued."),
        to=reverse("fee_events_staff:event", args=[found.pk]),
        event=found,
        word=derivations.kind_of(found.kind, found.house_only),
    )


# --- for investors


@investor_page()
def own_events(request):
    """What accrued for the reader's investors, each with its derivation."""
    page = Paginator(selectors.own_events(request.user), PAGE).get_page(request.GET.get("page"))
    rows = [(event, derivations.kind_of(event.kind)) for event in page.object_list]
    return render(request, "investor/fees/events.html", {"page": page, "rows": rows})


@investor_page()
def own_event(request, event_id):
    """How one fee of the reader's investors came about."""
    found = or_404(selectors.own_event(request.user, event_id))
    return render(request, "investor/fees/event.html", _explained(found))
