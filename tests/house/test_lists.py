"""The kit of lists: a new table's page is a selector, a declaration and a template, and has all that lists have."""

import csv
import io
import re
import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal as D
from types import SimpleNamespace
from xml.etree import ElementTree

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.db import connection, models
from django.template import engines
from django.template.loader import get_template
from django.test.utils import CaptureQueriesContext, isolate_apps
from django.utils import timezone, translation

from lib.search import by_name, having_all
from tests.house.code import OURS, ROOT
from ui import columns, lists
from ui.lists import ByName, Column, Empty, Filter, List, list_view
from ui.templatetags import verso
from ui.xlsxfile import xlsx_response

# ---------- a table of its own, and the three things its page is made of ----------


@isolate_apps("house")
def make_model():
    class Boat(models.Model):
        name = models.TextField()
        kind = models.TextField()
        tons = models.DecimalField(max_digits=38, decimal_places=8)
        built = models.DateField(null=True)
        seen_at = models.DateTimeField(null=True)

        class Meta:
            app_label = "house"
            managed = False
            db_table = "test_boats"

    return Boat


Boat = make_model()
KINDS = [("", "All kinds"), ("sloop", "Sloop"), ("ketch", "Ketch")]


def boats(*, words: str = "", kind: str = ""):  # the selector
    found = having_all(Boat.objects.all(), words, "name")
    return (found.filter(kind=kind) if kind else found).order_by(*by_name("name"))


BOATS = List(  # the declaration
    "boats",
    "Boats, table",
    columns=[
        Column("name", "Boat", "name", link=lambda boat: f"/boats/{boat.pk}/", sub="kind", sort=(ByName("name"),)),
        Column("kind", "Kind", "kind", extra=True),
        columns.units("tons", "Tons", "tons", sort=("tons",), beside=True),
        columns.day("built", "Built", "built", empty="not known", sort=("built",)),
        columns.moment("seen", "Last seen", "seen_at"),
    ],
    search="Name",
    filters=[Filter("kind", "Kind", KINDS)],
    sort="name",
    rows=3,
    no_match=("No boats match", "Try another name."),
    nothing=Empty("layers", "No boats yet", "Boats appear here.", href="/boats/new/", action="Add a boat"),
)
TEMPLATE = (  # and the screen
    '{% extends "staff/base.html" %}{% block title %}Boats{% endblock %}{% block heading %}Boats{% endblock %}'
    '{% block main %}{% include "components/list.html" %}{% endblock %}'
)
FLEET = [
    ("Anna", "sloop", "12.5", date(1999, 5, 1)),
    ("Émile", "ketch", "7", None),
    ("emil", "sloop", "7", date(2004, 1, 2)),
    ("Zoe", "sloop", "12345678901234567.5", date(2010, 3, 4)),
    ("=cmd|' /C calc'!A0", "ketch", "1", None),
]


@pytest.fixture
def table(owner):
    """A table of the test's own; it goes once the test's transaction is over."""
    owner.execute(
        "create table test_boats (id bigserial primary key, name text, kind text, tons numeric(38, 8), built date,"
        " seen_at timestamptz); grant all on test_boats, test_boats_id_seq to verso_app"
    )
    yield
    owner.execute("drop table test_boats")


@pytest.fixture
def fleet(table, db):
    """Five boats."""
    at = datetime(2026, 11, 3, 12, tzinfo=UTC)
    for name, kind, tons, built in FLEET:
        Boat.objects.create(name=name, kind=kind, tons=D(tons), built=built, seen_at=at)


@pytest.fixture
def page(rf, monkeypatch):
    """The page of the boats as Sam reads it at an address."""
    template = engines["django"].from_string(TEMPLATE)
    monkeypatch.setattr("ui.lists.render", lambda request, name, context: _answer(request, template, context))
    view = list_view(BOATS, boats, "boats.html")

    def read(query: str = ""):
        request = rf.get(f"/boats/{query}")
        request.user = SimpleNamespace(
            is_authenticated=True, is_staff=True, role="staff_ops", display_name="Sam", email=""
        )
        request.without_counts, request.session = True, {}
        request._messages = FallbackStorage(request)
        return view(request)

    return read


def _answer(request, template, context):
    answer = SimpleNamespace(text=template.render(context, request), listing=context["listing"], status_code=200)
    answer.names = re.findall(r'<th scope="row"><a[^>]*>(.*?)</a>', answer.text)
    return answer


