"""CSV by a mapping: one statement of one account, line by line."""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from itertools import islice

from fees.statements import values
from fees.statements.mapping import INDICATOR, MEANINGS, TWO_COLUMNS, Mapping, date_pattern
from fees.statements.refusal import StatementRefused
from fees.statements.source import Source
from fees.statements.statement import CSV, ZERO, End, Line, Statement

GROUPS = {".": r"[, \u00a0\u202f'’]", ",": r"[. \u00a0\u202f'’]"}
MOST_COLUMNS = 500

Cell = Callable[[str], str]


def read(source: Source, mapping: Mapping) -> Iterator[Statement | Line | type[End]]:
    """The one statement of a file, its lines and the mark of its end."""
    rows = _rows(source, mapping)
    header = next(rows, (0, []))[1] if mapping.has_header else []
    reading = _Reading(mapping, _places(header, mapping))
    for number, row in _without_footer(rows, mapping.footer_rows):
        yield from reading.take(number, row)
    yield from reading.end()


def _rows(source: Source, mapping: Mapping) -> Iterator[tuple[int, list[str]]]:
    """The rows of the file that say something, with the number of the line where each begins."""
    lines = _Counted(islice(source.lines(mapping.encoding or source.encoding()), mapping.skip_rows, None))
    rows = csv.reader(lines, delimiter=mapping.delimiter, strict=True)
    while True:
        begins = lines.number + 1 + (0 if lines.number else mapping.skip_rows)
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            template = "The row can't be read: a quotation mark is missing or misplaced."
            raise StatementRefused("row", template, f"Line {begins:,}") from error
        if len(row) > MOST_COLUMNS:
            raise StatementRefused(
                "row", "The row has more than {most} columns.", f"Line {begins:,}", most=MOST_COLUMNS
            )
        if any(cell.strip() for cell in row):
            yield begins, row


class _Counted:
    """Lines for the reader of rows, each with its break; ``number`` is that of the last one."""

    def __init__(self, lines: Iterator[tuple[int, str]]):
        self.lines, self.number = lines, 0

    def __iter__(self):
        return self

    def __next__(self) -> str:
        self.number, text = next(self.lines)
        return text.lstrip("\ufeff") + "\n"


def _without_footer(rows: Iterator, count: int) -> Iterator:
    waiting = deque(islice(rows, count))
    for row in rows:
        waiting.append(row)
        yield waiting.popleft()


def _places(header: list[str], mapping: Mapping) -> dict[str, int]:
    """The index of each column that has a meaning."""
    names = [" ".join(cell.split()).casefold() for cell in header]
    places = {}
    for meaning, column in mapping.columns.items():
        if isinstance(column, int):
            places[meaning] = column - 1
            continue
        name = " ".join(column.split()).casefold()
        if names.count(name) != 1:
            template = "The header has no column “{name}”." if name not in names else "Two columns are called “{name}”."
            raise StatementRefused("header", template, name=column)
        places[meaning] = names.index(name)
    return places


