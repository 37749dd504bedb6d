"""Lists of records as staff read them. One declaration gives search, filters, sorting, paging, columns and files.

An app declares a :class:`List` of columns over a selector. What a person chooses stays in the address, so that a link
says all of it: ``q``, the filters by their names, ``sort``, ``page``, ``columns``, and ``format`` for a file of every
row that was found.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import KW_ONLY, dataclass, field
from functools import cached_property
from itertools import islice

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import F, QuerySet
from django.db.models.expressions import BaseExpression
from django.http import QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lib import search
from ui import figures
from ui.cells import faint
from ui.csvfile import csv_response
from ui.portals import see_other, staff_page
from ui.xlsxfile import xlsx_response

ROWS = 50
EXPORT_ROWS_MAX = 50_000
_CHUNK = 1000
_FILES = {"csv": csv_response, "xlsx": xlsx_response}
_OWN = ("q", "sort", "page", "columns", "format", "up")


@dataclass(frozen=True)
class ByName:
    """To sort by a column of names, without marks and case."""

    column: str


@dataclass(frozen=True)
class Column:
    """One column. ``value``, a path or a function of the row, is what stands in a file and, drawn, in the page.

    ``show`` draws the value, ``draw`` the whole row, a ``template`` with ``row`` whatever else; ``empty`` is said
    where there is no value. ``sort`` are the keys it is sorted by. On a phone the first column heads the row,
    ``beside`` stands at its right, the others follow with their labels.
    """

    name: str
    label: str | Promise
    value: str | Callable = ""
    _: KW_ONLY
    show: Callable = conditional_escape
    draw: Callable | None = None
    template: str = ""
    link: Callable | None = None  # the address its text leads to
    sub: str | Callable = ""  # a second, quiet line
    empty: str | Promise = "–"
    sort: tuple = ()
    num: bool = False
    css: str = ""
    beside: bool = False
    extra: bool = False  # not in the page unless chosen
    in_files: bool = True

    def of(self, row):
        """What the column holds of a row."""
        return follow(self.value, row)

    def ordered(self, descending: bool) -> list:
        """What the rows are ordered by."""
        return [part for key in self.sort for part in _ordered(key, descending)]

    def cell(self, row) -> SafeString:
        """The cell as it stands in the page."""
        value = self.of(row) if self.value else None
        if self.draw:
            text = self.draw(row)
        elif value is None or value == "":
            text = faint(self.empty) if self.empty else ""
        else:
            text = self.show(value)
        if self.link and (href := self.link(row)):
            text = format_html('<a href="{}">{}</a>', href, text)
        below = follow(self.sub, row) if self.sub else ""
        return format_html('{}<span class="sub">{}</span>', text, below) if below else conditional_escape(text)


def follow(path: str | Callable, row):
    """A value by its path or function; None where the path ends early."""
    if callable(path):
        return path(row)
    for name in path.split("."):
        row = row.get(name) if isinstance(row, dict) else getattr(row, name)
        if row is None:
            return None
        row = row() if callable(row) else row
    return row


def _ordered(key, descending: bool) -> list:
    if isinstance(key, ByName):
        return search.by_name(key.column, descending=descending)
    expression = key if isinstance(key, BaseExpression) else F(key)
    return [expression.desc(nulls_last=True) if descending else expression.asc(nulls_last=True)]


@dataclass(frozen=True)
class Filter:
    """A choice that narrows a list: the selector takes the value by the filter's name. Unknown ones choose nothing."""

    name: str
    label: str | Promise
    choices: Iterable = ()
    default: str = ""  # what is chosen by itself

    def chosen(self, request) -> str:
        """What the address says, if it is one of the choices."""
        said = request.GET.get(self.name, self.default)
        return said if said in {str(value) for value, _label in self.choices} else self.default


@dataclass(frozen=True)
class Empty:
    """What a list says that has no rows: what will appear here, and what to do."""

    icon: str
    title: str | Promise
    text: str | Promise
    href: str | Promise = ""
    action: str | Promise = ""


