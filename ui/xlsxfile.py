"""Tables as XLSX files: numbers and dates are numbers and dates, everything else is text and never a formula."""

import io
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone

from lib.exact import plain
from ui.csvfile import harmless

TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a spreadsheet keeps of a number; a longer one stays exact as text.
_DIGITS = 15
_FIRST_YEAR = 1900
_FORMATS = {"head": {"bold": True}, "whole": "#,##0", "part": "#,##0.00######", "day": "yyyy-mm-dd"}
_FORMATS |= {"moment": "yyyy-mm-dd hh:mm:ss"}


def xlsx_response(name: str, head: Iterable[str], rows: Iterable[Iterable]) -> HttpResponse:
    """A download ``name.xlsx``, whole and in memory, as the CSV is.

    Moments are in the reader's zone, which the head names.
    """
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        kinds = {key: book.add_format(_as_dict(kind)) for key, kind in _FORMATS.items()}
        timed = set()
        for y, row in enumerate(rows, start=1):
            timed |= {x for x, value in enumerate(row) if _write(sheet, kinds, y, x, value) is kinds["moment"]}
        zone = timezone.get_current_timezone_name()
        for x, label in enumerate(head):
            sheet.write_string(0, x, harmless(f"{label} ({zone})" if x in timed else label), kinds["head"])
        sheet.freeze_panes(1, 1)
    response = HttpResponse(file.getvalue(), content_type=TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    return response


def _as_dict(kind) -> dict:
    return kind if isinstance(kind, dict) else {"num_format": kind}


def _write(sheet, kinds: dict, y: int, x: int, value):
    """One cell; the format it was given."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime) and value.year >= _FIRST_YEAR:
        sheet.write_datetime(y, x, timezone.localtime(value).replace(tzinfo=None), kinds["moment"])
        return kinds["moment"]
    if isinstance(value, date) and value.year >= _FIRST_YEAR:
        sheet.write_datetime(y, x, value, kinds["day"])
        return kinds["day"]
    if isinstance(value, Decimal | int) and not isinstance(value, bool) and _fits(Decimal(value)):
        kind = kinds["whole" if value == int(value) else "part"]
        sheet.write_number(y, x, float(value), kind)
        return kind
    text = plain(value) if isinstance(value, Decimal) and value.is_finite() else harmless(value)
    sheet.write_string(y, x, text)
    return None


def _fits(value: Decimal) -> bool:
    """Whether a spreadsheet keeps every digit of it."""
    return value.is_finite() and len(value.normalize().as_tuple().digits) <= _DIGITS