class _Reading:
    """The statement on its way, and what its running balances say."""

    def __init__(self, mapping: Mapping, places: dict[str, int]):
        self.mapping, self.places = mapping, places
        self.dates = date_pattern(mapping.date_format)
        decimal, groups = re.escape(mapping.decimal), GROUPS[mapping.decimal]
        self.numbers = re.compile(
            rf"[+-]?(?:\d+|\d{{1,3}}(?P<group>{groups})\d{{3}}(?:(?P=group)\d{{3}})*)(?:{decimal}\d*)?", re.ASCII
        )
        self.groups = re.compile(groups)
        self.signs = {word.casefold(): 1 for word in mapping.credit_words}
        self.signs |= {word.casefold(): -1 for word in mapping.debit_words}
        self.statement: Statement | None = None
        self.ends: list[tuple[date, Decimal, Decimal]] = []  # day, amount and balance of the first and the last row
        self.total = ZERO

    def take(self, number: int, row: list[str]) -> Iterator[Statement | Line]:
        """A row: the statement with the first, and a line."""
        where = f"Line {number:,}"

        def cell(meaning: str) -> str:
            place = self.places.get(meaning)
            if place is None:
                return ""
            if place >= len(row):
                template = "The row ends before the column “{name}”."
                raise StatementRefused("row", template, where, name=MEANINGS[meaning])
            return row[place].strip()

        if self.statement is None:
            self.statement = self._begun(cell, where)
            yield self.statement
        self._check(cell, where)
        line = self._line(cell, number, where)
        self._note_balance(line, cell("balance"), where)
        if line.amount == 0:
            self.statement.notes.append(f"{where} moves no money and is left out.")
        else:
            yield line

    def end(self) -> Iterator[type[End]]:
        """The balances that follow from the running one, and the end."""
        if self.statement is None:
            raise StatementRefused("empty", "The file contains no lines.")
        if self.ends:
            self._balances()
        yield End

    def _begun(self, cell: Cell, where: str) -> Statement:
        account = values.account(cell("account") or self.mapping.account_ref, where)
        return Statement(
            CSV,
            account_ref=account,
            currency=values.currency((cell("currency") or self.mapping.currency).upper(), where),
        )

    def _check(self, cell: Cell, where: str) -> None:
        currency = (cell("currency") or self.mapping.currency).upper()
        values.same_currency(currency, self.statement.currency, where)
        account = values.account(cell("account") or self.mapping.account_ref, where)
        if account != self.statement.account_ref:
            raise StatementRefused("account", "The row belongs to another account, {name}.", where, name=account)

    def _line(self, cell: Cell, number: int, where: str) -> Line:
        booked = self._day(cell("booking_date"), where, "booking date")
        value_date = cell("value_date")
        texts = {
            name: values.line(cell(name), where, MEANINGS[name])
            for name in ("counterparty", "reference", "end_to_end_id", "bank_ref")
        }
        return Line(
            amount=self._amount(cell, where),
            currency=self.statement.currency,
            booking_date=booked,
            value_date=self._day(value_date, where, "value date") if value_date else booked,
            position=number,
            counterparty_account=values.account(cell("counterparty_account"), where, MEANINGS["counterparty_account"]),
            memo=values.memo(cell("memo"), where),
            transaction_code=values.line(cell("transaction_code"), where, "transaction code", values.MOST_CODE),
            **texts,
        )

    def _amount(self, cell: Cell, where: str) -> Decimal:
        if self.mapping.sign == TWO_COLUMNS:
            return self._of_two(cell("debit"), cell("credit"), where)
        found = self._number(cell("amount"), where, "amount")
        if self.mapping.sign == INDICATOR:
            if found < 0:
                template = "The amount {value} is negative; its sign is stated apart."
                raise StatementRefused("amount", template, where, value=cell("amount"))
            return self._directed(found, cell("sign"), where)
        return found

    def _directed(self, found: Decimal, word: str, where: str) -> Decimal:
        sign = self.signs.get(word.casefold())
        if sign is None:
            raise StatementRefused("amount", "“{value}” is neither debit nor credit.", where, value=word)
        return found * sign + ZERO

    def _of_two(self, debit: str, credit: str, where: str) -> Decimal:
        """Money out is written with or without a minus; a row has one of the two."""
        out = self._number(debit, where, "money out") if debit else ZERO
        into = self._number(credit, where, "money in") if credit else ZERO
        if not (debit or credit) or (out and into):
            raise StatementRefused("amount", "The row needs either money in or money out.", where)
        if into < 0:
            raise StatementRefused("amount", "The {field} {value} is negative.", where, field="money in", value=credit)
        return into - abs(out)

    def _number(self, typed: str, where: str, field: str) -> Decimal:
        """A number in the mapping's writing; a minus may stand behind it, or brackets around it."""
        text = typed.replace("\u2212", "-").strip()
        if text.startswith("(") and text.endswith(")"):
            text = f"-{text[1:-1]}"
        elif text.endswith(("-", "+")):
            text = text[-1] + text[:-1].strip()
        if not self.numbers.fullmatch(text):
            raise StatementRefused("amount", "The {field} “{value}” isn't a number.", where, field=field, value=typed)
        plain = self.groups.sub("", text).replace(self.mapping.decimal, ".")
        return values.amount(plain, self.statement.currency, where, field)

    def _day(self, typed: str, where: str, field: str) -> date:
        match = self.dates.fullmatch(typed)
        if not match:
            raise values.not_a_date(typed, where, field)
        year = int(match["year"]) + (2000 if len(match["year"]) == 2 else 0)
        return values.day(year, int(match["month"]), int(match["day"]), typed, where, field)

    def _note_balance(self, line: Line, typed: str, where: str) -> None:
        self.total += line.amount
        if typed:
            found = line.booking_date, line.amount, self._number(typed, where, "balance")
            self.ends = [self.ends[0] if self.ends else found, found]

    def _balances(self) -> None:
        """Opening and closing balance. Whether the newest line is first or last, what adds up says, else the dates."""
        (first_day, first, above), (last_day, last, below) = self.ends
        rising, falling = (above - first, below), (below - last, above)
        is_rising = rising[0] + self.total == rising[1]
        is_falling = not is_rising and (falling[0] + self.total == falling[1] or first_day > last_day)
        self.statement.opening, self.statement.closing = falling if is_falling else rising
