"""Tables as CSV files, the one writer of them all: whole, in memory, and harmless to the program that opens them.

Numbers are plain digits, everything else is quoted text, and no text is a formula: not at its beginning, not behind
spaces or quotes, and not behind a semicolon or a line break, where a spreadsheet of another language begins a cell.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from django.http import HttpResponse

from lib.exact import plain

_FORMULA = re.compile(r"""(^|[;\t\r\n])(?=[\s"']*[=+\-@\t\r＝＋－＠])""")


def harmless(value) -> str:
    """A text; where a formula would begin stands an apostrophe before it."""
    return _FORMULA.sub(r"\1'", str(value))


def cell(value) -> str:
    """One cell as it stands in the file."""
    if value is None:
        return ""
    if isinstance(value, Decimal | int) and not isinstance(value, bool) and Decimal(value).is_finite():
        return plain(value)
    if isinstance(value, datetime):
        value = value.isoformat()
    return '"' + harmless(value).replace('"', '""') + '"'


def csv_response(name: str, head: Iterable[str], rows: Iterable[Iterable]) -> HttpResponse:
    """A download ``name.csv``, UTF-8 with a byte order mark for Excel.

    Built before the answer leaves: a streamed one would be read after the transaction, without an identity.
    """
    lines = [",".join(map(cell, row)) for row in (head, *rows)]
    response = HttpResponse("\ufeff" + "\r\n".join([*lines, ""]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
