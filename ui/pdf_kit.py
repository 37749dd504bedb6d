"""What PDFs are made with: the fetcher that gives our own files alone, fonts and the sheet.

Imported by ``ui.pdf`` where a PDF is made, and nowhere else: WeasyPrint wants libraries of the system.
"""

import threading
from functools import cache
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import weasyprint
from django.conf import settings
from weasyprint.css import ColorProfile
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

# An address that no network has: what a template names beside it lies below static/.
BASE = "https://static.invalid/"
SHEET = "pdf.css"
SRGB = "srgb"
# Any other name leaves the colours as they were given when the page was laid out: by "srgb", WeasyPrint would open a
# file of its own for each paper, and never close it.
AS_RENDERED = "as rendered"
# Fonts and sheet, loaded once for each thread: a font map is no two threads' at once.
_loaded = threading.local()


class Foreign(FatalURLFetchingError):
    """An address that is not ours; it ends the rendering, where another exception would leave a gap in the paper."""


class Fetcher(URLFetcher):
    """Gives files below static/, and what stands in the page itself."""

    foreign: Foreign | None = None

    def fetch(self, url, headers=None):
        if url.startswith("data:"):
            return super().fetch(url, headers)
        try:
            if not url.startswith(BASE):
                raise ValueError(url)
            return URLFetcherResponse(url, content(url.removeprefix(BASE)))
        except (OSError, ValueError) as error:
            self.foreign = Foreign(url)
            raise self.foreign from error

    def refuse_foreign(self) -> None:
        """Raises Foreign if any address was refused, since an SVG goes on without what it could not get."""
        if self.foreign:
            raise self.foreign


def fetcher() -> Fetcher:
    """The one fetcher of this thread, as new."""
    if not hasattr(_loaded, "fetcher"):
        _loaded.fetcher = Fetcher()
    _loaded.fetcher.foreign = None
    return _loaded.fetcher


def fonts() -> FontConfiguration:
    """Our fonts beside the machine's, which stand in for characters that ours lack."""
    if not hasattr(_loaded, "fonts"):
        _loaded.fonts = FontConfiguration()
    return _loaded.fonts


def sheet() -> weasyprint.CSS:
    """The sheet of all papers."""
    if not hasattr(_loaded, "sheet"):
        text = content(SHEET).decode()
        _loaded.sheet = weasyprint.CSS(string=text, base_url=BASE, url_fetcher=Fetcher(), font_config=fonts())
    return _loaded.sheet


def colours() -> dict:
    """The colour space that papers are in, as PDF/A wants one stated. Opened for each: reading one changes it."""
    profile = ColorProfile(BytesIO(_srgb()), "sRGB2014.icc", "relative-colorimetric", (["r"], ["g"], ["b"]))
    return {"color_profiles": {SRGB: profile}, "output_intent": SRGB}


@cache
def _srgb() -> bytes:
    return (files("weasyprint.pdf") / "sRGB2014.icc").read_bytes()


@cache
def content(name: str) -> bytes:
    """A file below static/. Raises ValueError for one beside it, OSError for none."""
    folder = (Path(settings.BASE_DIR) / "static").resolve()
    path = (folder / unquote(name)).resolve()
    if not path.is_relative_to(folder):  # [1]
        raise ValueError(name)
    return path.read_bytes()
