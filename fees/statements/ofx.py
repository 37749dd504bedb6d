"""OFX 1 (SGML, where a value has no end tag) and 2 (XML), by one reader that goes from tag to tag.

Neither has an opening balance; the closing one comes after the lines.
"""

import html
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from fees.statements import values
from fees.statements.refusal import StatementRefused
from fees.statements.source import Source
from fees.statements.statement import OFX, End, Line, Statement

# What holds other things. All else is a value; what we don't know is passed over, whatever it is.
HOLDERS = {
    "OFX", "BANKMSGSRSV1", "CREDITCARDMSGSRSV1", "STMTTRNRS", "CCSTMTTRNRS", "STMTRS", "CCSTMTRS", "BANKACCTFROM",
    "CCACCTFROM", "BANKTRANLIST", "BANKTRANLISTP", "STMTTRN", "STMTTRNP", "PAYEE", "BANKACCTTO", "CCACCTTO",
    "LEDGERBAL", "AVAILBAL", "CURRENCY", "ORIGCURRENCY", "BAL", "STATUS", "SIGNONMSGSRSV1", "SONRS", "FI", "IMAGEDATA",
    "EXTDPAYEE",
}  # fmt: skip
TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9._]{0,63})(?:\s[^<>/]*)?(/?)>", re.ASCII)
MOMENT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:\d{2,6}(?:\.\d{1,6})?)?(?:\[[^\]]{0,20}\])?", re.ASCII)
ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#[xX][0-9a-fA-F]{1,6});", re.ASCII)
MOST_OF_A_VALUE = 16 * 1024
MOST_DEEP = 16


def read(source: Source) -> Iterator[Statement | Line | type[End]]:
    """The statements of a file, each followed by its lines and the mark of its end."""
    reading = _Reading()
    for number, is_end, name, value in _tags(source):
        yield from reading.closed(name) if is_end else reading.opened(name, value, number)
    if not reading.is_over:
        raise StatementRefused("truncated", "The file ends in the middle of a statement.")


class _Reading:
    """Where in the file we are, and what was said there."""

    def __init__(self):
        self.within: list[str] = []
        self.statement: Statement | None = None
        self.said: dict[str, str] = {}  # of the transaction, or of the statement around it
        self.header: dict[str, str] = {}
        self.number = self.count = 0
        self.has_begun = self.is_over = False

    @property
    def where(self) -> str:
        return f"Line {self.number:,}"

    def opened(self, name: str, value: str, number: int) -> Iterator[Statement]:
        """A tag and the value after it."""
        self.number = number
        if self.is_over:
            raise StatementRefused("damaged", "Something follows the end of the file.", self.where)
        if name not in HOLDERS:
            into = self.said if "STMTTRN" in self.within else self.header
            into.setdefault(self._path(name), value)
            return
        self.within.append(name)
        if len(self.within) > MOST_DEEP:
            raise StatementRefused("damaged", "Tags are nested too deeply.", self.where)
        if name in ("STMTRS", "CCSTMTRS"):
            self.header, self.has_begun, self.count = {}, False, 0
        elif name == "STMTTRN":
            self.said = {}
            yield from self._begun()

    def closed(self, name: str) -> Iterator[Statement | Line | type[End]]:
        """The end of what holds other things; the end of a value says nothing."""
        if name not in HOLDERS:
            return
        if not self.within or self.within[-1] != name:
            raise StatementRefused("damaged", "The tag </{name}> ends what was not begun.", self.where, name=name)
        self.within.pop()
        if name == "STMTTRN":
            yield from self._line()
        elif name in ("STMTRS", "CCSTMTRS"):
            yield from self._begun()
            self._finish()
            yield End
        elif name == "OFX":
            self.is_over = True

    def _path(self, name: str) -> str:
        """The name of a value, with what holds it where that matters: ``LEDGERBAL/BALAMT``."""
        holder = self.within[-1] if self.within else ""
        return name if holder in ("STMTTRN", "STMTRS", "CCSTMTRS") else f"{holder}/{name}"

    # --- a statement

    def _begun(self) -> Iterator[Statement]:
        if self.has_begun:
            return
        self.has_begun, said = True, self.header
        account = said.get("BANKACCTFROM/ACCTID") or said.get("CCACCTFROM/ACCTID") or ""
        self.statement = Statement(
            OFX,
            account_ref=values.account(account, self.where),
            currency=values.currency(said.get("CURDEF", ""), self.where),
            from_date=self._day(said, "BANKTRANLIST/DTSTART", "start date"),
            to_date=self._day(said, "BANKTRANLIST/DTEND", "end date"),
        )
        if not self.statement.account_ref:
            raise StatementRefused("account", "The statement doesn't name its account.", self.where)
        yield self.statement

    def _finish(self) -> None:
        said = self.header
        if "LEDGERBAL/BALAMT" in said:
            self.statement.closing = self._amount(said["LEDGERBAL/BALAMT"], "closing balance")
        if any(name.startswith("STMTTRNP/") for name in said):
            self.statement.notes.append("Payments that aren't booked yet are left out.")

    # --- a line

    def _line(self) -> Iterator[Line]:
        self.count += 1
        said = self.said
        currency = said.get("CURRENCY/CURSYM") or self.statement.currency
        values.same_currency(currency, self.statement.currency, self.where)
        if "CORRECTFITID" in said:
            template = "The transaction corrects an earlier one ({id}), which can't be imported."
            raise StatementRefused("correction", template, self.where, id=said["CORRECTFITID"])
        amount = self._amount(said.get("TRNAMT", ""), "amount")
        if amount == 0:
            self.statement.notes.append(f"Entry {self.count:,} moves no money and is left out.")
            return
        booked = self._day(said, "DTPOSTED", "posting date")
        if booked is None:
            raise StatementRefused("date", "The posting date is missing.", self.where)
        name = said.get("NAME") or said.get("PAYEE/NAME") or said.get("EXTDPAYEE/NAME") or ""
        other = said.get("BANKACCTTO/ACCTID") or said.get("CCACCTTO/ACCTID") or ""
        yield Line(
            amount=amount,
            currency=self.statement.currency,
            booking_date=booked,
            value_date=self._day(said, "DTAVAIL", "value date") or booked,
            position=self.number,
            counterparty=values.line(name, self.where, "counterparty"),
            counterparty_account=values.account(other, self.where, "account of the counterparty"),
            memo=values.memo(said.get("MEMO", ""), self.where),
            end_to_end_id=values.line(said.get("REFNUM") or said.get("CHECKNUM") or "", self.where, "reference"),
            bank_ref=values.line(said.get("FITID", ""), self.where, "bank reference"),
            transaction_code=values.line(said.get("TRNTYPE", ""), self.where, "transaction code", values.MOST_CODE),
        )

    def _amount(self, typed: str, what: str) -> Decimal:
        """An amount, with a point or a comma before the decimals; one of each is refused."""
        text = typed.replace(",", ".") if "." not in typed else typed
        return values.amount(text, self.statement.currency, self.where, what)

    def _day(self, said: dict[str, str], name: str, what: str) -> date | None:
        typed = said.get(name)
        if not typed:
            return None
        match = MOMENT.fullmatch(typed)
        if not match:
            raise values.not_a_date(typed, self.where, what)
        return values.day(*map(int, match.groups()), typed, self.where, what)


