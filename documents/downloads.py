"""Opening a document, the same for both portals: ask, make a link for this person, give the file."""

from collections.abc import Callable
from uuid import UUID

from django.http import FileResponse, Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from documents import links, services
from documents.models import Document
from ui.portals import or_404

# A file is taken as a file: no browser shows it as a page of ours, runs anything of it or keeps a copy.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


def to_file(request, document: Document | None, file_page: str):
    """Lead on to a link that is good for this person and a quarter of an hour. Raises Http404."""
    if not or_404(document).is_stored:
        raise Http404
    return redirect(file_page, links.make_link(document.pk, request.user.pk, now=timezone.now()))


def file_of(request, link: str, find: Callable[[UUID], Document | None], open_page: str):
    """The file behind a link, if it still is this person's to open. Raises Http404, FileIsMissing."""
    try:
        document_id = links.read_link(link, request.user.pk, now=timezone.now())
    except links.LinkExpired as expired:
        document = or_404(find(expired.document_id))
        return render(
            request, "documents/link_expired.html", {"document": document, "open_page": open_page}, status=410
        )
    document = or_404(find(or_404(document_id)))
    file = services.open_document(acting_user=request.user, document=document)
    answer = FileResponse(
        file, as_attachment=True, filename=document.filename, content_type=document.content_type, headers=_HEADERS
    )
    answer["Content-Length"] = file.size
    return answer
