"""Tables as CSV files: whole, in memory, and harmless to the program that opens them."""

import csv
import io
from collections.abc import Iterable

from django.http import HttpResponse

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def cell(value) -> str:
    """One cell as text; what a spreadsheet would run gets an apostrophe before it. Numbers stay."""
    text = "" if value is None else str(value)
    is_number = text.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{text}" if text.startswith(_FORMULA_STARTS) and not is_number else text


def csv_response(name: str, head: Iterable[str], rows: Iterable[Iterable]) -> HttpResponse:
    """A download ``name.csv``, UTF-8 with a byte order mark for Excel.

    Built before the answer leaves: a streamed one would be read after the transaction, without an identity.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([cell(title) for title in head])
    writer.writerows([cell(value) for value in row] for row in rows)
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
