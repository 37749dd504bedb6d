"""CSV by a mapping, the mapping as data, and the mapping that a file suggests."""

import io
import json
from datetime import date
from decimal import Decimal

import pytest

from fees.statements import Mapping, StatementRefused, suggest_mapping
from tests.fees.statements.files import MAPPING, entry, lines_of, read, refusal, written

PLAIN = Mapping({"booking_date": "date", "amount": "amount", "memo": "memo"}, currency="EUR", account_ref="LU 28 001")


def of(*rows: str, header: str = "date,amount,memo") -> bytes:
    return "\n".join([header, *rows, ""]).encode()


def amounts(content: bytes, mapping: Mapping) -> list[Decimal]:
    return [line.amount for line in lines_of(content, mapping)]


@pytest.mark.parametrize(
    ("decimal", "typed", "amount"),
    [
        (".", "1234.5", "1234.50"),
        (".", "1,234.50", "1234.50"),
        (".", "1,234,567", "1234567"),
        (".", "1 234.50", "1234.50"),
        (".", "1'234.50", "1234.50"),
        (".", "-1.00", "-1.00"),
        (".", "\u22121.00", "-1.00"),
        (".", "1.00-", "-1.00"),
        (".", "(1.00)", "-1.00"),
        (".", "+1.00", "1.00"),
        (",", "1.234,50", "1234.50"),
        (",", "1234,5", "1234.50"),
        (",", "1\u202f234,50", "1234.50"),
        (",", "1.234", "1234"),
    ],
)
def test_numbers(decimal, typed, amount):
    mapping = PLAIN.changed(decimal=decimal, delimiter=";")
    assert amounts(of(f"2026-01-02;{typed};x", header="date;amount;memo"), mapping) == [Decimal(amount)]


@pytest.mark.parametrize(
    "typed", ["1,5", "1,23,456", "12,3456", "1.234.567", "1,234 567", "1..5", "--1", "EUR 5", "1.005", ""]
)
def test_numbers_that_may_mean_two_things(typed):
    refused = refusal(of(f'2026-01-02,"{typed}",x'), PLAIN)
    assert refused.code == "amount" and refused.where == "Line 2"


@pytest.mark.parametrize(
    ("written_as", "typed"),
    [
        ("YYYY-MM-DD", "2026-01-02"),
        ("DD.MM.YYYY", "2.1.2026"),
        ("DD/MM/YYYY", "02/01/2026"),
        ("MM/DD/YYYY", "01/02/2026"),
        ("DD-MM-YYYY", "02-01-2026"),
        ("MM-DD-YYYY", "01-02-2026"),
        ("YYYY/MM/DD", "2026/01/02"),
        ("YYYYMMDD", "20260102"),
        ("DD.MM.YY", "02.01.26"),
        ("DD/MM/YY", "02/01/26"),
        ("MM/DD/YY", "01/02/26"),
        ("DD-MM-YY", "02-01-26"),
        ("YYYY-MM-DD", "2026-01-02 13:45:10"),
    ],
)
def test_dates(written_as, typed):
    (line,) = lines_of(of(f"{typed},1.00,x"), PLAIN.changed(date_format=written_as))
    assert line.booking_date == line.value_date == date(2026, 1, 2)


@pytest.mark.parametrize(
    "typed", ["2026-02-30", "2026-13-01", "02.01.2026", "2026-1-2x", "", "0026-01-02", "2200-01-01"]
)
def test_dates_that_are_none(typed):
    assert refusal(of(f"{typed},1.00,x"), PLAIN).code == "date"


def test_two_columns_of_amounts():
    mapping = Mapping(
        {"booking_date": 1, "debit": 2, "credit": 3}, sign="debit_credit", has_header=False, currency="EUR"
    )
    content = b"2026-01-02,5.00,\n2026-01-02,,7.00\n2026-01-02,-5.00,\n2026-01-02,0.00,7.00\n"
    assert amounts(content, mapping) == [Decimal(n) for n in ("-5.00", "7.00", "-5.00", "7.00")]
    for row in (b"2026-01-02,,\n", b"2026-01-02,1.00,2.00\n", b"2026-01-02,,-2.00\n"):
        assert refusal(row, mapping).code == "amount", row


