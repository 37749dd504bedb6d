"""All papers, for staff. Read only; uploading and opening come with the data room."""

from django.core.paginator import Paginator
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deals.selectors import deal_labels
from documents.selectors import all_documents
from lib import search
from ui.portals import staff_page

PAGE = 50


@staff_page
@require_safe
def documents(request):
    """Every paper, newest first, searched by title or type."""
    words = search.asked_for(request)
    page = Paginator(all_documents(words=words), PAGE).get_page(request.GET.get("page"))
    labels = deal_labels(paper.deal_id for paper in page.object_list if paper.deal_id)
    rows = [{"paper": paper, "deal": labels.get(paper.deal_id)} for paper in page.object_list]
    return render(request, "staff/documents/list.html", {"page": page, "rows": rows, "q": words})
