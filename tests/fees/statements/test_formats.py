"""What every format has in common: recognised by content, read to the cent, footing, refused when damaged."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from fees.statements import StatementRefused, check_footing, format_of, read_statements, references_in
from fees.statements import source as sources
from sample_data.statements import FORMATS
from tests.fees.statements.files import ACCOUNT, IBAN, MAPPING, entry, lines_of, read, refusal, written
from tests.house.code import ROOT

SAMPLES = sorted((ROOT / "sample_data" / "bank").glob("*.*"))
KIND = dict(zip(FORMATS, ("camt.053", "camt.053", "mt940", "ofx", "ofx", "csv"), strict=True))
every_format = pytest.mark.parametrize("format_", FORMATS)


def test_there_is_a_sample_of_each_format():
    assert {path.name.rpartition(".")[0] for path in SAMPLES} == set(FORMATS)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_the_samples_foot_and_say_the_same(path: Path):
    with path.open("rb") as file:
        assert format_of(file) == KIND[path.name.rpartition(".")[0]]
    ((statement, lines, footing),) = read(path.read_bytes())
    assert (statement.account_ref, statement.currency, statement.count) == (IBAN, "EUR", 8)
    assert [line.amount for line in lines] == [
        Decimal(text)
        for text in ("15000.00", "28640.50", "712.33", "1250.00", "4100.00", "-4100.00", "9000.00", "-18.50")
    ]
    assert statement.total == Decimal("54584.33") and footing.closing == Decimal("106924.50")
    if statement.format == "ofx":
        assert footing.missing == ("opening",) and footing.difference is None and not footing.adds_up
    else:
        assert footing.opening == Decimal("52340.17") and footing.difference == 0 and footing.adds_up
    assert references_in(lines[0].memo) == ["INV-2026-000001"]
    assert references_in(lines[1].memo) == ["INV-2026-000002", "INV-2026-000003"]
    assert references_in(lines[2].memo) == ["RF18539007547034"]
    assert references_in(lines[3].memo) == [] and lines[3].counterparty == "Quill and Sons"
    if statement.format in ("camt.053", "mt940"):
        assert [line.is_reversal for line in lines] == [False] * 5 + [True, False, False]
        assert lines[5].end_to_end_id == lines[4].end_to_end_id == "MOR-4"
    if statement.format == "camt.053":
        assert [(part.amount, part.counterparty) for part in lines[6].parts()] == [
            (Decimal("6000.00"), "Harrow Pension Scheme"),
            (Decimal("3000.00"), "Aldgate Family Office"),
        ]
    assert lines[0].parts() == (lines[0],)


@every_format
def test_who_paid_what_when(format_):
    first, second = lines_of(
        written(format_, entry("12.50", 2, "Søren & Åse", iban="DE89370400440532013000"), entry("-0.01", 31))
    )
    assert (first.amount, first.currency, first.booking_date) == (Decimal("12.50"), "EUR", date(2026, 1, 2))
    assert (first.counterparty, first.memo) == ("Søren & Åse", "INV-2026-000001")
    if not format_.startswith("ofx"):
        assert first.counterparty_account == "DE89370400440532013000"
    assert (second.amount, second.value_date) == (Decimal("-0.01"), date(2026, 1, 31))


@every_format
def test_a_statement_without_lines(format_):
    if format_ == "csv":
        assert refusal(written(format_)).sentence == "The file contains no lines."
    else:
        ((statement, lines, footing),) = read(written(format_))
        assert lines == [] and footing.total == 0 and footing.closing == Decimal("100.00")


@every_format
def test_a_file_that_is_cut_off_is_refused_wherever(format_):
    """At every byte: refused, or every line was there and only a closing balance that is cut short doesn't foot."""
    whole = written(format_, entry("12.50"), entry("7.00", 3, "Morland Partners"))
    complete = read(whole)[0][1]
    for length in range(len(whole) - 1):
        try:
            ((statement, lines, footing),) = read(whole[:length])
        except StatementRefused as refused:
            assert refused.sentence.endswith("."), refused
            continue
        if format_ == "csv":  # a table has no end: what is missing shows in its rows, its balance, or not at all
            assert len(lines) < len(complete) or not footing.adds_up or lines == complete or length > len(whole) - 10
        else:
            assert lines == complete and (footing.adds_up or b":62F:" in whole[:length]), whole[length:]