def test_a_column_that_says_the_direction():
    mapping = Mapping({"booking_date": 1, "amount": 2, "sign": 3}, sign="indicator", has_header=False, currency="EUR")
    content = b"2026-01-02,5.00,D\n2026-01-02,7.00,c\n2026-01-02,1.00,Soll\n2026-01-02,1.00,CRDT\n"
    assert amounts(content, mapping) == [Decimal(n) for n in ("-5.00", "7.00", "-1.00", "1.00")]
    for row in (b"2026-01-02,5.00,\n", b"2026-01-02,5.00,maybe\n", b"2026-01-02,-5.00,D\n"):
        assert refusal(row, mapping).code == "amount", row
    german = mapping.changed(debit_words=("Lastschrift",), credit_words=("Gutschrift",))
    assert amounts(b"2026-01-02,5.00,Lastschrift\n", german) == [Decimal("-5.00")]
    assert refusal(b"2026-01-02,5.00,D\n", german).code == "amount"


def test_rows_around_the_table():
    content = (
        b"Statement of\nJanuary,2026\n"
        + of("2026-01-02,5.00,x", ",,", "", "2026-01-03,7.00,y")
        + b"Total,12.00,\nEnd,,\n"
    )
    lines = lines_of(content, PLAIN.changed(skip_rows=2, footer_rows=2))
    assert [(line.amount, line.position) for line in lines] == [(Decimal("5.00"), 4), (Decimal("7.00"), 7)]
    assert refusal(content, PLAIN.changed(skip_rows=2)).where == "Line 8"


def test_a_field_of_several_lines():
    first, second = lines_of(of('2026-01-02,5.00,"a ""b""\nc"', "2026-01-03,7.00,d"), PLAIN)
    assert (first.memo, first.position, second.position) == ('a "b" c', 2, 4)


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        (['2026-01-02,5.00,"open'], "row"),
        (['2026-01-02,5.00,"a"b'], "row"),
        (["2026-01-02"], "row"),
        (["2026-01-02,5.00," + "," * 600], "row"),
        (['2026-01-02,5.00,"' + "x\n" * 100_000], "row"),
        ([], "empty"),
    ],
)
def test_rows_that_cannot_be_read(rows, code):
    assert refusal(of(*rows), PLAIN).code == code


def test_headers_that_do_not_fit():
    assert refusal(of("1"), PLAIN.changed(columns={"booking_date": "day", "amount": "amount"})).sentence == (
        "The header has no column “day”."
    )
    assert (
        refusal(
            of("1", header="date,date,amount"), PLAIN.changed(columns={"booking_date": "date", "amount": "amount"})
        ).code
        == "header"
    )
    assert amounts(of("2026-01-02,5.00,x", header=" Date , AMOUNT ,memo"), PLAIN) == [Decimal("5.00")]


def test_one_account_and_one_currency():
    columns = {"booking_date": 1, "amount": 2, "account": 3, "currency": 4}
    mapping = Mapping(columns, has_header=False)
    content = b"2026-01-02,5.00,DE 89,eur\n2026-01-02,5.00,DE89,EUR\n"
    ((statement, _, _),) = read(content, mapping)
    assert (statement.account_ref, statement.currency) == ("DE89", "EUR")
    assert refusal(content + b"2026-01-02,5.00,DE90,EUR\n", mapping).code == "account"
    assert refusal(content + b"2026-01-02,5.00,DE89,USD\n", mapping).code == "mixed_currencies"
    assert refusal(of("2026-01-02,5.00,x"), PLAIN.changed(currency="")).code == "currency"


def test_balances_with_the_newest_line_first_or_last():
    rows = written("csv", entry("12.50", 2), entry("7.00", 3), entry("-1.00", 4)).decode().splitlines()
    for order in (rows[1:], rows[:0:-1]):
        ((_, _, footing),) = read("\n".join([rows[0], *order]).encode())
        assert (footing.opening, footing.closing, footing.difference) == (Decimal("100.00"), Decimal("118.50"), 0)


def test_balances_with_a_line_missing():
    rows = written("csv", entry("12.50", 2), entry("7.00", 3), entry("-1.00", 4)).decode().splitlines()
    del rows[2]
    for order, difference in ((rows[1:], "7.00"), (rows[:0:-1], "7.00")):
        ((_, _, footing),) = read("\n".join([rows[0], *order]).encode())
        assert footing.difference == Decimal(difference) and not footing.adds_up


def test_without_balances_nothing_is_assumed():
    ((_, _, footing),) = read(of("2026-01-02,5.00,x"), PLAIN)
    assert footing.missing == ("opening", "closing")


def test_a_mapping_is_data():
    again = Mapping.from_json(json.loads(json.dumps(MAPPING.as_json())))
    assert again == MAPPING and again.as_json() == MAPPING.as_json()


