"""What the ledger says: trial balance, accounts and their postings, statements, months. Reads only.

An amount is a debit where it is positive, a credit where it is negative. Nothing is added across currencies.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from django.db.models import Max, Min, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from house.models import ReceivingAccount
from investors.models import Profile
from ledger import db
from ledger.models import AccountingPeriod, AccountKind, EntryKind, LedgerAccount, LedgerEntry, LedgerPosting
from lib.search import having_all


@dataclass(frozen=True)
class Side:
    """What the accounts of one type hold in one currency: those with a debit balance, and those with a credit one."""

    kind: str
    currency: str
    debit: Decimal
    credit: Decimal

    @property
    def label(self) -> str:
        return str(AccountKind(self.kind).label)


@dataclass(frozen=True)
class Sheet:
    """The trial balance in one currency."""

    currency: str
    sides: list[Side]

    @property
    def debit(self) -> Decimal:
        return sum((side.debit for side in self.sides), Decimal(0))

    @property
    def credit(self) -> Decimal:
        return sum((side.credit for side in self.sides), Decimal(0))


def trial_balance(as_of: date | None = None) -> list[Sheet]:
    """A sheet per currency at the end of a day, or of everything posted. Raises NotAllowed for who is not staff."""
    order = {kind: place for place, kind in enumerate(AccountKind.values)}
    rows = sorted(db.fn_trial_balance(as_of), key=lambda row: (row["currency"], order[row["account_kind"]]))
    sides = [Side(row["account_kind"], row["currency"], row["debit"], row["credit"]) for row in rows]
    return [Sheet(currency, list(group)) for currency, group in groupby(sides, key=lambda side: side.currency)]


# --- accounts


def accounts(*, words: str = "", kind: str = "", currency: str = "") -> QuerySet[LedgerAccount]:
    """Accounts by type, currency and investor, with ``held``: the running balance, or the sum of all postings."""
    added = (
        LedgerPosting.objects.filter(account=OuterRef("pk")).order_by().values("account").annotate(all=Sum("amount"))
    )
    found = LedgerAccount.objects.select_related("investor").annotate(
        held=Coalesce("balance", Subquery(added.values("all")), Decimal(0))
    )
    if kind:
        found = found.filter(kind=kind)
    if currency:
        found = found.filter(currency=currency)
    return having_all(found, words, "investor__legal_name").order_by("kind", "currency", "pk")


def currencies() -> list[str]:
    """The currencies in which there are accounts."""
    return list(LedgerAccount.objects.order_by("currency").values_list("currency", flat=True).distinct())


def account(account_id: UUID) -> LedgerAccount | None:
    """One account with what it holds and whose it is; None where there is none."""
    found = list(accounts().filter(pk=account_id))
    return with_owners(found)[0] if found else None


def with_owners(found: list[LedgerAccount]) -> list[LedgerAccount]:
    """The accounts with ``owner``: the investor or the bank account, '' for the house and for who is not known here."""
    banks = ReceivingAccount.objects.in_bulk([each.holder_id for each in found if each.holder_id])
    for each in found:
        bank = banks.get(each.holder_id)
        of_bank = f"{bank.bank_name}, {bank.iban or bank.account_number}" if bank else ""
        each.owner = str(each.investor) if each.investor else of_bank
    return found


def account_history(account: LedgerAccount, *, words: str = "") -> QuerySet[LedgerPosting]:
    """Every posting of an account with its entry, the newest first."""
    found = LedgerPosting.objects.filter(account=account).select_related("entry", "account")
    return having_all(found, words, "entry__memo", "entry__key").order_by("-pk")


def entry_label(kind: str) -> str:
    """The type of an entry as people read it."""
    return str(EntryKind(kind).label) if kind in EntryKind.values else kind.replace("_", " ").capitalize()


# --- statements of account


@dataclass(frozen=True)
class Line:
    """One entry that moved what an investor owes; ``balance`` is what was owed after it."""

    on: date
    kind: str
    memo: str
    source_table: str | None
    source_id: UUID | None
    amount: Decimal
    balance: Decimal

    @property
    def label(self) -> str:
        """A payment that names no invoice was kept as the investor's credit."""
        if self.kind == EntryKind.MATCH and not self.memo and self.amount < 0:
            return _("Payment received, kept as credit")
        return entry_label(self.kind)


@dataclass(frozen=True)
class Statement:
    """What an investor owed at the beginning and at the end of a time, and what moved it. Negative: the house owes."""

    currency: str
    start: date
    end: date
    opening: Decimal
    lines: list[Line]
    closing: Decimal

    @property
    def to_settle(self) -> Decimal:
        """The closing balance without its sign, where words say whose it is."""
        return abs(self.closing)


def statement_of_account(investor_id: UUID, currency: str, start: date, end: date) -> Statement:
    """The statement of one investor in one currency, both days included.

    For the investor's people and for staff; raises NotAllowed for everybody else.
    """
    first, *rows, last = db.fn_statement_of_account(investor_id, currency, start, end)
    names = ("kind", "memo", "source_table", "source_id", "amount", "balance")
    lines = [Line(row["effective_date"], **{name: row[name] for name in names}) for row in rows]
    return Statement(currency, start, end, first["balance"], lines, last["balance"])


def investor_balance(investor_id: UUID, currency: str, as_of: date | None = None) -> Decimal:
    """What an investor owes at the end of a day, or now; negative when the house owes. Raises NotAllowed."""
    return db.investor_balance(investor_id, currency, as_of)


# --- months


def closed_months() -> QuerySet[AccountingPeriod]:
    """The months that are closed, the newest first, with ``who`` closed each."""
    person = Profile.objects.filter(pk=OuterRef("closed_by"))
    return AccountingPeriod.objects.annotate(who=Subquery(person.values("display_name"))).order_by("-month")


def is_closed(month: date) -> bool:
    """Whether a month, named by its first day, takes nothing more."""
    return AccountingPeriod.objects.filter(month__gte=month).exists()


def next_to_close(today: date) -> date | None:
    """The first open month if it is over by ``today``; None while there is nothing to close."""
    closed = AccountingPeriod.objects.aggregate(last=Max("month"))["last"]
    month = _after(closed) if closed else LedgerEntry.objects.aggregate(first=Min("period"))["first"]
    return month if month and _after(month) <= today else None


def _after(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