@every_format
def test_encodings(format_):
    content = written(format_, entry("12.50", name="Zoë Ärzte", memo="für “alles”"))
    for encoding in ("utf-8-sig", "utf-16"):
        text = content.decode().replace(
            'encoding="UTF-8"', f'encoding="{encoding[:6]}"' if encoding == "utf-16" else 'encoding="UTF-8"'
        )
        assert lines_of(text.encode(encoding))[0].counterparty == "Zoë Ärzte", encoding
    text = content.decode().replace('encoding="UTF-8"', 'encoding="windows-1252"')
    assert lines_of(text.encode("cp1252"))[0].memo == "für “alles”"


@every_format
def test_line_breaks_of_every_kind(format_):
    content = written(format_, entry("12.50"), entry("7.00")).replace(b"\r\n", b"\n")
    expected = [line.amount for line in lines_of(content)]
    for broken in (b"\r\n", b"\r", b"\n\n", b"\r\r\n"):
        assert [line.amount for line in lines_of(content.replace(b"\n", broken))] == expected, broken


@every_format
def test_nul_bytes_are_refused(format_):
    content = written(format_, entry("12.50"))
    assert refusal(content.replace(b"gate", b"g\0te")).code in ("nul", "encoding", "damaged")


@every_format
@pytest.mark.parametrize("typed", ["NaN", "Infinity", "1e400", "-", "", "12.345", "1000000000000000", "0x10", "１２"])
def test_impossible_amounts_are_refused(format_, typed):
    """In place of 12.50, wherever that stands in the file."""
    content = written(format_, entry("12.50"))
    for plain in (b"12.50", b"12,50"):
        content = content.replace(b"1" + plain, b"1").replace(plain, typed.replace(".", chr(plain[2])).encode())
    refused = refusal(content)
    assert refused.code in ("amount", "balance", "line"), refused
    assert "Line" in refused.sentence or "ntry" in refused.sentence or "tatement" in refused.sentence, refused


def test_a_year_that_cannot_be_meant():
    content = written("camt.053.001.08", entry("12.50"))
    for typed in ("1026-01-02", "9999-01-02", "0000-01-02", "2026-02-30", "02.01.2026", ""):
        refused = refusal(content.replace(b"<Dt>2026-01-02</Dt>", f"<Dt>{typed}</Dt>".encode()))
        assert refused.code == "date" and refused.where == "Entry 1", typed


@pytest.mark.parametrize(
    ("format_", "old", "new"),
    [
        ("mt940", b":61:2601020102", b":61:2602300230"),
        ("ofx1", b"<DTPOSTED>20260102", b"<DTPOSTED>20260230"),
        ("ofx2", b"<DTPOSTED>20260102", b"<DTPOSTED>00240102"),
        ("csv", b"02.01.2026", b"30.02.2026"),
        ("csv", b"02.01.2026", b"02.01.0026"),
    ],
)
def test_thirtieth_of_february(format_, old, new):
    content = written(format_, entry("12.50"))
    assert old in content
    refused = refusal(content.replace(old, new))
    assert refused.code == "date" and refused.where.startswith("Line ")


@every_format
def test_a_statement_that_does_not_foot_says_by_how_much(format_):
    content = written(format_, entry("12.50"), entry("7.00"))
    changed = content.replace(b"119.50", b"119.60").replace(b"119,50", b"119,60")
    assert changed != content
    ((_, _, footing),) = read(changed)
    assert footing.difference == (None if format_.startswith("ofx") else Decimal("0.10"))
    assert not footing.adds_up


def test_the_footing_needs_the_lines():
    (statement,) = read_statements(io.BytesIO(written("mt940", entry("1.00"))))
    assert check_footing(statement).difference == 0  # the next one was asked for, so these were passed over
    half = next(read_statements(io.BytesIO(written("mt940", entry("1.00")))))
    with pytest.raises(RuntimeError):
        check_footing(half)


