"""What every reader gives: statements with their lines, one at a time, and whether they add up."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from fees.statements.refusal import StatementRefused

CAMT_053, MT940, OFX, CSV = "camt.053", "mt940", "ofx", "csv"
MOST_LINES = 1_000_000
MOST_STATEMENTS = 10_000
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Line:
    """One booked line of an account. ``amount`` is in ``currency``; money in is positive.

    ``reference`` is a structured creditor reference, ``memo`` the free text. ``bank_ref`` is the bank's own id, which
    banks use again. ``is_reversal`` says that the bank took an earlier line back. ``position`` is the number of the
    line in the file, or of the entry in its statement. A batch has its payments in ``details``; their amounts add up to
    its own.
    """

    amount: Decimal
    currency: str
    booking_date: date
    value_date: date
    position: int
    counterparty: str = ""
    counterparty_account: str = ""
    reference: str = ""
    memo: str = ""
    end_to_end_id: str = ""
    bank_ref: str = ""
    transaction_code: str = ""
    is_reversal: bool = False
    details: tuple["Line", ...] = ()

    def parts(self) -> tuple["Line", ...]:
        """The payments of a batch, or the line itself."""
        return self.details or (self,)


@dataclass
class Statement:
    """One statement of one account. ``lines`` can be read once, in order, before the next statement of the file.

    What a file says after its lines (``closing`` in most formats, ``opening`` in some) and what is counted (``total``,
    ``count``) is there when ``is_complete``. ``notes`` are sentences about what the reader left out or did not trust.
    """

    format: str
    account_ref: str = ""
    currency: str = ""
    statement_id: str = ""
    sequence: int | None = None
    from_date: date | None = None
    to_date: date | None = None
    opening: Decimal | None = None
    closing: Decimal | None = None
    notes: list[str] = field(default_factory=list)
    lines: Iterator[Line] = iter(())
    total: Decimal = ZERO
    count: int = 0
    is_complete: bool = False

    @property
    def identity(self) -> tuple:
        """What makes it the same statement, if a file has it twice; pages of one statement differ in their sums."""
        names = self.account_ref, self.currency, self.statement_id, self.sequence, self.from_date, self.to_date
        return *names, self.opening, self.closing, self.total, self.count


@dataclass(frozen=True)
class Footing:
    """Whether a statement adds up: ``difference`` is closing - (opening + total), or None if a balance is missing."""

    opening: Decimal | None
    total: Decimal
    closing: Decimal | None
    difference: Decimal | None
    missing: tuple[str, ...]

    @property
    def adds_up(self) -> bool:
        """Both balances are stated, and the lines lead from one to the other."""
        return self.difference == 0


def check_footing(statement: Statement) -> Footing:
    """How opening balance, lines and closing balance of a statement go together; its lines must have been read.

    A balance that the file doesn't state is named in ``missing``; nothing is assumed in its place.
    """
    if not statement.is_complete:
        raise RuntimeError("the lines of the statement have not been read")
    missing = tuple(name for name in ("opening", "closing") if getattr(statement, name) is None)
    difference = None if missing else statement.closing - (statement.opening + statement.total)
    return Footing(statement.opening, statement.total, statement.closing, difference, missing)


class End:
    """Marks in the stream of a reader that a statement is over."""


def grouped(items: Iterator[Statement | Line | type[End]]) -> Iterator[Statement]:
    """Statements, each with its own lines, from the flat stream that a reader of a format gives."""
    seen = set()
    for statement in items:
        statement.lines = _lines_of(statement, items)
        yield statement
        for _ in statement.lines:
            pass
        _refuse_if_impossible(statement)
        if statement.identity in seen:
            raise StatementRefused("twice", "The file contains statement {id} twice.", id=_name_of(statement))
        seen.add(statement.identity)
        if len(seen) > MOST_STATEMENTS:
            raise StatementRefused("too_many", "The file has more than {most} statements.", most=f"{MOST_STATEMENTS:,}")
    if not seen:
        raise StatementRefused("empty", "The file contains no statement.")


def _lines_of(statement: Statement, items: Iterator) -> Iterator[Line]:
    for item in items:
        if item is End:
            statement.is_complete = True
            return
        statement.total += item.amount
        statement.count += 1
        if statement.count > MOST_LINES:
            raise StatementRefused("too_many", "A statement has more than {most} lines.", most=f"{MOST_LINES:,}")
        yield item
    raise StatementRefused("truncated", "The file ends in the middle of a statement.")


def _refuse_if_impossible(statement: Statement) -> None:
    first, last = statement.from_date, statement.to_date
    if first and last and first > last:
        raise StatementRefused(
            "period", "Statement {id} ends on {last}, before it begins.", id=_name_of(statement), last=last
        )


def _name_of(statement: Statement) -> str:
    return statement.statement_id or str(statement.sequence or "") or statement.account_ref
