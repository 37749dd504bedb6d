"""What a CSV file's first rows suggest about how it is to be read. A person confirms it."""

import csv
import re
from dataclasses import dataclass
from itertools import islice

from fees.statements.mapping import (
    DATE_FORMATS,
    DELIMITERS,
    INDICATOR,
    NEEDED,
    SIGNED,
    TWO_COLUMNS,
    Mapping,
    date_pattern,
)
from fees.statements.refusal import StatementRefused
from fees.statements.source import Source

MOST_ROWS = 50
# Words that a header of each meaning has, the most telling first; in the languages of our banks.
WORDS = {
    "booking_date": r"book(?:ing|ed)? ?date|buchung(?:stag|sdatum)|posting date|transaction date|date op|boekdatum|"
    r"^date$|^datum$|fecha|data contabile",
    "value_date": r"valu(?:e|ta)|wert|valeur|rentedatum",
    "debit": r"debit|débit|soll|money out|paid out|withdrawal|belastung|^out$",
    "credit": r"credit|crédit|haben|money in|paid in|deposit|gutschrift|^in$",
    "amount": r"amount|betrag|montant|bedrag|importe|importo|umsatz",
    "sign": r"dr/cr|cr/dr|d/c|c/d|s/h|af bij|debit/credit|direction|indicator",
    "currency": r"currency|währung|devise|^munt|valuta code|^ccy$",
    "balance": r"balance|saldo|solde",
    "counterparty_account": r"(?:counterparty|payer|payee|beneficiary|partner).*(?:iban|account)|kontonummer|^iban$|"
    r"tegenrekening|compte contrepartie",
    "counterparty": r"counterparty|payer|payee|name|auftraggeber|empfänger|naam|contrepartie|tiers",
    "account": r"account|auftragskonto|^rekening|^compte",
    "end_to_end_id": r"end.?to.?end",
    "bank_ref": r"bank ref|transaction id|^id$|kennung",
    "reference": r"creditor ref|structured ref|^reference$|^ref$|référence",
    "memo": r"memo|description|details|purpose|verwendungszweck|buchungstext|libellé|communication|omschrijving|"
    r"narrative|remittance|concepto",
    "transaction_code": r"^type$|^code$|transaction type|^art$",
}
# "Debit" and "credit" in one header are a column of words, not one of money out.
BOTH = re.compile(r"debit.*credit|credit.*debit|soll.*haben|d/c|c/d|dr/cr|af bij", re.I)
NUMBER = re.compile(r"[-+(]?\d[\d., '’\u00a0\u202f]*[-+)]?", re.ASCII)


@dataclass(frozen=True)
class Suggestion:
    """A mapping as far as it can be told: ``mapping`` has the arguments of Mapping, ``rows`` the first lines to show.

    ``unsure`` names what a person has to choose, because the rows allow two readings or none.
    """

    mapping: dict
    header: list[str]
    rows: list[list[str]]
    unsure: tuple[str, ...]

    def confirmed(self, **chosen) -> Mapping:
        """The mapping with what a person chose. Raises StatementRefused if something is still missing."""
        return Mapping(**self.mapping | chosen)


def suggest_mapping(file) -> Suggestion:
    """What the first rows of a seekable file in binary suggest. Raises StatementRefused for what isn't text."""
    source = Source(file)
    encoding = source.encoding()
    first = [text for _, text in zip(range(MOST_ROWS), (text for _, text in source.lines(encoding)), strict=False)]
    delimiter = _delimiter(first)
    rows = _rows(first, delimiter)
    skipped = _before_header(rows)
    header, body = _header_and_body(rows[skipped:])
    columns = _columns(header, body)
    sign = next((name for name in (TWO_COLUMNS, INDICATOR) if NEEDED[name] <= set(columns)), SIGNED)
    if sign == TWO_COLUMNS:
        columns.pop("amount", None)
    dates, decimals = _date_formats(body, columns), _decimals(body, columns)
    found = {
        "columns": {meaning: header[place] if header else place + 1 for meaning, place in columns.items()},
        "date_format": dates[0] if dates else DATE_FORMATS[0],
        "decimal": decimals[0] if decimals else ".",
        "sign": sign,
        "delimiter": delimiter,
        "encoding": encoding if encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252") else "",
        "has_header": bool(header),
        "skip_rows": skipped,
    }
    unsure = [name for name, choices in (("date_format", dates), ("decimal", decimals)) if len(choices) != 1]
    unsure += sorted(({"booking_date"} | NEEDED[sign]) - set(columns))
    return Suggestion(found, header, body[:10], tuple(unsure))


