"""Amounts, dates and texts of a bank file: read exactly, or refused by a sentence that names the field."""

import re
import unicodedata
from datetime import date
from decimal import Decimal

from fees.statements.refusal import StatementRefused
from lib.money import is_kept, smallest_unit
from lib.text import tidy_line

MOST_NAME, MOST_MEMO, MOST_CODE = 140, 2_000, 40
UPPER_BOUND = Decimal("1e15")
FIRST_YEAR, LAST_YEAR = 1900, 2199
PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)", re.ASCII)
ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:T[\d:.]+)?(?:Z|[+-]\d{2}:\d{2})?", re.ASCII)
SPACES = re.compile(r"\s")
SEQUENCE = re.compile(r"\d{1,15}", re.ASCII)


def amount(typed: str, currency: str, where: str, field: str = "amount") -> Decimal:
    """A number in plain digits with a decimal point, in units of the currency: below 10^15, no fraction of a cent."""
    text = typed.strip()
    if not PLAIN.fullmatch(text) or len(text) > 40:
        raise StatementRefused("amount", "The {field} “{value}” isn't a number.", where, field=field, value=typed)
    found = Decimal(text)
    if abs(found) >= UPPER_BOUND:
        raise StatementRefused("amount", "The {field} {value} is too large.", where, field=field, value=typed)
    if found % smallest_unit(currency):
        template = "The {field} {value} has more decimals than {currency} allows."
        raise StatementRefused("amount", template, where, field=field, value=typed, currency=currency)
    return found + 0 * smallest_unit(currency)  # with the currency's decimals, and no sign on a zero


def currency(typed: str, where: str) -> str:
    """A currency that the house can keep accounts in."""
    if not is_kept(typed):
        raise StatementRefused("currency", "“{value}” isn't a currency that can be imported.", where, value=typed)
    return typed


def same_currency(found: str, expected: str, where: str) -> str:
    """The currency of something within a statement, which has one currency."""
    if found != expected:
        template = "The currency is {found}, but the statement is in {expected}."
        raise StatementRefused("mixed_currencies", template, where, found=found or "missing", expected=expected)
    return found


def iso_date(typed: str, where: str, field: str) -> date:
    """A date, or the date of a moment, as ISO 8601 writes it."""
    match = ISO_DATE.fullmatch(typed.strip())
    if not match:
        raise not_a_date(typed, where, field)
    return day(*map(int, match.groups()), typed, where, field)


def day(year: int, month: int, of_month: int, typed: str, where: str, field: str) -> date:
    """A day of the calendar, in a year that can be meant."""
    try:
        found = date(year, month, of_month)
    except ValueError:
        raise not_a_date(typed, where, field) from None
    if not FIRST_YEAR <= year <= LAST_YEAR:
        template = "The year of the {field} “{value}” can't be right."
        raise StatementRefused("date", template, where, field=field, value=typed)
    return found


def not_a_date(typed: str, where: str, field: str) -> StatementRefused:
    """The refusal of a date that doesn't exist or can't be read."""
    return StatementRefused("date", "The {field} “{value}” isn't a date.", where, field=field, value=typed)


def line(typed: str, where: str, field: str, most: int = MOST_NAME) -> str:
    """One tidy line of at most so many characters; a character that nobody knows becomes U+FFFD."""
    if typed.isascii() and typed.isprintable():
        found = " ".join(typed.split())
    else:
        found = tidy_line("".join(c if unicodedata.category(c) != "Cn" else "\ufffd" for c in typed))
    if len(found) > most:
        template = "The {field} has {length} characters; at most {most} are allowed."
        raise StatementRefused("too_long", template, where, field=field, length=f"{len(found):,}", most=f"{most:,}")
    return found


def memo(typed: str, where: str) -> str:
    """The free text of a line."""
    return line(typed, where, "remittance text", MOST_MEMO)


def account(typed: str, where: str, field: str = "account") -> str:
    """An account number as it is compared: without spaces, an IBAN in capitals."""
    found = SPACES.sub("", line(typed, where, field))
    return found.upper() if re.match(r"[A-Za-z]{2}\d{2}", found) else found


def sequence(typed: str, where: str) -> int | None:
    """The number of a statement; None if there is none."""
    text = typed.strip()
    if text and not SEQUENCE.fullmatch(text):
        raise StatementRefused("sequence", "The statement number “{value}” isn't a number.", where, value=typed)
    return int(text) if text else None