def test_it_lists_a_page_at_a_time_in_a_stable_order(fleet, page):
    assert page().names == ["=cmd|&#x27; /C calc&#x27;!A0", "Anna", "emil"]
    assert page("?page=2").names == ["Émile", "Zoe"]
    assert "1 to 3 of 5" in page().text


def test_it_searches_filters_and_keeps_both_in_the_address(fleet, page):
    assert page("?q=emil").names == ["emil", "Émile"]
    found = page("?kind=sloop&sort=-tons")
    assert found.names == ["Zoe", "Anna", "emil"]
    assert '<option value="sloop" selected>' in found.text
    assert '<input type="hidden" name="sort" value="-tons">' in found.text
    assert page("?kind=nonsense&sort=nonsense&page=99").names == ["Émile", "Zoe"]
    assert "kind=sloop" in found.listing.query.urlencode()


def test_equal_rows_keep_their_places(fleet, page):
    assert [boat.name for boat in page("?sort=tons").listing.found][:3] == ["=cmd|' /C calc'!A0", "Émile", "emil"]
    assert page("?sort=tons").listing.found.query.order_by[-1] == "pk"


def test_a_head_says_which_way_it_is_sorted_and_turns_it(fleet, page):
    up, down = page("?sort=tons").text, page("?sort=-tons").text
    assert 'aria-sort="ascending"' in up and "?sort=-tons" in up
    assert 'aria-sort="descending"' in down and "?sort=tons" in down
    assert 'aria-sort="ascending"' in page().text, "by name, as the selector does by itself"


def test_an_empty_list_says_what_to_do(fleet, page):
    assert "No boats match" in page("?q=nobody").text
    Boat.objects.all().delete()
    assert "Add a boat" in page().text and "<search" not in page().text and 'role="search"' not in page().text


def test_columns_are_chosen_and_ordered_by_the_address(fleet, page):
    def heads(query):
        return [head["column"].name for head in page(query).listing.heads]

    assert heads("") == ["name", "tons", "built", "seen"]
    assert heads("?columns=built&columns=kind") == ["name", "built", "kind"], "what a row is called stays"
    assert heads("?columns=name&columns=built&columns=kind&up=kind") == ["name", "kind", "built"]
    assert heads("?columns=nonsense") == heads("")
    chosen = page("?columns=built&columns=kind&up=kind").listing
    assert "up=" not in chosen.query.urlencode() and "columns=kind&columns=built" in chosen.query.urlencode()


def test_a_phone_loses_nothing(fleet, page):
    """Each cell carries its label, and no style hides one."""
    text = page().text
    for label in ("Tons", "Built", "Last seen"):
        assert text.count(f'data-label="{label}"') == 3
    sheet = (ROOT / "static/css/5-pages.css").read_text()
    hidden = [line for line in sheet.splitlines() if ".stacks" in line and "display: none" in line]
    assert [line for line in hidden if ":empty" not in line] == []


def test_the_number_of_queries_does_not_grow_with_the_rows(fleet, page):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            page()
        return len(seen)

    before = queries()
    Boat.objects.bulk_create([Boat(name=f"More {n}", kind="sloop", tons=1) for n in range(9)])
    assert queries() == before == 2


# ---------- files ----------


