"""What an investor owns."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.urls import reverse

from inventory.selectors import allocations_of, as_allocations, as_sold, sold_of
from portfolio.selectors import by_currency, positions_of
from ui.portals import investor_page

PAGE, MOST_EXITS = 25, 50


@investor_page()
def positions(request):
    """Positions with one total per currency, how each came to be theirs, and what was sold of it, the newest exits."""
    owned = positions_of(request.user)
    page = Paginator(allocations_of(request.user), PAGE).get_page(request.GET.get("page"))
    context = {
        "groups": by_currency(owned),
        "several": len({position.investor_name for position in owned}) > 1,
        "page": page,
        "deals_url": reverse("deals:list"),
        "allocations": as_allocations(page.object_list),
        "exits": as_sold(sold_of(request.user)[:MOST_EXITS]),
    }
    return render(request, "investor/portfolio/positions.html", context)
