"""CSV files do no harm to the program that opens them."""

from decimal import Decimal

import pytest

from config.lib.csvfile import cell, csv_response


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"), ("+49 1", "'+49 1"), ("@me", "'@me"), ("-x", "'-x"), ("-", "'-"),
        ("\tx", "'\tx"), ("\rx", "'\rx"), ("a=b", "a=b"), (None, ""), (0, "0"),
        ("-12.50", "-12.50"), (Decimal("-8750.00"), "-8750.00"),
    ],
)  # fmt: skip
def test_what_would_run_as_a_formula_is_text(value, written):
    assert cell(value) == written


def test_the_file_is_whole_and_named():
    response = csv_response("people", ["Name"], [["Zoë, Ltd"], ['a "quoted" one']])
    assert response["Content-Disposition"] == 'attachment; filename="people.csv"'
    assert response.content.decode() == '\ufeffName\r\n"Zoë, Ltd"\r\n"a ""quoted"" one"\r\n'
