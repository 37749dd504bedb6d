"""Bank statements coming in, and what their lines are matched to. For administrators and operations.

Every function of SQL locks what it changes and writes the audit row; nothing is edited, a reversal answers what was
wrong.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.identity import as_acting_user
from fees import db
from fees.models import BankStatement, StatementMapping
from fees.statements import (
    Fingerprints,
    Line,
    Mapping,
    Statement,
    StatementRefused,
    check_footing,
    read_statements,
)
from house.models import ReceivingAccount
from lib.db import BadValue, Conflict, NotAllowed, Refused
from ui import figures

BATCH = 2_000
MAY_MATCH = ("staff_admin", "staff_ops")


def may_match(profile) -> None:
    """Raises NotAllowed for who may not import and match."""
    if profile.role not in MAY_MATCH:  # [2]
        raise NotAllowed()


class BankRefused(Refused):
    """``field`` is what to correct, where it is one."""

    field: str | None = None

    def __init__(self, sentence, *, field: str | None = None):
        super().__init__(str(sentence))
        self.sentence = sentence
        self.field = field or self.field


class DoesNotFoot(BankRefused):
    """Opening balance and lines do not lead to the closing balance, which is larger by ``difference``."""

    field = "file"

    def __init__(self, difference: Decimal, currency: str):
        self.difference = difference
        sentence = _(
            "The opening balance and the lines don’t add up to the closing balance: they are %(difference)s apart."
            " Nothing was imported. Ask the bank for the whole statement; an administrator may import it with a reason."
        )
        super().__init__(sentence % {"difference": figures.money(abs(difference), currency)})


class LineTaken(BankRefused, Conflict):
    """Somebody matched the line, or paid or credited the invoice, since it was shown."""


SENTENCES = {
    "currency": gettext_lazy("The statement isn’t in the account’s currency. Nothing was imported."),
    "override": gettext_lazy("Only an administrator may import a statement that doesn’t add up. Nothing was imported."),
    "parts": gettext_lazy("Choose each invoice once. Nothing was matched."),
    "amount": gettext_lazy("Enter each amount in whole units of the currency, above zero. Nothing was matched."),
    "left": gettext_lazy("This line has less left to allocate than that. Nothing was matched: check what is left."),
    "open": gettext_lazy("An invoice has less open than that. Nothing was matched: check what is open now."),
    "credit": gettext_lazy("The investor has less credit than that. Nothing was changed."),
    "refund": gettext_lazy("No refund of that amount waits to be paid. Nothing was matched."),
    "refund_to": gettext_lazy("A refund goes to the account the money came from. Nothing was matched."),
    "reason": gettext_lazy("Enter a reason. It is kept with the match; nothing was changed yet."),
    "charged": gettext_lazy("Nothing is left of this line that the bank took. Nothing was changed."),
    "tolerance": gettext_lazy("More than the bank fee tolerance: an administrator books it. Nothing was changed."),
    "reversed": gettext_lazy("This match was taken back already. Nothing was changed."),
    "reversal": gettext_lazy("A reversal can’t be taken back: match the line again."),
    "returned": gettext_lazy("The bank took this payment back; that can’t be undone here. Nothing was changed."),
    "pair": gettext_lazy(
        "Choose a payment into the same account that the bank hasn’t returned before, and take back whatever this line"
        " was matched to. Nothing was changed."
    ),
}
MEANWHILE = ("left", "open", "reversed", "credit", "charged")


@contextmanager
def _in_words():
    try:
        yield
    except BadValue as refusal:
        sentence = SENTENCES.get(refusal.detail)
        if sentence is None:
            raise
        kind = LineTaken if refusal.detail in MEANWHILE else BankRefused
        raise kind(sentence, field=refusal.detail) from refusal


# ---------- statements ----------


@dataclass(frozen=True)
class Imported:
    """One statement as it came in: ``new`` of ``read`` lines were not there before; ``notes`` are sentences."""

    statement: BankStatement
    read: int
    new: int
    notes: list[str]


@as_acting_user
def import_statement(
    *,
    acting_user,
    file: BinaryIO,
    file_name: str = "",
    account_id: UUID | None = None,
    mapping: Mapping | None = None,
    override_reason: str = "",
    dry_run: bool = False,
    told: Callable[[int], None] = lambda lines: None,
) -> list[Imported]:
    """Bring in every statement of a bank file, or nothing of it. A line that is there already adds nothing.

    ``account_id`` is the receiving account; None finds it by the number that the file states. ``mapping`` says what the
    columns of a CSV file are. A statement that doesn't add up needs an administrator's ``override_reason``. A
    ``dry_run`` does all of it and takes it back. ``told`` hears how many lines each batch had.
    Locks as fn_import_statement. Raises NotAllowed, BankRefused, DoesNotFoot.
    """
    may_match(acting_user)
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    fingerprints, done = Fingerprints(), []
    try:
        with transaction.atomic():
            db.allow_long_statements()
            for statement in read_statements(file, mapping):
                done.append(_import_one(statement, fingerprints, account_id, sha256, file_name, override_reason, told))
            if mapping is not None:
                _remember(mapping, done[0].statement.receiving_account_id)
            if dry_run:  # [1]
                raise _OnlyTried
    except StatementRefused as refusal:
        raise BankRefused(refusal.sentence + " " + _("Nothing was imported."), field="file") from refusal
    except _OnlyTried:
        pass
    return done


class _OnlyTried(Exception):
    """Takes back what a dry run wrote."""


def _remember(mapping: Mapping, account_id: UUID) -> None:
    """Keep how the account's files are read, if that is new."""
    newest = StatementMapping.objects.filter(receiving_account=account_id).order_by("-saved_at").first()
    if newest is None or newest.mapping != mapping.as_json():
        StatementMapping.objects.create(receiving_account_id=account_id, mapping=mapping.as_json())