def rows_of_csv(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def rows_of_xlsx(content: bytes) -> list[list[str]]:
    """The texts of a sheet; a number as it stands in the file, a date as its serial number."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        strings = [
            "".join(text.text or "" for text in item.iter(f"{space}t"))
            for item in ElementTree.fromstring(book.read("xl/sharedStrings.xml"))  # noqa: S314
        ]
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314
    assert not list(sheet.iter(f"{space}f")), "no cell is a formula"
    return [
        [
            strings[int(cell.findtext(f"{space}v"))] if cell.get("t") == "s" else cell.findtext(f"{space}v")
            for cell in row
        ]
        for row in sheet.iter(f"{space}row")
    ]


def test_a_file_has_every_page_of_what_was_found(fleet, page):
    rows = rows_of_csv(page("?format=csv&kind=sloop&sort=-tons"))
    assert rows[0] == ["Boat", "Kind", "Tons", "Built", "Last seen"]
    assert [row[0] for row in rows[1:]] == ["Zoe", "Anna", "emil"]
    assert rows[2] == ["Anna", "sloop", "12.50000000", "1999-05-01", "2026-11-03T12:00:00+00:00"]
    assert len(rows_of_csv(page("?format=csv"))) == 6


def test_a_file_has_the_chosen_columns(fleet, page):
    rows = rows_of_csv(page("?format=csv&columns=built&columns=kind"))
    assert rows[0] == ["Boat", "Built", "Kind"]


def test_a_file_is_fetched_in_parts_and_whole(fleet, page, monkeypatch):
    monkeypatch.setattr(lists, "_CHUNK", 2)
    assert len(rows_of_csv(page("?format=csv"))) == 6


def test_too_large_a_file_is_refused_in_words(fleet, page, monkeypatch):
    monkeypatch.setattr(lists, "EXPORT_ROWS_MAX", 4)
    answer = page("?format=xlsx&sort=tons")
    assert (answer.status_code, answer.url) == (303, "/boats/?sort=tons")
    assert page("?format=csv&kind=sloop").status_code == 200


def test_a_spreadsheet_has_numbers_and_dates_and_no_formula(fleet, page):
    with timezone.override("Europe/Paris"):
        answer = page("?format=xlsx&sort=name")
    assert answer["Content-Disposition"] == 'attachment; filename="boats.xlsx"'
    head, formula, anna, _emil, _emile, zoe = rows_of_xlsx(answer.content)
    assert head == ["Boat", "Kind", "Tons", "Built", "Last seen (Europe/Paris)"]
    assert formula[0] == "'=cmd|' /C calc'!A0"
    # 1 May 1999 and 3 Nov 2026, 13:00 in Paris, as days since 1900.
    assert anna[2:] == ["12.5", "36281", "46329.54166666666"]
    assert zoe[2] == "12345678901234567.50000000", "more digits than a spreadsheet keeps stay as text"


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (D("1E+3"), "1000"),
        (D("NaN"), "NaN"),
        (True, "True"),
        ("@x", "'@x"),
        (date(1850, 1, 1), "1850-01-01"),
        (D("0E-8"), "0"),
        (-5, "-5"),
    ],
)
def test_every_value_has_its_cell(value, kept):
    answer = xlsx_response("x", ["A"], [[value]])
    assert rows_of_xlsx(answer.content)[1] == [kept]


# ---------- the house ----------


def test_each_list_is_declared_in_full(db):
    """Every list of ours: an empty state, words for a search that finds nothing, and one thing beside the name."""
    declared = [value for path in OURS if path.name == "lists.py" for value in _lists_of(path)]
    assert len(declared) > 4
    for each in declared:
        names = [column.name for column in each.columns]
        assert len(set(names)) == len(names), each.name
        assert not set(names[1:]) & {"q", "page", "format"}, each.name
        assert bool(each.no_match) == bool(each.search or each.filters), each.name
        assert each.sort == "" or any(c.name == each.sort.removeprefix("-") and c.sort for c in each.columns), each.name
        assert sum(column.beside for column in each.columns) <= 1, each.name
        for column in each.columns:
            if column.template:
                get_template(column.template)


def _lists_of(path):
    module = __import__(".".join(path.relative_to(ROOT).with_suffix("").parts), fromlist=["lists"])
    return [value for value in vars(module).values() if isinstance(value, List)]


def test_a_status_is_chosen_by_the_word_of_its_badge():
    choices = columns.by_status("invoice", ["sent", "overdue"]).choices
    assert [str(word) for _value, word in choices] == ["All statuses", "Open", "Overdue"]
    assert verso.status_word("invoice", "sent") == "Open"


def test_no_app_makes_its_own():
    """Paging, files, search forms, ways and notes are the kit's, for every page of staff."""
    for path in [path for path in OURS if path.name in ("views_staff.py", "lists.py") and "ui" not in path.parts]:
        source = path.read_text()
        assert "Paginator" not in source and 'request.GET.get("page")' not in source, path
    own = re.compile(r'class="crumbs"|role="search"|class="card-foot line pager"|class="sort"|popovertarget=')
    known = {"audit/log.html", "fees/_allocate.html"}  # a form of eight fields; a search within one line
    found = {
        str(path.relative_to(ROOT / "templates/staff"))
        for path in (ROOT / "templates/staff").rglob("*.html")
        if own.search(path.read_text())
    }
    assert found - known == set()


def test_words_are_the_readers(fleet, page):
    with translation.override("de"):
        assert "12,5" in page("?q=anna").text