@every_format
def test_mixed_currencies_are_refused(format_):
    content = written(format_, entry("12.50"), entry("7.00"))
    if format_.startswith("camt"):
        content = content.replace(b'<Ntry><Amt Ccy="EUR">7.00', b'<Ntry><Amt Ccy="USD">7.00')
    elif format_ == "mt940":
        content = content.replace(b":62F:C260131EUR", b":62F:C260131USD")
    elif format_ == "csv":
        content = content.replace(b"7,00;EUR", b"7,00;USD")
    else:
        content = content.replace(
            b"<TRNAMT>7.00", b"<CURRENCY><CURRATE>1</CURRATE><CURSYM>USD</CURSYM></CURRENCY><TRNAMT>7.00"
        )
    assert refusal(content).code == "mixed_currencies"


@every_format
def test_huge_fields_are_refused(format_):
    refused = refusal(written(format_, entry("12.50", memo="x" * 2_001)).replace(b"?20EREF", b"?20" + b"x" * 2_100))
    assert refused.code == "too_long"
    assert "2,000" in refused.sentence
    huge = written(format_, entry("12.50")).replace(b"gate", b"x" * 11_000_000)
    assert refusal(huge).code in ("too_long", "row", "damaged")


def test_what_is_no_statement():
    for content, sentence in (
        (b"", "The file is empty."),
        (b" \r\n\t ", "The file is empty."),
        (b"%PDF-1.7 ...", "The file is a PDF, not a bank statement."),
        (b"PK\x03\x04....", "The file is a spreadsheet or an archive, not a bank statement."),
        (b"<html><body>Sign in</body></html>", "The file is XML, but not a bank statement (camt.053)."),
        (b"<Document><A/></Document>", "The file is XML, but not a bank statement (camt.053)."),
    ):
        assert refusal(content).sentence == sentence
    assert refusal(b"a,b\n1,2\n", None).sentence == "Choose which column of the CSV file means what."


def test_a_file_that_is_too_large(monkeypatch):
    monkeypatch.setattr(sources, "MOST_BYTES", 3 * 1024**2)
    assert refusal(bytes(3 * 1024**2 + 1)).sentence == "The file is larger than 3 MB."


@pytest.mark.parametrize("format_", ["mt940"])
def test_two_statements_in_one_file(format_):
    first = written(format_, entry("12.50"))
    account = type(ACCOUNT)(IBAN, "EUR", Decimal("112.50"), 4, date(2026, 2, 1), date(2026, 2, 28))
    second = written(format_, entry("7.00"), entry("8.00"), account=account)
    found = read(first + second)
    assert [(one.sequence, one.count, footing.adds_up) for one, _, footing in found] == [(3, 1, True), (4, 2, True)]
    assert refusal(first + first).code == "twice"


def test_two_statements_of_a_camt_file():
    first = written("camt.053.001.08", entry("12.50"))
    inner = first[first.index(b"<Stmt>") : first.index(b"</Stmt>") + 7]
    other = inner.replace(b"2026-01-31-3", b"2026-01-31-4").replace(b"<ElctrncSeqNb>3", b"<ElctrncSeqNb>4")
    found = read(first.replace(inner, inner + other))
    assert [(one.sequence, one.count) for one, _, _ in found] == [(3, 1), (4, 1)]
    assert refusal(first.replace(inner, inner + inner)).code == "twice"
    assert refusal(first + first).code == "damaged"


def test_a_period_that_ends_before_it_begins():
    content = written("camt.053.001.02", entry("12.50")).replace(b"<FrDtTm>2026-01-01", b"<FrDtTm>2026-03-01")
    assert refusal(content).code == "period"


def test_lines_of_a_statement_that_was_passed_over_are_gone():
    first = written("mt940", entry("12.50"))
    second = written(
        "mt940", entry("7.00"), account=type(ACCOUNT)(IBAN, "EUR", Decimal("1.00"), 4, *[date(2026, 2, 1)] * 2)
    )
    statements = list(read_statements(io.BytesIO(first + second), MAPPING))
    assert [statement.total for statement in statements] == [Decimal("12.50"), Decimal("7.00")]
    assert list(statements[0].lines) == []
