"""What a file is follows from what is in it: each type, each pretender, and what grows when it is opened."""

import io
import zipfile

import pytest

from documents import contents
from documents.contents import CSV, PAPERS, STATEMENTS, XML, BadFile, EmptyFile, FileTooLarge, UnknownContent
from documents.contents import UnpacksTooLarge as Grows
from tests.documents import files

OFFICE = "application/vnd.openxmlformats-officedocument"


def found(content: bytes, filename: str = "paper.bin", **how) -> contents.Checked:
    return contents.check(io.BytesIO(content), filename, **how)


@pytest.mark.parametrize(
    "content, filename, kind, offered",
    [
        (files.PDF, "a.pdf", "application/pdf", "a.pdf"),
        (files.PDF, "a.exe", "application/pdf", "a.exe.pdf"),
        (files.PDF, "invoice.docx", "application/pdf", "invoice.docx.pdf"),
        (files.PDF, "A.PDF", "application/pdf", "A.pdf"),
        (files.picture("PNG"), "a.png", "image/png", "a.png"),
        (files.picture("JPEG"), "a.jpeg", "image/jpeg", "a.jpeg"),
        (files.picture("JPEG"), "a.png", "image/jpeg", "a.png.jpg"),
        (files.DOCX, "a.docx", f"{OFFICE}.wordprocessingml.document", "a.docx"),
        (files.XLSX, "a.docx", f"{OFFICE}.spreadsheetml.sheet", "a.docx.xlsx"),
        (b"Terms of use\r\nof 2026\t1.50\n", "a.txt", "text/plain", "a.txt"),
        ("Conditions générales".encode("cp1252"), "a.txt", "text/plain", "a.txt"),
    ],
)
def test_each_type_is_known_by_its_content(content, filename, kind, offered):
    checked = found(content, filename)
    assert (checked.content_type, checked.filename, checked.size) == (kind, offered, len(content))


def test_the_digest_is_of_the_file():
    empty_line = "01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b"
    assert found(b"\n", "a.txt").sha256 == empty_line


LIE = files.office().replace(b"PK\x01\x02", b"PK\x01\x03")
REFUSED = {
    "nothing": (b"", EmptyFile),
    "a page": (b"<!DOCTYPE html><html></html>", UnknownContent),
    "a page behind spaces and a mark": (b"\xef\xbb\xbf \r\n<script>alert(1)</script>", UnknownContent),
    "a picture that runs": (b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"/>', UnknownContent),
    "XML, where no statement is expected": (b"<?xml version='1.0'?><Document/>", UnknownContent),
    "a page that names itself a PDF further down": (b"<html>%PDF-1.7 %%EOF", UnknownContent),
    "a PDF that was cut off": (files.PDF[:30], UnknownContent),
    "a program": (b"MZ\x90\x00\x03\x00\x00\x00", UnknownContent),
    "a script": (b"#!/bin/sh\n\x00", UnknownContent),
    "a picture of another kind": (files.picture("GIF"), UnknownContent),
    "a PNG that is broken": (files.picture("PNG").replace(b"IDAT", b"IDAX"), UnknownContent),
    "a PNG of 2.5 billion pixels": (files.png_of(50_000, 50_000), Grows),
    "a PNG of one pixel too many": (files.png_of(8_000, 5_001), Grows),
    "a plain archive": (files.archive({"a.txt": b"a"}), UnknownContent),
    "an archive with macros": (files.office(**{"word/vbaProject.bin": b"x"}), UnknownContent),
    "an archive that climbs": (files.office(**{"../../etc/cron.d/x": b"x"}), UnknownContent),
    "an archive with a whole path": (files.office(**{"/etc/passwd": b"x"}), UnknownContent),
    "an archive that is damaged": (LIE, UnknownContent),
    "an archive behind something": (b"x" + files.DOCX, UnknownContent),
    "an archive of ten thousand parts": (
        files.archive({f"{n}": b"" for n in range(10_000)}, zipfile.ZIP_STORED), Grows,
    ),
    "an archive that grows a thousandfold": (files.office(**{"word/a.xml": b"0" * 20_000_000}), Grows),
}  # fmt: skip


@pytest.mark.parametrize("content, refusal", REFUSED.values(), ids=REFUSED)
def test_what_is_refused(content, refusal):
    for filename in ("paper.pdf", "paper.docx", "paper.png", "paper.txt"):
        with pytest.raises(BadFile) as told:
            found(content, filename)
        assert type(told.value) is refusal


def test_a_picture_of_just_the_most_pixels_is_read():
    assert found(files.png_of(8_000, 5_000)).content_type == "image/png"


def test_an_encrypted_part_is_refused():
    content = bytearray(files.DOCX)
    content[content.index(b"PK\x01\x02") + 8] |= 1
    content[6] |= 1
    with pytest.raises(UnknownContent):
        found(bytes(content))


def test_size_is_counted_while_reading():
    assert found(b"x" * 100, "a.txt", most=100).size == 100
    with pytest.raises(FileTooLarge):
        found(b"x" * 101, "a.txt", most=100)


# --- what banks send, where the caller takes it


def test_tables_and_xml_are_taken_where_the_caller_says_so():
    table = b"Date;Amount\n2026-01-02;1,50\n"
    assert found(table, "a.csv", accepts=STATEMENTS).content_type == "text/csv"
    assert found(table, "a.txt", accepts=STATEMENTS).content_type == "text/plain"
    assert found(table, "a.sta", accepts=[CSV]).filename == "a.sta.csv"
    camt = b"<?xml version='1.0' encoding='UTF-8'?><Document><a>\xc3\xa9</a></Document>"
    assert found(camt, "a.xml", accepts=STATEMENTS).content_type == "application/xml"
    assert found(table, "a.csv", accepts=PAPERS).filename == "a.csv.txt"


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE d [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><d>&a;</d>",
        b"<!DOCTYPE d [<!ENTITY a 'x'><!ENTITY b '&a;&a;&a;'>]><d>&b;</d>",
        b"<!-- " + b"x" * 100_000 + b" --><!DOCTYPE d><d/>",
        b"<html xmlns='http://www.w3.org/1999/xhtml'/>",
        b"<s:svg xmlns:s='http://www.w3.org/2000/svg'/>",
        b"<a><b></a>",
        b"<a>&undefined;</a>",
        b"<a>",
    ],
)
def test_xml_that_is_refused(content):
    with pytest.raises(UnknownContent):
        found(content, "a.xml", accepts=[XML])


@pytest.mark.parametrize(
    "typed, offered",
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("..\\..\\boot.ini", "boot.ini.pdf"),
        ("C:\\Temp\\Contract.pdf", "Contract.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe.pdf"),
        ("", "document.pdf"),
        ("...", "document.pdf"),
        (".pdf", "document.pdf"),
        ("/", "document.pdf"),
        ('a"b<c>.pdf', "a_b_c_.pdf"),
        ("x" * 300 + ".pdf", "x" * 196 + ".pdf"),
        ("Žádost č. 1.pdf", "Žádost č. 1.pdf"),
    ],
)
def test_a_name_is_no_path(typed, offered):
    assert found(files.PDF, typed).filename == offered
