"""One way in: a file is recognised by what is in it, and read by the reader of its format."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from fees.statements import camt, delimited, mt940, ofx
from fees.statements.mapping import Mapping
from fees.statements.refusal import StatementRefused
from fees.statements.source import Source
from fees.statements.statement import CAMT_053, CSV, MT940, OFX, Statement, grouped

# What may stand before the first element of an XML file.
PROLOG = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.S)
DECLARED = re.compile(r"""<\?xml[^>]*?\bencoding\s*=\s*["']([^"']*)["']""")
ENCODINGS = {"utf-8", "utf-16", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252"}
ROOT = re.compile(r"<(?:[\w.-]{1,40}:)?Document[\s>]")


def format_of(file: BinaryIO) -> str:
    """The format of a file by its first 64 KB: one of camt.053, mt940, ofx and csv. Raises StatementRefused."""
    return _format_of(Source(file))


def read_statements(file: BinaryIO, mapping: Mapping | None = None) -> Iterator[Statement]:
    """The statements of a bank file, each with its lines, as they are read; memory doesn't grow with the file.

    ``file`` is seekable, opened in binary, and stays open. A CSV needs its ``mapping``. Raises StatementRefused, at
    any point on the way: what was read before doesn't count, so import in one transaction.
    """
    source = Source(file)
    found = _format_of(source)
    if found == CSV and mapping is None:
        raise StatementRefused("mapping", "Choose which column of the CSV file means what.")
    if found == CSV:
        return grouped(delimited.read(source, mapping))
    return grouped({CAMT_053: camt, MT940: mt940, OFX: ofx}[found].read(source))


def _format_of(source: Source) -> str:
    text = _first_text(source)
    if re.match(r"\s*OFXHEADER\s*:", text) or "<?OFX" in text or re.search(r"<OFX\s*>", text[:4_000]):
        return OFX
    if text.lstrip().startswith("<"):
        _check_prolog(text)
        return CAMT_053
    if re.search(r"^(?:\{.*\{4:\s*)?:20:", text, re.M):
        return MT940
    return CSV


def _first_text(source: Source) -> str:
    """The first of the file as far as it takes to recognise it, whatever its encoding."""
    head = source.head
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return head.decode("utf-16", "replace")
    if b"\0" in head[:4]:
        return head.decode("utf-16-le" if head[1:2] == b"\0" else "utf-16-be", "replace")
    return head.decode("utf-8-sig", "replace")


def _check_prolog(text: str) -> None:
    """Refuse a document type before the first element, which may define entities, and encodings that could hide one."""
    begin = PROLOG.match(text).end()
    if text.startswith("<!", begin):
        raise StatementRefused("doctype", "The file has a document type, which no bank statement needs.")
    if not ROOT.match(text, begin):
        raise StatementRefused("format", "The file is XML, but not a bank statement (camt.053).")
    declared = DECLARED.search(text[:begin])
    if declared and declared[1].lower() not in ENCODINGS:
        raise StatementRefused("encoding", "The encoding {name} can't be imported.", name=declared[1])