@pytest.mark.parametrize(
    "changes",
    [
        {"columns": {"amount": 1}},
        {"columns": {"booking_date": 1}},
        {"columns": {"booking_date": 1, "amount": 1}},
        {"columns": {"booking_date": 0, "amount": 1}},
        {"columns": {"booking_date": True, "amount": 2}},
        {"columns": {"booking_date": "d", "amount": 1}, "has_header": False},
        {"columns": {"booking_date": 1, "amount": 2, "colour": 3}},
        {"columns": [1, 2]},
        {"sign": "debit_credit"},
        {"sign": "guessed"},
        {"date_format": "%Y"},
        {"decimal": ";"},
        {"delimiter": ""},
        {"delimiter": "ab"},
        {"encoding": "utf-7"},
        {"skip_rows": -1},
        {"footer_rows": 101},
        {"skip_rows": 1.5},
        {"debit_words": "D"},
        {"credit_words": [1]},
        {"currency": None},
        {"account_ref": "x" * 141},
        {"unknown": 1},
    ],
)
def test_mappings_that_are_none(changes):
    with pytest.raises(StatementRefused) as refused:
        Mapping.from_json(MAPPING.as_json() | changes)
    assert refused.value.code == "mapping" and refused.value.sentence.startswith("The mapping can't be used: ")


@pytest.mark.parametrize("data", [None, [], {}, {"columns": None}, "x"])
def test_what_is_no_mapping(data):
    with pytest.raises(StatementRefused):
        Mapping.from_json(data)


# --- suggestions


def suggestion(text: str, encoding: str = "utf-8"):
    return suggest_mapping(io.BytesIO(text.encode(encoding)))


def test_our_own_file_is_understood():
    found = suggest_mapping(io.BytesIO(written("csv", entry("1234.50", 13), entry("-7.00", 14))))
    assert found.unsure == () and found.confirmed(account_ref=MAPPING.account_ref, encoding="") == MAPPING


@pytest.mark.parametrize(
    ("text", "columns", "more"),
    [
        (
            "Buchungstag;Wertstellung;Auftraggeber / Empfänger;Verwendungszweck;Betrag;Währung\n"
            "31.01.2026;31.01.2026;Müller;Dank;-1.234,50;EUR\n",
            {"booking_date": "Buchungstag", "value_date": "Wertstellung", "counterparty": "Auftraggeber / Empfänger",
             "memo": "Verwendungszweck", "amount": "Betrag", "currency": "Währung"},
            {"date_format": "DD.MM.YYYY", "decimal": ",", "delimiter": ";", "sign": "signed"},
        ),
        (
            "My Bank\nAccount,123\n\nDate,Description,Money out,Money in,Balance\n13/01/2026,Fee,5.00,,95.00\n",
            {"booking_date": "Date", "memo": "Description", "debit": "Money out", "credit": "Money in",
             "balance": "Balance"},
            {"date_format": "DD/MM/YYYY", "decimal": ".", "delimiter": ",", "sign": "debit_credit", "skip_rows": 3},
        ),
        (
            "Date\tAmount\tDebit/Credit\tName\n2026-01-13\t5.00\tD\tA\n",
            {"booking_date": "Date", "amount": "Amount", "sign": "Debit/Credit", "counterparty": "Name"},
            {"date_format": "YYYY-MM-DD", "delimiter": "\t", "sign": "indicator"},
        ),
        (
            "13.01.2026;14.01.2026;x;5,00;95,00\n14.01.2026;14.01.2026;y;-5,00;90,00\n",
            {"booking_date": 1, "value_date": 2, "amount": 4, "balance": 5},
            {"has_header": False, "date_format": "DD.MM.YYYY", "decimal": ","},
        ),
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_what_banks_write_is_understood(text, columns, more, encoding):
    found = suggestion(text, encoding)
    assert found.mapping["columns"] == columns and found.unsure == ()
    assert {name: found.mapping[name] for name in more} == more
    assert read(text.encode(encoding), found.confirmed(currency="EUR"))


def test_what_may_mean_two_things_is_left_to_people():
    found = suggestion("date,amount\n02/01/2026,100\n03/01/2026,200\n")
    assert found.unsure == ("date_format", "decimal")
    assert suggestion("date,amount\n02/01/2026,1.50\n13/01/2026,2\n").unsure == ()


def test_what_is_missing_is_named():
    found = suggestion("what,ever\nyes,no\n")
    assert found.unsure == ("date_format", "decimal", "amount", "booking_date")
    with pytest.raises(StatementRefused):
        found.confirmed()


def test_nothing_to_suggest_from():
    for content in (b"", b"%PDF-1.7", b"\xff\xfe\x00"):
        with pytest.raises(StatementRefused):
            suggest_mapping(io.BytesIO(content))
