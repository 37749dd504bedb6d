"""Papers as PDF files: the same bytes again, our own files alone, every name in letters that one can read."""

import io
import subprocess
import sys
import time
from copy import deepcopy
from datetime import UTC, datetime, timedelta, timezone

import pypdf
import pytest
from django.utils import timezone as reader
from django.utils import translation

from tests.house.code import ROOT
from ui import pdf

MADE_AT = datetime(2026, 12, 4, 9, 30, tzinfo=UTC)
PAPER = """{% extends "pdf/base.html" %}{% block title %}Invoice {{ number }}{% endblock %}
{% block house %}Northlight{% endblock %}{% block running %}Invoice {{ number }}{% endblock %}
{% block foot %}1 Example Street{% endblock %}
{% block main %}<h1>Invoice {{ number }}</h1><p>{{ name }}</p>
<table>{% for line in lines %}<tr><th>Line {{ line }}</th><td>{{ line|money:"EUR" }}</td></tr>{% endfor %}</table>
{% endblock %}"""
DOT = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)


@pytest.fixture
def paper(settings, tmp_path):
    """Makes a PDF of a template; without one, of an invoice."""
    templates = deepcopy(settings.TEMPLATES)
    templates[0]["DIRS"] = [tmp_path, *templates[0]["DIRS"]]
    settings.TEMPLATES = templates
    default = {"number": "INV-2026-000001", "name": "Alice Aldgate", "lines": range(3)}

    def make(source: str = PAPER, made_at=MADE_AT, attachments=(), xmp=b"", **facts) -> bytes:
        (tmp_path / "paper.html").write_text(source)
        return pdf.render_pdf("paper.html", default | facts, made_at=made_at, attachments=attachments, xmp=xmp)

    return make


def read(content: bytes) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


def text_of(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in read(content).pages)


def test_the_same_input_gives_the_same_bytes_later_and_elsewhere(paper):
    first = paper(name="Łukasz Ελένη")
    time.sleep(1.1)  # what writes the second of the day into a font or a date would differ now
    with reader.override(timezone(timedelta(hours=-9))):
        assert paper(name="Łukasz Ελένη") == first
    assert paper(name="Łukasz Ελένη", made_at=MADE_AT.astimezone(timezone(timedelta(hours=5)))) == first
    assert paper(name="Łukasz Ελένη", made_at=MADE_AT + timedelta(seconds=1)) != first


def test_another_process_gives_the_same_bytes(tmp_path):
    make = (
        "import django, hashlib, os, sys; django.setup()\n"
        "from datetime import UTC, datetime\n"
        "from ui import pdf\n"
        "made = pdf.render_pdf('pdf/base.html', {}, made_at=datetime(2026, 12, 4, tzinfo=UTC))\n"
        "print(hashlib.sha256(made).hexdigest())"
    )

    def digest(seed: str) -> str:
        environment = {"DJANGO_SETTINGS_MODULE": "config.settings", "PYTHONHASHSEED": seed, "DATA_DIR": str(tmp_path)}
        done = subprocess.run(
            [sys.executable, "-c", make], capture_output=True, text=True, env=environment, cwd=ROOT, check=True
        )
        return done.stdout.strip()

    assert digest("1") == digest("2") != ""


def test_what_it_says_of_itself(paper):
    made = read(paper(made_at=MADE_AT))
    assert made.metadata.title == "Invoice INV-2026-000001"
    assert made.metadata.creation_date == made.metadata.modification_date == MADE_AT
    assert made.trailer["/Root"]["/Lang"] == "en"
    assert made.trailer["/Root"]["/MarkInfo"]["/Marked"].value is True
    about = made.trailer["/Root"]["/Metadata"].get_data().decode()
    assert 'pdfaid:part="3" pdfaid:conformance="B"' in about
    assert {kind["/S"] for kind in made.trailer["/Root"]["/OutputIntents"]} == {"/GTS_PDFA1"}


def test_every_page_has_its_number_its_head_and_its_foot(paper):
    pages = [page.extract_text() for page in read(paper(lines=range(90))).pages]
    assert len(pages) == 3
    for number, page in enumerate(pages, 1):
        assert f"Page {number} of 3" in page
        assert "Northlight" in page and "1 Example Street" in page
    assert "Line 0 0.00\u00a0EUR" in pages[0] and "Line 89 89.00\u00a0EUR" in pages[2]
    assert [page.count("Invoice INV-2026-000001") for page in pages] == [1, 1, 1], "the title, then the running head"


