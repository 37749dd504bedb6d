"""A paper as the answer to a request: saved as a file, kept by nobody on the way."""

from django.http import HttpResponse

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}


def pdf_answer(name: str, content: bytes) -> HttpResponse:
    """A PDF to be saved under this name."""
    answer = HttpResponse(content, content_type="application/pdf", headers=_HEADERS)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
