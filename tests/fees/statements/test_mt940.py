"""MT940: its lines as banks write them."""

from datetime import date
from decimal import Decimal

import pytest

from tests.fees.statements.files import lines_of, read, refusal

HEAD = ":20:A\n:25:DE89370400440532013000\n:28C:12/1\n:60F:C260101EUR100,00\n"
TAIL = ":62F:C260131EUR100,00\n-\n"


def of(*fields: str) -> bytes:
    return (HEAD + "".join(f"{field}\n" for field in fields) + TAIL).encode()


@pytest.mark.parametrize(
    ("booked", "amount", "is_reversal", "day"),
    [
        (":61:2601020102C300,NTRFNONREF", "300.00", False, date(2026, 1, 2)),
        (":61:260102C300,5NTRFNONREF", "300.50", False, date(2026, 1, 2)),
        (":61:2601020102CR300,NTRFNONREF", "300.00", False, date(2026, 1, 2)),  # R of EUR
        (":61:2601020102DR300,NTRFNONREF", "-300.00", False, date(2026, 1, 2)),
        (":61:2601020102D300,00NTRFNONREF", "-300.00", False, date(2026, 1, 2)),
        (":61:2601020102RC300,00NTRFNONREF", "-300.00", True, date(2026, 1, 2)),
        (":61:2601020102RD300,00NTRFNONREF", "300.00", True, date(2026, 1, 2)),
        (":61:2601020102RCR300,00NTRFNONREF", "-300.00", True, date(2026, 1, 2)),
        (":61:2601020102RDR300,00NTRFNONREF", "300.00", True, date(2026, 1, 2)),
        (":61:2512311231C1,00NTRFNONREF", "1.00", False, date(2025, 12, 31)),
        (":61:2601021231C1,00NTRFNONREF", "1.00", False, date(2025, 12, 31)),
        (":61:2512310102C1,00NTRFNONREF", "1.00", False, date(2026, 1, 2)),
        (":61:2403010229C1,00NTRFNONREF", "1.00", False, date(2024, 2, 29)),
    ],
)
def test_signs_letters_and_years(booked, amount, is_reversal, day):
    (line,) = lines_of(of(booked))
    assert (line.amount, line.is_reversal, line.booking_date) == (Decimal(amount), is_reversal, day)


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (
            ":86:166?00CREDIT?20EREF+E-1?21SVWZ+INV-2026-?22000001 thanks?30ABCDEFGH?31DE8937040044\n"
            "0532013000?32Aldgate Fam?33ily Office?34000",
            ("Aldgate Family Office", "DE89370400440532013000", "INV-2026-000001 thanks", "E-1", "NTRF/166"),
        ),
        (":86:020~20one ~21two~32Name", ("Name", "", "one two", "OURS", "NTRF/020")),
        (":86:166?20EREF+NOTPROVIDED?21SVWZ+x?22ABWA+Other", ("", "", "x Other", "OURS", "NTRF/166")),
        (
            ":86:/TRTP/SEPA/IBAN/NL91ABNA0417164300/BIC/ABNANL2A/NAME/Okonjo/REMI/USTD//two words/EREF/E-2",
            ("Okonjo", "NL91ABNA0417164300", "two words", "E-2", "NTRF"),
        ),
        (
            ":86:/CNTP/NL91ABNA0417164300/ABNANL2A/Okonjo///REMI/USTD//text/",
            ("Okonjo", "NL91ABNA0417164300", "text", "OURS", "NTRF"),
        ),
        (":86:some words\nand more", ("", "", "some words and more", "OURS", "NTRF")),
    ],
)
def test_who_paid_in_three_ways_of_writing(told, expected):
    (line,) = lines_of(of(":61:2601020102C1,00NTRFOURS//BANKS", told))
    found = line.counterparty, line.counterparty_account, line.memo, line.end_to_end_id, line.transaction_code
    assert found == expected and line.bank_ref == "BANKS"


def test_a_structured_reference():
    (line,) = lines_of(of(":61:2601020102C1,00NTRFNONREF", ":86:/NAME/A/REMI/STRD/CUR/RF18539007547034/"))
    assert (line.reference, line.memo) == ("RF18539007547034", "")