# --- tags


def _tags(source: Source) -> Iterator[tuple[int, bool, str, str]]:
    """Each tag: the number of its line, whether it ends something, its name, and the value up to the next one."""
    scanner = _Scanner()
    for piece in source.text(source.encoding()):
        yield from scanner.feed(piece)
    if scanner.rest.strip():
        raise StatementRefused("truncated", "The file is cut off before its end.", f"Line {scanner.number:,}")
    yield from scanner.told()


class _Scanner:
    """Text goes in by pieces, tags come out; it keeps no more than one tag and its value."""

    def __init__(self):
        self.rest, self.number = "", 1
        self.tag: tuple[int, bool, str] | None = None
        self.value: list[str] = []

    def feed(self, piece: str) -> Iterator[tuple[int, bool, str, str]]:
        """The tags that are whole by now."""
        text, at = self.rest + piece, 0
        while (start := text.find("<", at)) >= 0:
            end = self._end_of(text, start)
            if end < 0:
                break
            self.value.append(_unescaped(text[at:start]))
            self.number += text.count("\n", at, start)
            if text.startswith("<![CDATA[", start):
                self.value.append(text[start + 9 : end - 3])
            elif text[start + 1] not in "!?":
                yield from self._next(text[start:end])
            self.number += text.count("\n", start, end)
            at = end
        self.rest = text[at:]
        if len(self.rest) > MOST_OF_A_VALUE + len(piece):
            template = "A value has more than {most} characters."
            raise StatementRefused("too_long", template, f"Line {self.number:,}", most=f"{MOST_OF_A_VALUE:,}")

    def told(self) -> Iterator[tuple[int, bool, str, str]]:
        """The tag before, whose value is known now."""
        if self.tag:
            yield *self.tag, "".join(self.value).strip()
        self.tag, self.value = None, []

    def _end_of(self, text: str, start: int) -> int:
        """Where what begins here is over, or -1 as long as that isn't there."""
        for begin, end in (("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")):
            if text.startswith(begin, start):
                found = text.find(end, start)
                return found + len(end) if found >= 0 else -1
        if text.startswith("<!", start) and len(text) - start >= 9:
            raise StatementRefused("doctype", "The file has a document type, which no bank statement needs.")
        return text.find(">", start) + 1 or -1

    def _next(self, text: str) -> Iterator[tuple[int, bool, str, str]]:
        yield from self.told()
        match = TAG.fullmatch(text)
        if not match:
            raise StatementRefused("damaged", "“{tag}” isn't a tag.", f"Line {self.number:,}", tag=text)
        self.tag = self.number, bool(match[1]), match[2].upper()
        if match[3]:
            yield from self.told()
            self.tag = self.number, True, match[2].upper()


def _unescaped(text: str) -> str:
    return ENTITY.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text
