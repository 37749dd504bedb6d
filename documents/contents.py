"""What a file is, by what is in it: its name proves nothing, and what a browser would run is no document.

Reading is bounded: what unpacks to much more than it is, or holds more pixels than any page needs, is refused before
it is unpacked.
"""

import codecs
import hashlib
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _
from lxml import etree
from PIL import Image

from lib.db import BadValue
from lib.text import TITLE, tidy_line

SIZE_MAX = 50 * 1024 * 1024
PIXELS_MAX = 40_000_000
UNPACKED_MAX, UNPACKED_RATIO_MAX, PARTS_MAX = 200 * 1024 * 1024, 100, 5_000
_CHUNK = 1024 * 1024
_OFFICE = "application/vnd.openxmlformats-officedocument"


class BadFile(BadValue):
    """A file that is not taken. ``field`` names the form's."""

    sentence = _("This file can’t be used. Nothing was stored.")
    field = "file"


class EmptyFile(BadFile):
    sentence = _("This file is empty. Nothing was stored.")


class FileTooLarge(BadFile):
    sentence = _("This file is larger than 50 MB. Nothing was stored.")


class UnknownContent(BadFile):
    sentence = _("This type of file isn’t accepted, or the file is damaged. Nothing was stored.")


class UnpacksTooLarge(BadFile):
    sentence = _("This file is too large once opened. Nothing was stored.")


@dataclass(frozen=True)
class ContentType:
    """A type of file: how it begins, what its name ends with, and whether the rest is as it should be."""

    name: str  # the MIME type
    endings: tuple[str, ...]
    is_whole: Callable[[BinaryIO], bool]


@dataclass(frozen=True)
class Checked:
    """What was found out about a file: its type, its bytes, and a file name that is safe to offer."""

    content_type: str
    size: int
    sha256: str
    filename: str


# --- each type


def _pdf(file: BinaryIO) -> bool:
    if not re.match(rb"%PDF-[12]\.\d", file.read(8)):
        return False
    file.seek(max(file.seek(0, 2) - 2048, 0))
    return b"%%EOF" in file.read()


def _picture(kind: str, start: bytes) -> Callable[[BinaryIO], bool]:
    def is_whole(file: BinaryIO) -> bool:
        if file.read(len(start)) != start:
            return False
        file.seek(0)
        try:
            with Image.open(file, formats=[kind]) as picture:
                if picture.width * picture.height > PIXELS_MAX:  # [1]
                    raise UnpacksTooLarge()
                picture.verify()
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:  # its own measure is larger
            raise UnpacksTooLarge() from bomb
        return True

    return is_whole


def _office(main_part: str) -> Callable[[BinaryIO], bool]:
    def is_whole(file: BinaryIO) -> bool:
        if file.read(4) != b"PK\x03\x04":
            return False
        packed = file.seek(0, 2)
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            unpacked = sum(part.file_size for part in parts)
            if len(parts) > PARTS_MAX or unpacked > min(UNPACKED_MAX, packed * UNPACKED_RATIO_MAX):  # [2]
                raise UnpacksTooLarge()
            names = {part.filename for part in parts}
            if not {"[Content_Types].xml", main_part} <= names or not all(map(_is_harmless, parts)):
                return False
            return archive.testzip() is None

    return is_whole


def _is_harmless(part: zipfile.ZipInfo) -> bool:
    """Whether a part of an archive is neither encrypted, nor a macro, nor named out of its folder."""
    path = PurePosixPath(part.filename)
    macro = path.name.lower() == "vbaproject.bin"
    return not (part.flag_bits & 1 or macro or path.is_absolute() or ".." in path.parts or "\\" in part.filename)


_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")


def _text(file: BinaryIO) -> bool:
    head = file.read(_CHUNK)
    if head.removeprefix(codecs.BOM_UTF8).lstrip().startswith((b"<", b"%PDF-")):  # [3]
        return False
    while head:
        if _CONTROLS.search(head):
            return False
        head = file.read(_CHUNK)
    return True


def _xml(file: BinaryIO) -> bool:
    """Well-formed, without a document type and so without entities, and no page or picture of a browser."""
    events = etree.iterparse(
        file, events=("start", "end"), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    first = True
    for event, element in events:
        if first:
            runs = etree.QName(element).localname.lower() in ("html", "svg", "xhtml")
            if runs or element.getroottree().docinfo.doctype:  # [4]
                return False
            first = False
        if event == "end":
            element.clear()
            while (before := element.getprevious()) is not None:
                element.getparent().remove(before)
    return not first


PDF = ContentType("application/pdf", (".pdf",), _pdf)
PNG = ContentType("image/png", (".png",), _picture("PNG", b"\x89PNG\r\n\x1a\n"))
JPEG = ContentType("image/jpeg", (".jpg", ".jpeg"), _picture("JPEG", b"\xff\xd8\xff"))
DOCX = ContentType(f"{_OFFICE}.wordprocessingml.document", (".docx",), _office("word/document.xml"))
XLSX = ContentType(f"{_OFFICE}.spreadsheetml.sheet", (".xlsx",), _office("xl/workbook.xml"))
CSV = ContentType("text/csv", (".csv",), _text)
TEXT = ContentType("text/plain", (".txt",), _text)
XML = ContentType("application/xml", (".xml",), _xml)

PAPERS = (PDF, DOCX, XLSX, PNG, JPEG, TEXT)
# What a bank sends: only where the caller says so.
STATEMENTS = (XML, CSV, TEXT)


# --- all of them


def check(file: BinaryIO, filename: str, *, accepts: Iterable[ContentType] = PAPERS, most: int = SIZE_MAX) -> Checked:
    """What a file is. It must be one of the types it may be, whatever its name says. Leaves it at its beginning.

    Raises EmptyFile, FileTooLarge, UnpacksTooLarge, UnknownContent.
    """
    size, digest = _measured(file, most)
    found = _found(file, filename, tuple(accepts))
    file.seek(0)
    if found is None:
        raise UnknownContent()
    return Checked(found.name, size, digest, safe_filename(filename, found.endings))


def _measured(file: BinaryIO, most: int) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    file.seek(0)
    while chunk := file.read(_CHUNK):
        size += len(chunk)
        if size > most:
            raise FileTooLarge()
        digest.update(chunk)
    if not size:
        raise EmptyFile()
    return size, digest.hexdigest()


def _found(file: BinaryIO, filename: str, accepts: tuple[ContentType, ...]) -> ContentType | None:
    # Of two that read alike (a text and a table), the one that its name says.
    by_name = sorted(accepts, key=lambda kind: not filename.lower().endswith(kind.endings))
    return next((kind for kind in by_name if _is(kind, file)), None)


def _is(kind: ContentType, file: BinaryIO) -> bool:
    file.seek(0)
    try:
        return kind.is_whole(file)
    except BadFile:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, LookupError, NotImplementedError, RuntimeError, zlib.error):
        return False  # what its reader cannot read is damaged
    except (zipfile.BadZipFile, etree.XMLSyntaxError):
        return False


def safe_filename(filename: str, endings: tuple[str, ...]) -> str:
    """A name to offer a reader: no path, nothing that a system reads as one, ending as its type does."""
    name = re.split(r"[/\\]", tidy_line(filename))[-1]
    name = re.sub(r'[<>:"|?*\x00]', "_", name).rstrip(". ")
    stem = name[: -len(name.rpartition(".")[2]) - 1] if name.lower().endswith(endings) else name
    ending = name[len(stem) :].lower() or endings[0]
    return (stem.strip(". ") or "document")[: TITLE - len(ending)] + ending
