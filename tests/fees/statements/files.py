"""Bank files for tests: small ones in full, and everything that a reader gives, at once."""

import io
from datetime import date
from decimal import Decimal

from fees.statements import Footing, Line, Mapping, Statement, StatementRefused, check_footing, read_statements
from sample_data.statements import Account, Entry, statement

IBAN = "LU280019400644750000"
ACCOUNT = Account(IBAN, "EUR", Decimal("100.00"), 3, date(2026, 1, 1), date(2026, 1, 31))
MAPPING = Mapping(
    {
        "booking_date": "Booking date",
        "value_date": "Value date",
        "counterparty": "Payer or payee",
        "counterparty_account": "Counterparty IBAN",
        "memo": "Purpose",
        "amount": "Amount",
        "currency": "Currency",
        "balance": "Balance",
    },
    "DD.MM.YYYY",
    ",",
    delimiter=";",
    account_ref=IBAN,
)


def entry(
    amount: str, day: int = 2, name: str = "Aldgate Family Office", memo: str = "INV-2026-000001", **more
) -> Entry:
    return Entry(Decimal(amount), date(2026, 1, day), name, memo=memo, **more)


def written(format_: str, *entries: Entry, account: Account = ACCOUNT) -> bytes:
    """A file with these entries, as a bank would write it."""
    return b"".join(statement(format_, account, entries, sum((e.amount for e in entries), Decimal(0))))


def read(content: bytes, mapping: Mapping | None = MAPPING) -> list[tuple[Statement, list[Line], Footing]]:
    """All that a file says."""
    found = []
    for one in read_statements(io.BytesIO(content), mapping):
        lines = list(one.lines)
        found.append((one, lines, check_footing(one)))
    return found


def lines_of(content: bytes, mapping: Mapping | None = MAPPING) -> list[Line]:
    """The lines of a file of one statement."""
    ((_, lines, _),) = read(content, mapping)
    return lines


def refusal(content: bytes, mapping: Mapping | None = MAPPING) -> StatementRefused:
    """Why a file is refused; an error if it is not."""
    try:
        found = read(content, mapping)
    except StatementRefused as refused:
        return refused
    raise AssertionError(f"read: {found}")
