"""What the bank says beside the books: accounts, statements, their lines, and what of each line is not matched yet."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, Window
from django.db.models.functions import Coalesce, Lag

from fees.models import BankStatement, BankTransaction, Reconciliation, StatementMapping
from house.models import ReceivingAccount
from ledger.models import LedgerAccount
from lib.fields import UPPER_BOUND
from lib.search import contains, words_of
from ui import figures

MONEY = DecimalField(max_digits=18, decimal_places=2)
ZERO = Decimal("0.00")
# Lines by what is left of them: shown on the page by these names.
WAITING, SETTLED = "waiting", "settled"
SEARCHED = ("counterparty", "memo", "reference", "end_to_end_id", "counterparty_account")


# --- lines


def _matched() -> Coalesce:
    matched = Reconciliation.objects.filter(bank_transaction=OuterRef("pk")).order_by().values("bank_transaction")
    return Coalesce(
        Subquery(matched.annotate(s=Sum("matched_amount")).values("s")[:1]), Value(ZERO), output_field=MONEY
    )


def bank_lines(words: str = "", account: str = "", shown: str = "", statement: BankStatement | None = None):
    """Bank lines, the oldest first, with ``left``: what of each is not matched. ``shown``: waiting or settled."""
    found = BankTransaction.objects.filter(import_batch__is_whole=True).annotate(left=F("amount") - _matched())
    if statement is not None:
        found = found.filter(import_batch=statement)
    if account:
        found = found.filter(receiving_account_id=account)
    if shown:
        found = found.filter(left=0) if shown == SETTLED else found.exclude(left=0)
    for word in words_of(words):
        found = found.filter(_said(word))
    return found.order_by("booking_date", "pk")


def _said(word: str) -> Q:
    """Whether a line says a word, or brings an amount."""
    said = Q.create([contains(column, word) for column in SEARCHED], Q.OR)
    try:
        amount = figures.read_number(word.lstrip("-"))
    except ValueError:
        return said
    return said | Q(amount__in=[amount, -amount]) if amount < UPPER_BOUND else said


def bank_line(line_id: UUID) -> BankTransaction | None:
    """One line with what is left of it, and its statement."""
    return bank_lines().select_related("import_batch").filter(pk=line_id).first()


def waiting_ids(statements: list[UUID] | None = None) -> list[UUID]:
    """The lines, of all or of these statements, that bring money in and wait to be matched."""
    found = bank_lines(shown=WAITING).filter(amount__gt=0)
    return list(
        (found if statements is None else found.filter(import_batch__in=statements)).values_list("pk", flat=True)
    )


# --- statements


def statements(account: ReceivingAccount) -> QuerySet[BankStatement]:
    """The statements of an account, the newest first, each with the closing balance and number of the one before."""
    order = [F("to_date").asc(nulls_first=True), F("sequence").asc(nulls_first=True), "imported_at", "pk"]
    found = BankStatement.objects.filter(receiving_account_id=account.pk, is_whole=True).select_related("imported_by")
    return found.annotate(
        closed_before=Window(Lag("closing"), order_by=order),
        number_before=Window(Lag("sequence"), order_by=order),
        ended_before=Window(Lag("to_date"), order_by=order),
    ).order_by(F("to_date").desc(nulls_last=True), F("sequence").desc(nulls_last=True), "-imported_at", "pk")


def statement(statement_id: UUID) -> BankStatement | None:
    """One statement that is whole."""
    found = BankStatement.objects.filter(pk=statement_id, is_whole=True).select_related("imported_by").first()
    if found is not None:
        found.account = account(found.receiving_account_id)
    return found


def gap_before(statement: BankStatement) -> bool:
    """Whether something is missing between a statement of :func:`statements` and the one before it.

    By their numbers, else by their balances. A file that came again, or overlaps the one before, leaves none.
    """
    if statement.number_before is not None and statement.sequence is not None:
        return statement.sequence > statement.number_before + 1
    if None in (statement.closed_before, statement.opening, statement.ended_before, statement.from_date):
        return False
    return statement.from_date > statement.ended_before and statement.closed_before != statement.opening


def mapping_of(account_id: UUID | None) -> dict | None:
    """How the CSV files of an account were read last time."""
    newest = StatementMapping.objects.filter(receiving_account=account_id).order_by("-saved_at").first()
    return newest.mapping if newest else None


# --- accounts


@dataclass(frozen=True)
class BankAccount:
    """A receiving account: what the bank says it holds, what the books say, and what waits.

    The books begin with the first statement, whose opening balance they are told to start from.
    """

    account: ReceivingAccount
    newest: BankStatement | None
    books: Decimal | None
    waiting: int
    suspense: Decimal

    @property
    def pk(self) -> UUID:
        return self.account.pk

    @property
    def currency(self) -> str:
        return self.account.currency

    @property
    def closing(self) -> Decimal | None:
        return self.newest and self.newest.closing

    @property
    def apart(self) -> Decimal | None:
        """By how much the bank holds more than the books say; None where one of the two is unknown."""
        return None if self.closing is None or self.books is None else self.closing - self.books


def number_of(account: ReceivingAccount) -> str:
    """The IBAN in groups of four, or the account number."""
    return " ".join(account.iban[at : at + 4] for at in range(0, len(account.iban), 4)) or account.account_number


def account(account_id: UUID) -> ReceivingAccount | None:
    """A receiving account that was in force at some time."""
    return ReceivingAccount.objects.filter(pk=account_id, active_from__isnull=False).first()


def account_by_number(number: str) -> ReceivingAccount | None:
    """The active account of an IBAN or account number, spaces aside."""
    typed = "".join(number.split()).upper()
    ours = (each for each in accounts_with_statements() if each.active_until is None)
    return next((each for each in ours if typed in (each.iban, "".join(each.account_number.split()).upper())), None)


def accounts_with_statements() -> list[ReceivingAccount]:
    """The accounts that receive money, and those that did and have statements; by currency."""
    imported = Exists(BankStatement.objects.filter(receiving_account_id=OuterRef("pk")))
    found = ReceivingAccount.objects.filter(Q(active_until=None) | imported, active_from__isnull=False)
    return list(found.order_by("currency", "-is_default", "bank_name", "pk"))


def bank_accounts() -> list[BankAccount]:
    """Every account with what the bank and the books say of it."""
    whole = BankStatement.objects.filter(is_whole=True).order_by("receiving_account_id")
    last = whole.order_by(
        "receiving_account_id", F("to_date").desc(nulls_last=True), F("sequence").desc(nulls_last=True), "-imported_at"
    ).distinct("receiving_account_id")
    first = whole.order_by(
        "receiving_account_id", F("to_date").asc(nulls_last=True), F("sequence").asc(nulls_last=True), "imported_at"
    ).distinct("receiving_account_id")
    newest = {each.receiving_account_id: each for each in last}
    opened = dict(first.values_list("receiving_account_id", "opening"))
    held = {
        (each.holder_id, each.kind): each.balance
        for each in LedgerAccount.objects.filter(kind__in=["bank", "suspense"])
    }
    waiting = dict(
        bank_lines(shown=WAITING).order_by().values_list("receiving_account_id").annotate(n=Count("pk"))
    )  # fmt: skip
    return [
        BankAccount(
            each,
            newest.get(each.pk),
            _books(opened.get(each.pk), held.get((each.pk, "bank"))),
            waiting.get(each.pk, 0),
            -(held.get((each.pk, "suspense")) or ZERO),
        )
        for each in accounts_with_statements()
    ]


def _books(opening: Decimal | None, moved: Decimal | None) -> Decimal | None:
    return None if opening is None else opening + (moved or ZERO)
