"""Papers as PDF files: one renderer for invoices, statements and reports.

A template below ``templates/pdf/`` extends ``pdf/base.html``. Fonts and sheets are ours; nothing is fetched from
anywhere, neither from the network nor from the disk beyond ``static/``. The same input gives the same bytes.
"""

from collections.abc import Iterable
from contextlib import redirect_stdout
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from io import BytesIO

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.translation import get_language, gettext_lazy

from lib.db import Refused

VARIANT = "pdf/a-3b"


class PdfUnavailable(Refused):
    """The libraries that lay out text are not installed on this machine."""

    sentence = gettext_lazy(
        "PDFs can’t be created on this server: the Pango library is missing. Nothing was changed. Tell your"
        " administrator."
    )


class ForeignAddress(Exception):
    """A template names something that is not ours: a fault of the template, never shown to a reader."""


@dataclass(frozen=True)
class Attachment:
    """A file inside the PDF. ``relationship`` as PDF/A-3 has it: Data, Source, Alternative, Supplement."""

    name: str
    content: bytes
    description: str = ""
    relationship: str = "Data"


def render_pdf(
    template: str,
    context: dict,
    *,
    made_at: datetime,
    attachments: Iterable[Attachment] = (),
    variant: str = VARIANT,
    xmp: bytes = b"",
) -> bytes:
    """A template as a PDF file, in the active language; dates and figures follow it.

    ``made_at`` is the moment the file states, so that the same input gives the same bytes. ``xmp`` are
    rdf:Description elements for the file's metadata, such as those that name an e-invoice. Slow (some hundredths of a
    second a page): never inside a transaction that holds locks. Raises PdfUnavailable, ForeignAddress.
    """
    kit, moment = _kit(), made_at.astimezone(UTC)
    facts = {"language": get_language() or settings.LANGUAGE_CODE, "created": moment.isoformat(timespec="seconds")}
    page = kit.weasyprint.HTML(
        string=render_to_string(template, facts | context), base_url=kit.BASE, url_fetcher=kit.fetcher()
    )
    try:
        laid_out = page.render(stylesheets=[kit.sheet()], font_config=kit.fonts(), **kit.colours())
        made = laid_out.write_pdf(
            pdf_variant=variant,
            pdf_tags=True,
            output_intent=kit.AS_RENDERED,
            attachments=[_embedded(kit.weasyprint, one, moment) for one in attachments],
            finisher=_adding(xmp),
        )
        page.url_fetcher.refuse_foreign()
    except kit.Foreign as foreign:
        raise ForeignAddress(f"{template} names {foreign}, which is not below static/") from foreign
    return made


def is_available() -> bool:
    """Whether this machine has the libraries that PDFs need."""
    try:
        _kit()
    except PdfUnavailable:
        return False
    return True


@cache
def _kit():
    # It opens the system's libraries as it is imported: the rest of the site runs without them.
    try:
        with redirect_stdout(None):  # where it tells how to install them
            from ui import pdf_kit
    except OSError as missing:
        raise PdfUnavailable(f"PDFs cannot be made here: {missing}") from missing
    return pdf_kit


def _embedded(weasyprint, one: Attachment, moment: datetime):
    return weasyprint.Attachment(
        file_obj=BytesIO(one.content),
        name=one.name,
        description=one.description or None,
        created=moment,
        modified=moment,
        relationship=one.relationship,
    )


def _adding(xmp: bytes):
    """Puts more descriptions into the one RDF element of the metadata, where every reader looks."""

    def finish(_document, pdf) -> None:
        for part in pdf.objects if xmp else ():
            if getattr(part, "extra", {}).get("Type") == "/Metadata":
                part.stream = [piece.replace(b"</rdf:RDF>", xmp + b"</rdf:RDF>") for piece in part.stream]

    return finish
