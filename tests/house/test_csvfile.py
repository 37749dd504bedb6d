"""CSV files do no harm to the program that opens them, and lose nothing."""

import csv
import io
import re
from decimal import Decimal
from pathlib import Path

import pytest

from lib.exact import ExactDecoder, dump, plain
from ui.csvfile import cell, csv_response

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=1+1", "'=1+1"), ("+49 1", "'+49 1"), ("@me", "'@me"), ("-x", "'-x"), ("-", "'-"), ("-12.50", "'-12.50"),
        ("\tx", "'\tx"), ("\rx", "'\rx"), ("a=b", "a=b"), ("a - b", "a - b"), ("Smith & Co.", "Smith & Co."),
        ("a;=1+1", "a;'=1+1"), ("a; =1", "a;' =1"), ("  =1", "'  =1"), ("\u00a0=1", "'\u00a0=1"), ("'=1", "''=1"),
        ("a\n@x", "a\n'@x"), ("\uff1d1+1", "'\uff1d1+1"), ("a;b", "a;b"), ("", ""),
    ],
)  # fmt: skip
def test_what_would_run_as_a_formula_is_text(value, written):
    assert cell(value) == f'"{written}"'


@pytest.mark.parametrize("quoted", ['"=1+1', 'a;"=1+1"', '""@x'])
def test_a_quote_hides_no_formula(quoted):
    (back,) = next(csv.reader(io.StringIO(cell(quoted))))
    assert back == re.sub(r'(^|;)(?=")', r"\1'", quoted)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0, "0"), (Decimal("-8750.00"), "-8750.00"), (Decimal("0E-8"), "0.00000000"), (Decimal("1E+3"), "1000"),
        (Decimal("-0.00"), "0.00"), (Decimal("0.00000001"), "0.00000001"), (None, ""), (True, '"True"'),
        (Decimal("NaN"), '"NaN"'),
    ],
)  # fmt: skip
def test_numbers_are_plain_digits(value, written):
    assert cell(value) == written


def test_the_file_is_whole_and_named():
    response = csv_response("people", ["Name", "Units"], [["Zoë, Ltd", Decimal("0E-8")], ['a "quoted" one', 7]])
    assert response["Content-Disposition"] == 'attachment; filename="people.csv"'
    assert response.content.decode() == ('\ufeff"Name","Units"\r\n"Zoë, Ltd",0.00000000\r\n"a ""quoted"" one",7\r\n')


def test_a_document_is_written_with_the_digits_it_was_read_with():
    written = '{"n": 0.00000001, "m": [12345678901234567890.12345678], "k": "x"}'
    read = ExactDecoder().decode(written)
    assert read["n"] == Decimal("0.00000001")
    assert dump(read) == '{"n": "0.00000001", "m": ["12345678901234567890.12345678"], "k": "x"}'


def test_a_number_is_no_exponent():
    assert [plain(Decimal(number)) for number in ("0E-8", "1E-8", "5E+2", "-0")] == [
        "0.00000000",
        "0.00000001",
        "500",
        "0",
    ]


def test_there_is_one_writer():
    """No other module makes CSV, and every JSON column reads numbers exactly."""
    for path in ROOT.glob("*/**/*.py"):
        if path.parts[len(ROOT.parts)] in ("tests", ".venv", "audit_verifier", ".data"):
            continue
        source = path.read_text(encoding="utf-8")
        if path == ROOT / "documents/contents.py":  # a type of what is stored, made by others
            source = source.replace('ContentType("text/csv",', "", 1)
        assert "csv.writer" not in source and "text/csv" not in source.replace("text/csv; charset=utf-8", "", 1), path
        if path.name == "models.py":
            assert re.findall(r"JSONField\((?!.*decoder=ExactDecoder)", source) == [], path