def _import_one(statement: Statement, fingerprints, account_id, sha256, file_name, override_reason, told) -> Imported:
    account = _account_of(statement, account_id)
    with _in_words():
        statement_id = db.fn_open_statement(
            account.pk,
            {
                "format": statement.format, "currency": statement.currency or account.currency, "sha256": sha256,
                "file_name": file_name[:200], "statement_ref": statement.statement_id[:140],
                "sequence": statement.sequence, "from_date": statement.from_date, "to_date": statement.to_date,
            },
        )  # fmt: skip
        new = 0
        for batch in _batches(part for line in statement.lines for part in line.parts()):
            columns = _columns(batch, fingerprints, account.iban or account.account_number)
            new += db.fn_add_statement_lines(statement_id, columns)
            told(len(batch))
        # Some formats say their balances after the lines; what was there before is compared with them.
        notes = _gaps(statement, account, statement_id) + _unchecked(statement)
    try:
        with _in_words():
            db.fn_close_statement(statement_id, statement.opening, statement.closing, override_reason)
    except BadValue as refusal:
        if refusal.detail != "footing":
            raise
        off = statement.closing - statement.opening - statement.total
        raise DoesNotFoot(off, account.currency) from refusal
    kept = BankStatement.objects.get(pk=statement_id)
    return Imported(kept, kept.lines_read, new, notes + statement.notes)


def _account_of(statement: Statement, account_id: UUID | None) -> ReceivingAccount:
    """The receiving account; what the file states must be its number. Raises BankRefused.

    One number may be that of accounts in several currencies, and of one that took another's place.
    """
    stated = _squeezed(statement.account_ref)
    ours = [a for a in ReceivingAccount.objects.filter(active_from__isnull=False) if account_id in (None, a.pk)]
    found = [a for a in ours if stated and stated in (_squeezed(a.iban), _squeezed(a.account_number))]
    if not found and account_id and ours and not stated:
        return ours[0]
    if not found and not stated:
        sentence = _("The file doesn’t state its account. Choose it, and import again. Nothing was imported.")
        raise BankRefused(sentence, field="account")
    if not found:
        sentence = _("%(account)s is not the number of that receiving account. Nothing was imported.")
        raise BankRefused(sentence % {"account": statement.account_ref}, field="account")
    stated = statement.currency
    return min(found, key=lambda a: (a.currency != stated, a.active_until is not None, a.active_from))  # [3]


def _squeezed(number: str) -> str:
    return "".join(number.split()).upper()