@pytest.mark.parametrize(
    "name",
    ["Łukasz Żółć", "Őri Ágnes", "Şebnem Çağ", "Ελένη Παπά", "Иван Щукин", "Nguyễn Văn Ấn", "−1 × €½ “q”"],
)
def test_every_name_can_be_read_in_our_own_fonts(paper, name):
    made = paper(name=name)
    assert name in text_of(made)
    fonts = {
        str(font.get_object()["/BaseFont"]).partition("+")[2].strip(",")
        for page in read(made).pages
        for font in page["/Resources"]["/Font"].values()
    }
    assert fonts == {"Inter", "Inter-Medium", "Source-Serif-4"}


def test_it_speaks_the_active_language(paper):
    with translation.override("de"):
        made = paper(lines=[1234])
    assert read(made).trailer["/Root"]["/Lang"] == "de"
    assert "1.234,00\u00a0EUR" in text_of(made)


def test_a_file_inside_is_found_by_name_and_meaning(paper):
    invoice = pdf.Attachment("factur-x.xml", b"<invoice/>", "The invoice as data", "Alternative")
    mark = b'<rdf:Description rdf:about="" xmlns:fx="urn:example"><fx:Level>EN 16931</fx:Level></rdf:Description>'
    made = paper(attachments=[invoice], xmp=mark)
    assert made == paper(attachments=[invoice], xmp=mark)
    opened = read(made)
    assert opened.attachments == {"factur-x.xml": [b"<invoice/>"]}
    file = opened.trailer["/Root"]["/AF"][0].get_object()
    assert (file["/AFRelationship"], file["/Desc"]) == ("/Alternative", "The invoice as data")
    about = opened.trailer["/Root"]["/Metadata"].get_data()
    assert about.count(b"<rdf:RDF") == 1 and mark + b"</rdf:RDF>" in about


FOREIGN = {
    "a page of another host": '<img src="http://127.0.0.1:1/a.png">',
    "a file of this machine": '<img src="file:///etc/passwd">',
    "a path out of static": '<img src="../../../etc/passwd">',
    "an encoded path out of static": '<img src="%2e%2e/manage.py">',
    "a path beside a folder of the same beginning": '<img src="../static-of-others/a.png">',
    "a picture that is not there": '<img src="nothing.svg">',
    "a sheet": '<link rel="stylesheet" href="https://127.0.0.1:1/a.css">',
    "an import": "<style>@import url(file:///etc/passwd);</style>",
    "a font": '<style>@font-face { font-family: x; src: url("ftp://127.0.0.1/x.ttf"); }</style><p>x</p>',
    "a background": '<p style="background: url(gopher://127.0.0.1/1)">x</p>',
    "a file to embed": '<link rel="attachment" href="file:///etc/passwd">',
    "a file to embed behind a link": '<a rel="attachment" href="file:///etc/passwd">x</a>',
    "a picture within a picture": (
        '<img src="data:image/svg+xml,<svg xmlns=%22http://www.w3.org/2000/svg%22 width=%229%22 height=%229%22>'
        '<image width=%229%22 height=%229%22 href=%22file:///etc/passwd%22/></svg>">'
    ),
    "another base": '<base href="file:///etc/"><img src="passwd">',
}


@pytest.mark.parametrize("source", FOREIGN.values(), ids=FOREIGN)
def test_nothing_is_fetched_from_elsewhere(paper, source):
    with pytest.raises(pdf.ForeignAddress, match="paper.html names "):
        paper(f"<html><head><title>x</title></head><body>{source}</body></html>")


def test_our_own_pictures_and_those_in_the_page_are_drawn(paper):
    made = paper(f'<html><body><img src="{DOT}"><img src="favicon.svg" width="20"></body></html>')
    assert len(read(made).pages[0].images) == 1


def test_without_the_libraries_it_refuses_in_a_sentence(monkeypatch, paper):
    def missing():
        raise pdf.PdfUnavailable("Install libpango-1.0-0: cannot load library")

    assert pdf.is_available()
    monkeypatch.setattr(pdf, "_kit", missing)
    assert not pdf.is_available()
    with pytest.raises(pdf.PdfUnavailable) as refusal:
        paper()
    assert str(refusal.value.sentence).startswith("PDFs can’t be created on this server")


def test_a_missing_library_is_a_refusal_and_other_faults_are_not():
    """The import itself, in a process whose loader finds no Pango."""
    code = (
        "import sys, ctypes.util, cffi\n"
        "find = cffi.FFI.dlopen\n"
        "def dlopen(self, name, *more):\n"
        "    if name and 'pango' in str(name): raise OSError(f'cannot load library {name}')\n"
        "    return find(self, name, *more)\n"
        "cffi.FFI.dlopen = dlopen\n"
        "from ui import pdf\n"
        "print(pdf.is_available())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, env={"DJANGO_SETTINGS_MODULE": "x"}
    )
    assert done.stdout == "False\n", done.stderr
