"""The papers an investor may read."""

from uuid import UUID

from django.core.paginator import Paginator
from django.shortcuts import render

from deals.selectors import memberships_of
from documents import downloads
from documents.models import Document
from documents.selectors import documents_for
from portfolio.selectors import positions_of
from ui.portals import investor_page

PAGE = 50


@investor_page()
def documents(request):
    """Papers of the person, their investors, their deals and the vehicles they own."""
    deals, vehicles, papers = _papers_of(request.user)
    page = Paginator(papers.select_related("owner_investor"), PAGE).get_page(request.GET.get("page"))
    rows = [{"paper": paper, "about": _about(paper, deals, vehicles)} for paper in page.object_list]
    return render(request, "investor/documents/list.html", {"page": page, "rows": rows})


def _about(paper, deals, vehicles) -> str:
    """What a paper is about, in one name."""
    if paper.deal_id in deals:
        return deals[paper.deal_id].name
    return vehicles.get(paper.vehicle_id) or str(paper.owner_investor or "")


@investor_page()
def open_document(request, document_id):
    """Open a paper of the list."""
    return downloads.to_file(request, _paper_of(request.user, document_id), "documents:file")


@investor_page()
def file(request, link):
    """The file of a paper of the list, by a link of this person's."""
    return downloads.file_of(request, link, lambda found: _paper_of(request.user, found), "documents:open")


def _papers_of(profile):
    """What the list holds, and the deals and vehicles that its papers are about, by their ids."""
    deals = {place.deal_id: place.deal for place in memberships_of(profile)}
    vehicles = {position.vehicle_id: position.vehicle_name for position in positions_of(profile)}
    return deals, vehicles, documents_for(profile, deal_ids=deals, vehicle_ids=vehicles)


def _paper_of(profile, document_id: UUID) -> Document | None:
    """A paper of the list: what it shows can be opened, and nothing else can."""
    _deals, _vehicles, papers = _papers_of(profile)
    return papers.filter(pk=document_id).first()  # [1]