def test_the_second_line_of_an_entry_is_kept():
    first, second = lines_of(
        of(":61:2601020102C1,00NTRFNONREF\nEXTRA", ":61:2601020102C2,00NTRFNONREF\nMORE", ":86:words")
    )
    assert (first.memo, second.memo) == ("EXTRA", "words MORE")
    assert (first.position, second.position) == (5, 7)


def test_a_space_at_the_end_of_a_line_stays():
    (line,) = lines_of(of(":61:2601020102C1,00NTRFNONREF", ":86:166?20one \ntwo?32Sample \nBank"))
    assert (line.memo, line.counterparty) == ("one two", "Sample Bank")


def test_swift_blocks_and_words_between_messages_are_passed_over():
    content = (
        "{1:F01X}{2:I940X}{4:\n" + HEAD + ":61:2601020102C1,00NTRFNONREF\n:62F:C260131EUR101,00\n-}\nABNANL2A\n940\n"
    )
    content += "{1:F01X}{2:I940X}{4:" + HEAD.replace("12/1", "13/1") + TAIL.replace("-\n", "-}{5:X}\n")
    found = read(content.encode())
    assert [(one.sequence, footing.adds_up) for one, _, footing in found] == [(12, True), (13, True)]


def test_pages_of_a_statement():
    """Two messages of one reference, number and day are two pages, unless they are the same in all."""
    first = HEAD + ":61:2601020102C1,00NTRFNONREF\n:62M:C260101EUR101,00\n-\n"
    second = (
        first.replace("12/1", "12/2")
        .replace("101,00\n-", "102,00\n-")
        .replace("60F:C260101EUR100", "60M:C260101EUR101")
    )
    found = read((first + second).encode())
    assert [(one.sequence, footing.adds_up) for one, _, footing in found] == [(12, True), (12, True)]
    assert refusal((first + first).encode()).code == "twice"


def test_what_follows_the_closing_balance():
    content = of(":61:2601020102C1,00NTRFNONREF", ":86:x").replace(
        b":62F:C260131EUR100,00\n",
        b":62F:C260131EUR101,00\n:64:C260131EUR90,00\n:65:C260201EUR90,00\n:86:about all of it\n",
    )
    ((_, (line,), footing),) = read(content)
    assert footing.adds_up and line.memo == "x"


def test_zero_is_left_out_and_that_is_said():
    ((statement, lines, _),) = read(of(":61:2601020102C0,00NTRFNONREF"))
    assert lines == [] and statement.notes == ["Line 5 moves no money and is left out."]


def test_years_of_the_last_century():
    (line,) = lines_of(of(":61:990102C1,00NTRFNONREF"))
    assert line.value_date == date(1999, 1, 2)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (of(":61:2601020102X1,00NTRFNONREF"), "line"),
        (of(":61:2601020102C1.00NTRFNONREF"), "line"),
        (of(":61:2601020102C-1,00NTRFNONREF"), "line"),
        (of(":61:2601020102C1,001NTRFNONREF"), "amount"),
        (of(":61:2601020102C1,00"), "line"),
        (of(":61:2613020102C1,00NTRFNONREF"), "date"),
        (of(":61:2601020230C1,00NTRFNONREF"), "date"),
        (of(":61:2601020102C1,00NTRFNONREF").replace(b":25:DE89370400440532013000\n", b""), "account"),
        (of(":61:2601020102C1,00NTRFNONREF").replace(b":60F:C260101EUR100,00\n", b""), "balance"),
        (of().replace(b":60F:C260101EUR100,00\n", b""), "balance"),
        (of().replace(b"60F:C260101EUR", b"60F:X260101EUR"), "balance"),
        (of().replace(b"60F:C260101EUR", b"60F:C260101XAU"), "currency"),
        (of().replace(b":62F:C260131EUR100,00\n", b""), "truncated"),
        ((HEAD + HEAD + TAIL).encode(), "truncated"),
        (of(":34F:EUR0,00"), "format"),
        (of().replace(b":20:A\n", b"", 1) + of(), "format"),
        (of(":61:2601020102C1,00NTRFNONREF", ":86:" + "x\n" * 101), "too_long"),
        (of(":61:2601020102C1,00NTRFNONREF", ":86:" + ("y" * 64 + "\n") * 40), "too_long"),
        (of().replace(b":28C:12/1", b":28C:twelve"), "sequence"),
    ],
)
def test_what_is_refused(content, code):
    refused = refusal(content)
    assert refused.code == code, refused
    assert refused.where.startswith("Line ") or code == "truncated"
