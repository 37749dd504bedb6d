"""What an investor reads first: home, their deals, their commitments."""

from decimal import Decimal

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from deals import services
from deals.models import Deal, DealType
from deals.selectors import (
    SHOWN_STATUSES,
    Purchase,
    as_commitments,
    commitments_of,
    deal_labels,
    deal_list,
    facts_above,
    invitations,
    needs_above,
    quotations_of,
    without_fees,
)
from inventory.selectors import (
    Standing,
    allocations_of,
    as_allocations,
    as_holds,
    changes_asked_of,
    running_holds_of,
    standing_on,
    stock_of,
)
from investors.selectors import own_investors
from lib import search
from lib.db import NotAllowed
from notifications.selectors import notices_of
from portfolio.selectors import by_currency, positions_of
from ui import figures
from ui.portals import ACT, investor_page, see_other

DEALS_PAGE, COMMITMENTS_PAGE = 24, 25
MOST_NEEDS, MOST_NEWS, MOST_DEALS = 20, 4, 4
SORTS = [
    ("", gettext_lazy("Closing first")),
    ("-closes", gettext_lazy("Closing last")),
    ("name", gettext_lazy("By name")),
    ("price", gettext_lazy("By price")),
]


# --- home


@investor_page()
def dashboard(request):
    """What needs this person, most urgent first; then what they own, their deals and their news."""
    profile = request.user
    holds = as_holds(running_holds_of(profile)[:MOST_NEEDS])
    asked = as_commitments(changes_asked_of(profile)[:MOST_NEEDS])
    invited = invitations()
    owned = positions_of(profile)
    above = needs_above(profile)
    needs = len(holds) + len(asked) + len(above) + len(invited)
    context = {
        "headline": _headline(needs),
        "needs": needs,
        "holds": _with_costs(holds),
        "asked": asked,
        "overdue": [need for need in above if need.get("days", 0) < 0],
        "above": [need for need in above if need.get("days", 0) >= 0],
        "invitations": invited,
        "groups": by_currency(owned),
        "waiting": as_commitments(commitments_of(profile).filter(status="submitted", past_limit=False)[:MOST_NEEDS]),
        "places": _places(profile, deal_list(profile, status="open")[:MOST_DEALS]),
        "notices": notices_of(profile)[:MOST_NEWS],
        "investors": own_investors(profile),
    }
    return render(request, "investor/dashboard.html", context)


def _headline(needs: int) -> str:
    """The page's title: how many items need the reader's attention."""
    if not needs:
        return _("You’re all caught up")
    said = ngettext("%(number)s item needs your attention", "%(number)s items need your attention", needs)
    return said % {"number": figures.number(needs)}


def _with_costs(holds) -> list[dict]:
    """Holds with what they cost under each deal's default plan."""
    costs = quotations_of([_bought(hold) for hold in holds])
    return [{"hold": hold, "cost": cost} for hold, cost in zip(holds, costs, strict=True)]


def _bought(thing, plan_id=None) -> Purchase:
    return Purchase(thing.deal.id, thing.units, thing.investor_id, thing.unit_price, plan_id)


def _status_word(asked) -> str:
    """The key of the status word: what waits for the investor, or is over, has its own."""
    if asked.changes_asked:
        return "changes_asked"
    if asked.replaced:
        return "replaced"
    if asked.undone_at:
        return "undone"
    return "cancelled" if asked.lapsed else asked.status


def _cost(asked):
    """What a commitment costs: as agreed, or as its plan has it where nothing was frozen with it."""
    found = asked.quotation or quotations_of([_bought(asked, asked.fee_plan_id)])[0]
    return found or without_fees(asked.units, asked.unit_price, asked.deal.currency)


@investor_page(ACT)
def accept(request, deal_id):
    """Accept an invitation."""
    try:
        services.accept_membership(acting_user=request.user, deal_id=deal_id)
    except NotAllowed:
        raise Http404 from None
    label = deal_labels([deal_id])[deal_id]
    messages.success(request, _("You are now a member of %(deal)s.") % {"deal": label.name})
    return see_other("inventory:room", code=label.code)


# --- deals


@investor_page()
def deals(request):
    """The deals this person is a member of, as cards or as a table."""
    asked = {key: search.asked_for(request, key) for key in ("q", "status", "kind", "sort", "view")}
    found = deal_list(request.user, words=asked["q"], status=asked["status"], kind=asked["kind"], order=asked["sort"])
    page = Paginator(found, DEALS_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "places": _places(request.user, page.object_list),
        "asked": asked,
        "narrowed": any(asked[key] for key in ("q", "status", "kind")),
        "statuses": SHOWN_STATUSES,
        "kinds": DealType.choices,
        "sorts": SORTS,
        "as_table": asked["view"] == "table",
        "all_url": reverse("deals:list"),
    }
    return render(request, "investor/deals/list.html", context)


def _places(profile, memberships) -> list[dict]:
    """Memberships with what is free and what is theirs; outside members read no figures."""
    rows = list(memberships)
    inside = [row.deal_id for row in rows if row.investor]
    stock, standing = stock_of(inside), standing_on(profile, inside)
    return [_place(row, stock.get(row.deal_id), standing.get((row.deal_id, row.investor_id))) for row in rows]


def _place(row, stock, standing) -> dict:
    mine = standing or Standing()
    yours = mine.on_hold + mine.committed + mine.owned
    return {
        "deal": row.deal,
        "role": row.get_role_display(),
        "outside": row.investor is None,
        "stock": stock,
        "standing": mine,
        "yours": yours,
        "others": max(stock.taken - yours, Decimal(0)) if stock else Decimal(0),
    }


# --- commitments


@investor_page()
def commitments(request):
    """All requests to buy of the person's investors."""
    page = Paginator(commitments_of(request.user), COMMITMENTS_PAGE).get_page(request.GET.get("page"))
    rows = as_commitments(page.object_list)
    several = len({row.investor_id for row in rows}) > 1
    return render(request, "investor/deals/commitments.html", {"page": page, "rows": rows, "several": several})


@investor_page()
def commitment(request, commitment_id):
    """One request to buy: what was asked, what it costs, how it stands."""
    found = as_commitments(commitments_of(request.user).filter(pk=commitment_id))
    if not found:
        raise Http404
    asked = found[0]
    context = {
        "asked": asked,
        "shown_status": _status_word(asked),
        "cost": _cost(asked),
        "undone": as_allocations(allocations_of(request.user).filter(commitment=asked.id, undone_at__isnull=False)),
        "facts_above": facts_above(request.user, asked.id),
        # A colleague at the same investor reads this too, and has no row of the deal.
        "may_open_deal": request.user.has_perm("deals.view_deal", Deal(pk=asked.deal.id)),
    }
    return render(request, "investor/deals/commitment.html", context)
