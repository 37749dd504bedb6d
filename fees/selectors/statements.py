"""Statements of account by investor: whose they are; what stands on one is the ledger's to say."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet

from ledger.models import LedgerAccount
from ledger.selectors import Statement, statement_of_account


@dataclass(frozen=True)
class Account:
    """The account of one investor in one currency, over some time: a positive balance is owed by the investor."""

    investor_id: UUID
    investor: str
    statement: Statement

    @property
    def currency(self) -> str:
        return self.statement.currency


def _account(investor_id: UUID, name: str, currency: str, start: date, end: date) -> Account:
    return Account(investor_id, name, statement_of_account(investor_id, currency, start, end))


def _year_before(day: date) -> date:
    """The first day of twelve months up to a day."""
    return day.replace(day=1, year=day.year - 1)


def _moved() -> QuerySet[LedgerAccount]:
    """Accounts of investors to which something was posted."""
    found = LedgerAccount.objects.filter(kind__in=["receivable", "credit"], investor__isnull=False, seq__gt=0)
    return found.order_by("investor__legal_name", "currency", "investor_id")


def _keys(found: QuerySet[LedgerAccount]) -> list[tuple[UUID, str, str]]:
    return list(dict.fromkeys(found.values_list("investor_id", "investor__legal_name", "currency")))


def statements_of(profile, today: date) -> list[Account]:
    """The accounts of a person's investors by currency, over the last twelve months."""
    own = _keys(_moved().filter(investor__links__user=profile))
    return [_account(*each, _year_before(today), today) for each in own]


def own_statement(profile, investor_id: UUID, currency: str, today: date) -> Account | None:
    """One of them; None for an account that is not this person's."""
    own = _keys(_moved().filter(investor__links__user=profile, investor_id=investor_id, currency=currency))
    return _account(*own[0], _year_before(today), today) if own else None


def month_of(day: date) -> tuple[date, date]:
    """The first and the last day of the month of a day."""
    start = day.replace(day=1)
    return start, (start + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def statements_on(start: date, end: date) -> list[Account]:
    """The account of every investor from a day to a day, by name and currency. For staff."""
    return [_account(*each, start, end) for each in _keys(_moved())]


def account_of(investor_id: UUID, currency: str, start: date, end: date) -> Account | None:
    """The account of one investor from a day to a day; None where there is none. For staff."""
    found = _keys(_moved().filter(investor_id=investor_id, currency=currency))
    return _account(*found[0], start, end) if found else None
