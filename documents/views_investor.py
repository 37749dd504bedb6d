"""The papers an investor may read."""

from django.core.paginator import Paginator
from django.shortcuts import render

from deals.selectors import memberships_of
from documents.selectors import documents_for
from portfolio.selectors import positions_of
from ui.portals import investor_page

PAGE = 50


@investor_page()
def documents(request):
    """Papers of the person, their investors, their deals and the vehicles they own. Read only."""
    deals = {place.deal_id: place.deal for place in memberships_of(request.user)}
    vehicles = {position.vehicle_id: position.vehicle_name for position in positions_of(request.user)}
    papers = documents_for(request.user, deal_ids=deals, vehicle_ids=vehicles).select_related("owner_investor")
    page = Paginator(papers, PAGE).get_page(request.GET.get("page"))
    rows = [{"paper": paper, "about": _about(paper, deals, vehicles)} for paper in page.object_list]
    return render(request, "investor/documents/list.html", {"page": page, "rows": rows})


def _about(paper, deals, vehicles) -> str:
    """What a paper is about, in one name."""
    if paper.deal_id in deals:
        return deals[paper.deal_id].name
    return vehicles.get(paper.vehicle_id) or str(paper.owner_investor or "")
