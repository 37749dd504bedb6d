"""How a CSV file of a bank is to be read: which column means what, and how dates and amounts are written.

A mapping is data, kept as JSON with the account that it was made for.
"""

import re
from dataclasses import asdict, dataclass, replace

from fees.statements.refusal import StatementRefused

MEANINGS = {
    "booking_date": "booking date",
    "value_date": "value date",
    "amount": "amount",
    "debit": "money out",
    "credit": "money in",
    "sign": "debit or credit",
    "currency": "currency",
    "account": "account",
    "counterparty": "counterparty",
    "counterparty_account": "account of the counterparty",
    "reference": "reference",
    "memo": "remittance text",
    "end_to_end_id": "end-to-end id",
    "bank_ref": "bank reference",
    "transaction_code": "transaction code",
    "balance": "balance after the line",
}
# One signed column; one column for each direction; a column without a sign beside one that says the direction.
SIGNED, TWO_COLUMNS, INDICATOR = "signed", "debit_credit", "indicator"
NEEDED = {SIGNED: {"amount"}, TWO_COLUMNS: {"debit", "credit"}, INDICATOR: {"amount", "sign"}}
DATE_FORMATS = (
    "YYYY-MM-DD", "DD.MM.YYYY", "DD/MM/YYYY", "MM/DD/YYYY", "DD-MM-YYYY", "MM-DD-YYYY", "YYYY/MM/DD", "YYYYMMDD",
    "DD.MM.YY", "DD/MM/YY", "MM/DD/YY", "DD-MM-YY",
)  # fmt: skip
DELIMITERS = ",;\t|"
ENCODINGS = ("", "utf-8", "utf-8-sig", "utf-16", "cp1252", "iso-8859-15")
CREDIT_WORDS = ("C", "CR", "CRDT", "CREDIT", "H", "HABEN", "+", "BIJ", "IN")
DEBIT_WORDS = ("D", "DR", "DBIT", "DEBIT", "S", "SOLL", "-", "AF", "OUT")


@dataclass(frozen=True)
class Mapping:
    """Which column of a file means what. A column is named by its header, or numbered from 1.

    ``date_format`` is one of DATE_FORMATS, ``decimal`` a point or a comma. ``skip_rows`` stand before the header,
    ``footer_rows`` after the last line. ``encoding`` empty: found out. ``account_ref`` and ``currency`` stand in for
    columns that the file lacks.
    """

    columns: dict[str, str | int]
    date_format: str = "YYYY-MM-DD"
    decimal: str = "."
    sign: str = SIGNED
    delimiter: str = ","
    encoding: str = ""
    has_header: bool = True
    skip_rows: int = 0
    footer_rows: int = 0
    account_ref: str = ""
    currency: str = ""
    debit_words: tuple[str, ...] = DEBIT_WORDS
    credit_words: tuple[str, ...] = CREDIT_WORDS

    def __post_init__(self):
        problem = _problem(self)
        if problem:
            raise StatementRefused("mapping", "The mapping can't be used: {problem}.", problem=problem)

    def as_json(self) -> dict:
        """The mapping as JSON takes it."""
        return asdict(self) | {name: list(getattr(self, name)) for name in WORDS}

    @classmethod
    def from_json(cls, data: dict) -> "Mapping":
        """The mapping that :meth:`as_json` gave. Raises StatementRefused for anything else."""
        if not isinstance(data, dict) or set(data) - set(cls.__dataclass_fields__) or "columns" not in data:
            raise StatementRefused("mapping", "The mapping can't be used: {problem}.", problem="unknown settings")
        return cls(**data | {name: tuple(data[name]) for name in WORDS if isinstance(data.get(name), list)})

    def changed(self, **values) -> "Mapping":
        """The same mapping with other values."""
        return replace(self, **values)


WORDS = ("debit_words", "credit_words")


def _problem(mapping: Mapping) -> str:
    """What is wrong with a mapping, in a few words; empty if nothing is."""
    columns = mapping.columns
    if not isinstance(columns, dict) or set(columns) - set(MEANINGS):
        return "a column has an unknown meaning"
    if mapping.sign not in NEEDED:
        return "how money in and out are told apart is unknown"
    missing = ({"booking_date"} | NEEDED[mapping.sign]) - set(columns)
    if missing:
        return "no column is chosen for: " + ", ".join(sorted(MEANINGS[name] for name in missing))
    if len(set(map(str, columns.values()))) < len(columns):
        return "one column is chosen twice"
    return _wrong_column(mapping) or _wrong_habit(mapping)


def _wrong_column(mapping: Mapping) -> str:
    for column in mapping.columns.values():
        is_number = isinstance(column, int) and not isinstance(column, bool) and 1 <= column <= 500
        is_name = isinstance(column, str) and 0 < len(column) <= 200 and mapping.has_header
        if not is_number and not is_name:
            return "a column is neither a header nor a number from 1"
    return ""


def _wrong_habit(mapping: Mapping) -> str:
    if mapping.date_format not in DATE_FORMATS:
        return "the date format is unknown"
    if mapping.decimal not in (".", ","):
        return "the decimal mark is neither a point nor a comma"
    if not isinstance(mapping.delimiter, str) or len(mapping.delimiter) != 1 or mapping.delimiter not in DELIMITERS:
        return "the delimiter is unknown"
    if mapping.encoding not in ENCODINGS:
        return "the encoding is unknown"
    for rows in (mapping.skip_rows, mapping.footer_rows):
        if not isinstance(rows, int) or isinstance(rows, bool) or not 0 <= rows <= 100:
            return "the number of rows to skip isn't between 0 and 100"
    for words in (mapping.debit_words, mapping.credit_words):
        if not isinstance(words, tuple) or not all(isinstance(word, str) and len(word) <= 40 for word in words):
            return "the words for debit and credit are unknown"
    texts = (mapping.account_ref, mapping.currency)
    return "" if all(isinstance(text, str) and len(text) <= 140 for text in texts) else "the account is unknown"


DATE_PARTS = {
    "YYYY": r"(?P<year>\d{4})",
    "YY": r"(?P<year>\d{2})",
    "MM": r"(?P<month>\d{1,2})",
    "DD": r"(?P<day>\d{1,2})",
}


def date_pattern(date_format: str) -> re.Pattern:
    """The pattern of a date format; a time after the date is passed over."""
    parts = re.split("(YYYY|YY|MM|DD)", date_format)
    body = "".join(DATE_PARTS.get(part, re.escape(part)) for part in parts)
    if date_format == "YYYYMMDD":
        body = body.replace("{1,2}", "{2}")
    return re.compile(body + r"(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?", re.ASCII)