@dataclass(frozen=True)
class List:
    """A list as an app declares it. ``name`` is that of its files, ``label`` that of its table for a screen reader.

    ``fetch`` turns the rows of one page into what the columns read, in a few queries for all of them. ``sort`` is the
    order the selector gives by itself, for the heads.
    """

    name: str
    label: str | Promise
    columns: Iterable[Column]
    _: KW_ONLY
    nothing: Empty | None = None
    search: str | Promise = ""
    filters: Iterable[Filter] = ()
    no_match: tuple = ()  # title and text, where search or filters found nothing
    sort: str = ""
    fetch: Callable = list
    rows: int = ROWS
    row_css: Callable = lambda row: ""
    css: str = ""
    files: bool = True
    can_choose: bool = True  # which columns, in which order


class _Drawn:
    """What the template reads of a table: its lines, each with its cells."""

    @property
    def lines(self) -> Iterator[dict]:
        two = "two" if any(column.sub for column in self.columns) else ""
        for row in self.items:
            cells = [{"column": c, "text": "" if c.template else c.cell(row)} for c in self.columns]
            yield {"row": row, "css": f"{two} {self.of.row_css(row)}".strip(), "cells": cells}

    @property
    def foot_cells(self) -> list[dict]:
        return [{"column": column, "text": self.foot.get(column.name, "")} for column in self.columns]


@dataclass
class Table(_Drawn):
    """A table within a page: its rows are at hand, and nothing is chosen."""

    of: List
    items: list
    foot: dict = field(default_factory=dict)  # by column

    @property
    def columns(self) -> list[Column]:
        return [column for column in self.of.columns if not column.extra]

    @property
    def heads(self) -> list[dict]:
        return [{"column": column} for column in self.columns]


