"""MT940, read line by line.

A field is ``:tag:`` and what follows up to the next one. ``RC`` is a credit taken back and ``RD`` a debit taken back;
a letter after the sign, as in ``CR300,``, is the third one of the currency.
"""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from fees.statements import values
from fees.statements.refusal import StatementRefused
from fees.statements.source import Source
from fees.statements.statement import MT940, ZERO, End, Line, Statement

TAG = re.compile(r":(\d{2}[A-Z]?|NS):", re.ASCII)
BLOCKS = re.compile(r"^\{.*\{4:")
BALANCE = re.compile(r"([CD])(\d{6})([A-Z]{3})(\d{1,15},\d*)", re.ASCII)
BOOKED = re.compile(
    r"(?P<value>\d{6})(?P<entry>\d{4})?(?P<mark>R?[CD])(?P<funds>[A-Z])?(?P<amount>\d{1,15},\d*)"
    r"(?P<type>[A-Z][A-Z0-9]{3})(?P<ours>.*?)(?://(?P<bank>.*))?",
    re.ASCII,
)
SIGNS = {"C": 1, "D": -1, "RC": -1, "RD": 1}
NO_REFERENCE = {"NONREF", "NOTPROVIDED", "KREF+"}
# What banks write into :86: as ?20 and so on; after a code of three digits, whose next character separates.
STRUCTURED = re.compile(r"(\d{3})([^\w\s/])(?=\d{2})", re.ASCII)
LABEL = re.compile(r"(EREF|KREF|MREF|CRED|DEBT|SVWZ|ABWA|ABWE|IBAN|BIC)\+")
SLASHED = re.compile(
    r"/(TRTP|IBAN|BIC|NAME|REMI|EREF|MARF|CSID|CNTP|PREF|PURP|ULTD|ULTC|ULTB|ADDR|KREF|RTRN|BENM|ORDP|ISDT|ID)/"
)
MOST_OF_A_FIELD = 100  # lines


class Field(NamedTuple):
    tag: str
    lines: list[str]
    number: int

    @property
    def where(self) -> str:
        return f"Line {self.number:,}"

    @property
    def text(self) -> str:
        return self.lines[0].strip()


def read(source: Source) -> Iterator[Statement | Line | type[End]]:
    """The statements of a file, each followed by its lines and the mark of its end."""
    reading: _Reading | None = None
    for field in _fields(source):
        if field.tag == "20":
            if reading and not reading.is_over:
                raise StatementRefused("truncated", "The statement before has no closing balance.", field.where)
            if reading:
                yield from reading.end()
            reading = _Reading(field)
        elif reading is None:
            raise StatementRefused("format", "A statement must begin with :20:.", field.where)
        else:
            yield from reading.take(field)
    if reading and not reading.is_over:
        raise StatementRefused("truncated", "The file ends in the middle of a statement: no closing balance.")
    if reading:
        yield from reading.end()


def _fields(source: Source) -> Iterator[Field]:
    """The fields of the file. What stands between two messages, the blocks of SWIFT for one, is passed over."""
    field: Field | None = None
    for number, text in source.lines(source.encoding()):
        text = BLOCKS.sub("", text)
        match = TAG.match(text)
        if match:
            if field:
                yield field
            field = Field(match[1], [text[match.end() :]], number)
        elif text.rstrip() == "-" or text.startswith("-}"):
            if field:
                yield field
            field = None
        elif field and text.strip():
            field.lines.append(text)
            if len(field.lines) > MOST_OF_A_FIELD:
                raise StatementRefused("too_long", "Field :{tag}: has too many lines.", field.where, tag=field.tag)
    if field:
        yield field


class _Reading:
    """One message on its way."""

    def __init__(self, field: Field):
        self.statement = Statement(MT940, statement_id=values.line(field.text, field.where, "statement id"))
        self.where = field.where
        self.line: dict | None = None
        self.has_begun = self.is_over = self.is_told = False

    def take(self, field: Field) -> Iterator[Statement | Line]:
        """What this field completes: the line before it, or the header of the statement."""
        if field.tag == "86" and self.line is not None and not self.is_told:
            self.line |= _told(field, self.line)
            self.is_told = True
            return
        yield from self._line_before()
        if self.is_over:
            return  # :64:, :65: and the words about the whole statement
        handle = {"25": self._account, "28": self._number, "60": self._opening, "62": self._closing}.get(field.tag[:2])
        if field.tag == "34F":
            raise StatementRefused("format", "The file is an MT942, a report during the day.", field.where)
        if handle:
            handle(field)
        if field.tag == "61":
            self._need_opening(field.where)
            yield from self._begun()
            self.line, self.is_told = _booked(field, self.statement.currency), False

    def end(self) -> Iterator[Statement | Line | type[End]]:
        """What is left to give when the message is over."""
        yield from self._line_before()
        yield from self._begun()
        yield End

    def _begun(self) -> Iterator[Statement]:
        if not self.has_begun:
            self.has_begun = True
            if not self.statement.account_ref:
                raise StatementRefused("account", "The statement doesn't name its account (:25:).", self.where)
            yield self.statement

    def _line_before(self) -> Iterator[Line]:
        if self.line is not None:
            line, self.line = self.line, None
            if line["amount"] == 0:
                self.statement.notes.append(f"Line {line['position']:,} moves no money and is left out.")
            else:
                yield Line(**line | {"memo": values.memo(line["memo"], f"Line {line['position']:,}")})

    def _account(self, field: Field) -> None:
        self.statement.account_ref = values.account(field.text, field.where)

    def _number(self, field: Field) -> None:
        number = field.text.partition("/")[0]
        self.statement.sequence = values.sequence(number, field.where)

    def _opening(self, field: Field) -> None:
        self.statement.opening, self.statement.currency, self.statement.from_date = _balance(field)

    def _closing(self, field: Field) -> None:
        self._need_opening(field.where)
        self.statement.closing, currency, self.statement.to_date = _balance(field)
        values.same_currency(currency, self.statement.currency, field.where)
        self.is_over = True

    def _need_opening(self, where: str) -> None:
        if not self.statement.currency:
            raise StatementRefused("balance", "The statement has no opening balance (:60F:).", where)