def _gaps(statement: Statement, account: ReceivingAccount, statement_id: UUID) -> list[str]:
    """Whether statements before this one are missing, by number or else by balance."""
    before = BankStatement.objects.filter(receiving_account_id=account.pk, is_whole=True).exclude(pk=statement_id)
    last = before.exclude(sequence=None).order_by("-sequence").first()
    if last and statement.sequence is not None and statement.sequence > last.sequence + 1:
        missing = _("Statements between number %(last)s and number %(this)s have not been imported.")
        return [missing % {"last": last.sequence, "this": statement.sequence}]
    earlier = before.filter(to_date__lt=statement.from_date) if statement.from_date else before.none()
    last = earlier.exclude(closing=None).order_by("-to_date", "-imported_at").first()
    if last is None or statement.opening is None or last.closing == statement.opening:
        return []
    apart = _("It opens at %(opening)s, and the statement before it closed at %(closing)s: one between may be missing.")
    said = {"opening": statement.opening, "closing": last.closing}
    return [apart % {name: figures.money(value, account.currency) for name, value in said.items()}]


def _unchecked(statement: Statement) -> list[str]:
    """That a statement could not be added up, because it doesn't say where it begins or ends."""
    missing = check_footing(statement).missing if statement.is_complete else ()
    return (
        [_("The file doesn’t state both balances, so it could not be checked that the lines add up.")]
        if missing
        else []
    )


def _batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    lines = iter(lines)
    while batch := list(islice(lines, BATCH)):
        yield batch


def _columns(lines: list[Line], fingerprints: Fingerprints, account: str) -> dict[str, list]:
    columns = {name: [getattr(line, name) for line in lines] for name in db.LINE_COLUMNS if name != "fingerprint"}
    return columns | {"fingerprint": [fingerprints.of(account, line) for line in lines]}


# ---------- matches ----------


@as_acting_user
def match_line(*, acting_user, line_id: UUID, parts: list[dict], derivation: dict | None = None, learn: bool = True):
    """Say what a bank line is; the ids of the matches. ``parts``: ``{"invoice": id, "amount": Decimal}`` and
    ``{"credit_of": investor id, "amount": Decimal}``, in the line's currency, together at most what it has left.

    Locks the line, then the invoices by id. Raises NotAllowed, BankRefused, LineTaken, Busy.
    """
    may_match(acting_user)
    with _in_words():
        return db.fn_match(line_id, parts, derivation or {}, learn)


@as_acting_user
def reverse_match(*, acting_user, match_id: UUID, reason: str) -> UUID:
    """Take a match back: the line waits again, the invoice is open again. Raises NotAllowed, BankRefused, LineTaken."""
    may_match(acting_user)
    with _in_words():
        return db.fn_reverse_match(match_id, reason)


@as_acting_user
def book_charges(*, acting_user, line_id: UUID) -> UUID:
    """Book what is left of an outgoing line as what the bank charged the firm; the match.

    Operations up to the setting bank_fee_tolerance, administrators any amount. Locks the line. Raises NotAllowed,
    BankRefused, Busy.
    """
    may_match(acting_user)
    with _in_words():
        return db.fn_book_charges(line_id)


@as_acting_user
def return_line(*, acting_user, line_id: UUID, original_id: UUID, reason: str) -> UUID:
    """Settle a payment that the bank took back, and take back its matches. Raises NotAllowed, BankRefused, Busy.

    As far as both amounts go: what the bank didn't give back waits on the payment's line, what it took besides on this.
    """
    may_match(acting_user)
    with _in_words():
        return db.fn_return_line(line_id, original_id, reason)


@as_acting_user
def apply_credit(*, acting_user, invoice_id: UUID, amount: Decimal) -> UUID:
    """Pay an invoice with what its investor paid too much. Raises NotAllowed, BankRefused, LineTaken, Busy."""
    may_match(acting_user)
    with _in_words():
        return db.fn_apply_credit(invoice_id, amount)


@as_acting_user
def take_back_credit(*, acting_user, payment_id: UUID, reason: str) -> UUID:
    """Take back what credit paid: it is there again, the invoice open.

    Raises NotAllowed, BankRefused, LineTaken, Busy.
    """
    may_match(acting_user)
    with _in_words():
        return db.fn_take_back_credit(payment_id, reason)


@as_acting_user
def undo(*, acting_user, match_ids: list[UUID], reason: str) -> None:
    """Take back what was matched together, or nothing of it. Raises as reverse_match."""
    for match_id in sorted(match_ids):
        reverse_match(acting_user=acting_user, match_id=match_id, reason=reason)