def first_rows(file, *, delimiter: str, encoding: str = "", skip_rows: int = 0) -> list[list[str]]:
    """The first rows of a seekable file in binary, cut as a mapping would. Raises StatementRefused if it isn't text."""
    source = Source(file)
    lines = islice(source.lines(encoding or source.encoding()), skip_rows + MOST_ROWS)
    texts = [text for _number, text in lines]
    return [row for row in _rows(texts[skip_rows:], delimiter) if any(row)]


def _delimiter(lines: list[str]) -> str:
    """The one by which most lines have equally many columns, and then the most columns."""

    def quality(delimiter: str) -> tuple[int, int]:
        widths = [len(row) for row in _rows(lines, delimiter) if len(row) > 1]
        commonest = max(set(widths), key=widths.count) if widths else 0
        return widths.count(commonest), commonest

    return max(DELIMITERS, key=quality)


def _rows(lines: list[str], delimiter: str) -> list[list[str]]:
    try:
        return [[cell.strip() for cell in row] for row in csv.reader((t + "\n" for t in lines), delimiter=delimiter)]
    except csv.Error:
        raise StatementRefused("row", "The first rows can't be read as CSV.") from None


def _before_header(rows: list[list[str]]) -> int:
    """How many rows stand before the table: those that are narrower than most."""
    widths = [len(row) for row in rows if len(row) > 1]
    commonest = max(set(widths), key=widths.count) if widths else 1
    return next((n for n, row in enumerate(rows) if len(row) >= commonest and any(row)), 0)


def _header_and_body(rows: list[list[str]]) -> tuple[list[str], list[list[str]]]:
    rows = [row for row in rows if any(row)]
    if rows and not any(NUMBER.fullmatch(cell) or _formats_of(cell) for cell in rows[0] if cell):
        return rows[0], rows[1:]
    return [], rows


def _columns(header: list[str], body: list[list[str]]) -> dict[str, int]:
    """The column of each meaning, by the words of the header; without one, by what its cells look like."""
    if not header:
        return _by_content(body)
    places: dict[str, int] = {}
    for meaning, words in WORDS.items():
        for place, name in enumerate(header):
            fits = re.search(words, name, re.I) and header.count(name) == 1 and place not in places.values()
            if fits and not (meaning in ("debit", "credit") and BOTH.search(name)):
                places[meaning] = place
                break
    return places


def _by_content(body: list[list[str]]) -> dict[str, int]:
    places: dict[str, int] = {}
    for place in range(min(map(len, body), default=0)):
        cells = [row[place] for row in body if row[place]]
        if cells and all(_formats_of(cell) for cell in cells):
            places.setdefault("value_date" if "booking_date" in places else "booking_date", place)
        elif cells and all(NUMBER.fullmatch(cell) and re.search(r"[.,]\d\d\D?$", cell) for cell in cells):
            places.setdefault("balance" if "amount" in places else "amount", place)
    return places


def _formats_of(cell: str) -> set[str]:
    found = set()
    for name in DATE_FORMATS:
        match = date_pattern(name).fullmatch(cell)
        if match and 1 <= int(match["month"]) <= 12 and 1 <= int(match["day"]) <= 31:
            found.add(name)
    return found


def _date_formats(body: list[list[str]], columns: dict[str, int]) -> list[str]:
    """The formats in which every date of the first rows is one."""
    place = columns.get("booking_date")
    cells = [row[place] for row in body if place is not None and place < len(row) and row[place]]
    return [name for name in DATE_FORMATS if cells and all(name in _formats_of(cell) for cell in cells)]


def _decimals(body: list[list[str]], columns: dict[str, int]) -> list[str]:
    """The decimal marks with which every amount of the first rows is a number; both if the rows don't tell."""
    places = [columns[name] for name in ("amount", "debit", "credit") if name in columns]
    cells = [row[place] for row in body for place in places if place < len(row) and row[place]]
    told = {"." if re.search(r"\.\d{1,2}\D?$", cell) else "," for cell in cells if re.search(r"[.,]\d{1,2}\D?$", cell)}
    return sorted(told) if told else [",", "."]