def _balance(field: Field) -> tuple[Decimal, str, date]:
    match = BALANCE.fullmatch(field.text)
    if not match:
        raise StatementRefused("balance", "The balance “{value}” can't be read.", field.where, value=field.text)
    sign, day, currency, number = match.groups()
    values.currency(currency, field.where)
    found = values.amount(number.replace(",", "."), currency, field.where, "balance") * SIGNS[sign] + ZERO
    return found, currency, _day(day, field.where, "date of the balance")


def _booked(field: Field, currency: str) -> dict:
    """The parts of a :61: line; the words of its second line are its memo until :86: says more."""
    match = BOOKED.fullmatch(field.text)
    if not match:
        raise StatementRefused("line", "The line “{value}” can't be read.", field.where, value=field.text)
    value_date = _day(match["value"], field.where, "value date")
    amount = values.amount(match["amount"].replace(",", "."), currency, field.where)
    ours = values.line(match["ours"], field.where, "reference")
    return {
        "amount": amount * SIGNS[match["mark"]] + ZERO,
        "currency": currency,
        "booking_date": _entry_day(match["entry"], value_date, field.where) if match["entry"] else value_date,
        "value_date": value_date,
        "position": field.number,
        "end_to_end_id": "" if ours.upper() in NO_REFERENCE else ours,
        "bank_ref": values.line(match["bank"] or "", field.where, "bank reference"),
        "transaction_code": match["type"],
        "is_reversal": match["mark"] in ("RC", "RD"),
        "memo": " ".join(field.lines[1:]),
    }


def _day(typed: str, where: str, what: str) -> date:
    """A date of six digits; 80 to 99 are of the last century."""
    year, month, day = int(typed[:2]), int(typed[2:4]), int(typed[4:])
    return values.day(year + (1900 if year >= 80 else 2000), month, day, typed, where, what)


def _entry_day(typed: str, near: date, where: str) -> date:
    """The booking date, which has no year: the one nearest to the value date."""
    found = []
    for year in (near.year - 1, near.year, near.year + 1):
        try:
            found.append(date(year, int(typed[:2]), int(typed[2:])))
        except ValueError:
            continue
    if not found:
        raise values.not_a_date(typed, where, "booking date")
    return min(found, key=lambda day: abs(day - near))


# --- who paid and for what


def _told(field: Field, line: dict) -> dict:
    """What :86: adds to a line, in any of the three ways in which banks write it."""
    glued = "".join(field.lines).strip()
    if match := STRUCTURED.match(glued):
        told = _of_numbers(glued[3:], match[2])
        told["transaction_code"] = f"{line['transaction_code']}/{match[1]}"
    elif SLASHED.match(glued):
        told = _of_words(glued)
    else:
        told = {"memo": " ".join(field.lines)}
    limits = {"counterparty": "counterparty", "reference": "reference", "end_to_end_id": "end-to-end id"}
    kept = {name: values.line(told[name], field.where, what) for name, what in limits.items() if told.get(name)}
    if kept.get("end_to_end_id", "").upper() in NO_REFERENCE:
        del kept["end_to_end_id"]
    number = values.account(told.get("counterparty_account", ""), field.where, "account of the counterparty")
    kept |= {"counterparty_account": number, "transaction_code": told.get("transaction_code", line["transaction_code"])}
    return kept | {"memo": " ".join(filter(None, [told.get("memo", ""), line["memo"]]))}


def _of_numbers(text: str, separator: str) -> dict:
    """``?20`` to ``?29``, ``?60`` to ``?63`` say what it is for, ``?31`` the account, ``?32`` and ``?33`` the name."""
    _, *rest = re.split(re.escape(separator) + r"(\d{2})", text)
    parts = list(zip(rest[::2], rest[1::2], strict=True))
    purpose = "".join(value for code, value in parts if code[0] == "2" or code in ("60", "61", "62", "63"))
    said = dict(reversed(parts))
    memo, *labelled = LABEL.split(purpose)
    labels = dict(zip(labelled[::2], labelled[1::2], strict=True))
    others = [labels[name] for name in ("ABWA", "ABWE") if name in labels]
    return {
        "counterparty": said.get("32", "") + said.get("33", ""),
        "counterparty_account": said.get("31", "") or labels.get("IBAN", ""),
        "memo": " ".join(filter(None, [memo.strip(), labels.get("SVWZ", "").strip(), *others])),
        "end_to_end_id": labels.get("EREF", ""),
    }


def _of_words(text: str) -> dict:
    """``/NAME/…/REMI/…``, and ING's ``/CNTP/account/BIC/name/city``."""
    _, *rest = SLASHED.split(text)
    said = {name: value.strip("/ ") for name, value in reversed(list(zip(rest[::2], rest[1::2], strict=True)))}
    account, _, name, *_ = [*said.get("CNTP", "").split("/"), "", "", ""][:4]
    memo = said.get("REMI", "")
    structured = re.match(r"STRD/(?:CUR|ISO|SCOR)/([^/]+)", memo)
    return {
        "counterparty": said.get("NAME") or name,
        "counterparty_account": said.get("IBAN") or account,
        "memo": "" if structured else re.sub(r"^USTD/+", "", memo),
        "reference": structured[1] if structured else "",
        "end_to_end_id": said.get("EREF", ""),
    }