@dataclass
class Listing(_Drawn):
    """A list as one request asks for it. ``source`` is the selector: it takes ``words`` and the filters by name."""

    of: List
    request: object
    source: Callable
    foot: dict = field(default_factory=dict)  # by column

    @cached_property
    def words(self) -> str:
        return search.asked_for(self.request) if self.of.search else ""

    @cached_property
    def filters(self) -> list[dict]:
        return [{"of": each, "chosen": each.chosen(self.request)} for each in self.of.filters]

    @cached_property
    def is_narrowed(self) -> bool:
        """Whether fewer rows were asked for than there are."""
        return bool(self.words or any(each["chosen"] != each["of"].default for each in self.filters))

    @cached_property
    def found(self):
        """Every row that fits, in order; two that are equal by it always stand in the same one."""
        asked = {each["of"].name: each["chosen"] for each in self.filters}
        found = self.source(**({"words": self.words} if self.of.search else {}), **asked)
        if not isinstance(found, QuerySet):
            return found
        column = self._column(self.sort.removeprefix("-"))
        order = column.ordered(self.sort.startswith("-")) if column else found.query.order_by
        return found.order_by(*order, "pk")

    @cached_property
    def page(self) -> Page:
        return Paginator(self.found, self.of.rows).get_page(self.request.GET.get("page"))

    @cached_property
    def items(self) -> list:
        """What the columns read of this page's rows."""
        return list(self.of.fetch(list(self.page.object_list)))

    # --- columns

    @cached_property
    def columns(self) -> list[Column]:
        """Those in the page: the chosen ones in their order, or those that stand there by themselves."""
        return self._chosen or [column for column in self.of.columns if not column.extra]

    @cached_property
    def other_columns(self) -> list[Column]:
        return [column for column in self.of.columns if column not in self.columns]

    @cached_property
    def _chosen(self) -> list[Column]:
        names = dict.fromkeys(self.request.GET.getlist("columns"))
        chosen = [column for name in names if (column := self._column(name, only_sorted=False))]
        if not chosen:
            return []
        names = [column.name for column in chosen]
        if (up := self.request.GET.get("up")) in names[1:]:
            at = names.index(up)
            chosen[at - 1 : at + 1] = reversed(chosen[at - 1 : at + 1])
        first = next(iter(self.of.columns))  # what a row is called stays
        return [first, *(column for column in chosen if column is not first)]

    def _column(self, name: str, *, only_sorted: bool = True) -> Column | None:
        return next((c for c in self.of.columns if c.name == name and (c.sort or not only_sorted)), None)

    # --- what the page draws

    @cached_property
    def sort(self) -> str:
        said = self.request.GET.get("sort", "")
        return said if self._column(said.removeprefix("-")) else self.of.sort

    @cached_property
    def heads(self) -> list[dict]:
        """The columns as heads: which way it is sorted, and the way a click sorts."""
        heads = []
        for column in self.columns:
            way = {column.name: "ascending", f"-{column.name}": "descending"}.get(self.sort, "")
            target = f"-{column.name}" if way == "ascending" else column.name
            heads.append({"column": column, "way": way, "sort": target if column.sort else ""})
        return heads

    @cached_property
    def query(self) -> QueryDict:
        """The address without the page and without what concerns only the answer: what links are made of."""
        query = self.request.GET.copy()
        for name in ("page", "format", "up"):
            query.pop(name, None)
        if self._chosen:
            query.setlist("columns", [column.name for column in self.columns])
        return query

    def kept(self, *but: str) -> list[tuple[str, str]]:
        """What a form that changes one thing carries of the others."""
        return [(name, value) for name, values in self.query.lists() if name not in but for value in values]

    @cached_property
    def kept_by_search(self) -> list[tuple[str, str]]:
        return self.kept("q", *(each.name for each in self.of.filters))

    @cached_property
    def kept_by_columns(self) -> list[tuple[str, str]]:
        return self.kept("columns")

    # --- files

    @property
    def file_columns(self) -> list[Column]:
        """Every column, or the chosen ones."""
        return [column for column in self._chosen or self.of.columns if column.in_files and column.value]

    def as_file(self):
        """What was found, all pages of it, with the columns chosen, if a file was asked for; too much is refused.

        Built before the answer leaves: a streamed file would be read after the transaction, without an identity.
        """
        kind = self.request.GET.get("format")
        if not self.of.files or kind not in _FILES:
            return None
        count = len(self.found) if not isinstance(self.found, QuerySet) else self.found.count()
        if count > EXPORT_ROWS_MAX:
            most = {"n": figures.number(EXPORT_ROWS_MAX)}
            messages.error(self.request, _("More than %(n)s rows match. Narrow the search and export again.") % most)
            return see_other(f"{self.request.path}?{self.query.urlencode()}")
        columns = self.file_columns
        rows = ([column.of(row) for column in columns] for row in self._all())
        return _FILES[kind](self.of.name, [str(column.label) for column in columns], rows)

    def _all(self) -> Iterator:
        found = self.found
        rows = found.iterator(chunk_size=_CHUNK) if isinstance(found, QuerySet) else iter(found[:])
        while chunk := list(islice(rows, _CHUNK)):
            yield from self.of.fetch(chunk)


def list_page(request, template: str, of: List, source: Callable, *, foot: Callable | None = None, **context):
    """The page of a list, or the file that was asked for. ``foot`` gives the sums below, from the listing."""
    listing = Listing(of, request, source)
    if answer := listing.as_file():
        return answer
    if foot and listing.items:
        listing.foot = foot(listing)
    return render(request, template, {"listing": listing, "page": listing.page} | context)


def list_view(of: List, source: Callable, template: str):
    """The whole view of a list that needs no more than its selector, its declaration and its template."""

    @staff_page()
    def view(request):
        return list_page(request, template, of, source)

    return view


def count_lines(n: int) -> str:
    """``1 line`` or ``12 lines``, for the foot of a table."""
    return ngettext("%(n)s line", "%(n)s lines", n) % {"n": figures.number(n)}
