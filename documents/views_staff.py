"""All papers, for staff."""

from uuid import UUID

from django.core.exceptions import PermissionDenied

from deals.selectors import deal_labels
from documents import downloads, selectors
from documents.lists import papers
from documents.models import Document
from ui.lists import list_view
from ui.portals import staff_page

documents = list_view(papers(deal_labels), selectors.all_documents, "staff/documents/list.html")


@staff_page()
def open_document(request, document_id):
    """Open a paper."""
    return downloads.to_file(request, _paper_for(request.user, document_id), "documents_staff:file")


@staff_page()
def file(request, link):
    """The file of a paper, by a link of this person's."""
    return downloads.file_of(request, link, lambda found: _paper_for(request.user, found), "documents_staff:open")


def _paper_for(profile, document_id: UUID) -> Document | None:
    """A paper that this member of staff may see. Raises PermissionDenied."""
    document = selectors.document(document_id)
    if document and not profile.has_perm("documents.view_document", document):
        raise PermissionDenied
    return document
