"""Bank statements coming in, and what their lines are matched to. For administrators and operations.

Every function of SQL locks what it changes and writes the audit row; nothing is edited, a reversal answers what was
wrong.
"""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice
from typing import BinaryIO
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit.identity import as_acting_user
from fees import db
from fees.models import BankStatement
from fees.statements import Fingerprints, Line, Mapping, Statement, StatementRefused, read_statements
from house.models import ReceivingAccount
from lib.db import BadValue, Conflict, NotAllowed, Refused
from ui import figures

BATCH = 2_000
MAY_MATCH = ("staff_admin", "staff_ops")


class BankRefused(Refused):
    """``field`` is what to correct, where it is one."""

    field: str | None = None

    def __init__(self, sentence, *, field: str | None = None):
        super().__init__(str(sentence))
        self.sentence = sentence
        self.field = field or self.field


class DoesNotFoot(BankRefused):
    """Opening balance and lines do not lead to the closing balance: they are ``difference`` apart."""

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
    "refund_to": gettext_lazy("A refund goes to the account the money came from. Nothing was matched."),
    "reason": gettext_lazy("Enter a reason. It is kept with the match; nothing was changed yet."),
    "reversed": gettext_lazy("This match was taken back already. Nothing was changed."),
    "reversal": gettext_lazy("A reversal can’t be taken back: match the line again."),
    "returned": gettext_lazy("The bank took this payment back; that can’t be undone here. Nothing was changed."),
    "pair": gettext_lazy("Choose a payment of the same amount on the same account. Nothing was changed."),
}
MEANWHILE = ("left", "open", "reversed", "credit")


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
) -> list[Imported]:
    """Bring in every statement of a bank file, or nothing of it. A line that is there already adds nothing.

    ``account_id`` is the receiving account; None finds it by the number that the file states. ``mapping`` says what the
    columns of a CSV file are. A statement that doesn't add up needs an administrator's ``override_reason``.
    Locks as fn_import_statement. Raises NotAllowed, BankRefused, DoesNotFoot.
    """
    if not acting_user.is_staff:
        raise NotAllowed()
    sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    file.seek(0)
    fingerprints, done = Fingerprints(), []
    try:
        for statement in read_statements(file, mapping):
            done.append(_import_one(statement, fingerprints, account_id, sha256, file_name, override_reason))
    except StatementRefused as refusal:
        raise BankRefused(refusal.sentence + " " + _("Nothing was imported."), field="file") from refusal
    return done


def _import_one(statement: Statement, fingerprints, account_id, sha256, file_name, override_reason) -> Imported:
    account = _account_of(statement, account_id)
    notes = _gaps(statement, account)
    with _in_words():
        statement_id = db.fn_open_statement(
            account.pk,
            {
                "format": statement.format, "currency": statement.currency or account.currency, "sha256": sha256,
                "file_name": file_name[:200], "statement_ref": statement.statement_id[:140],
                "sequence": statement.sequence, "from_date": statement.from_date, "to_date": statement.to_date,
            },
        )  # fmt: skip
        new = sum(
            db.fn_add_statement_lines(
                statement_id, _columns(batch, fingerprints, account.iban or account.account_number)
            )
            for batch in _batches(part for line in statement.lines for part in line.parts())
        )
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
    """The receiving account; what the file states must be its number. Raises BankRefused."""
    stated = _squeezed(statement.account_ref)
    ours = [a for a in ReceivingAccount.objects.filter(active_from__isnull=False) if account_id in (None, a.pk)]
    found = [a for a in ours if stated and stated in (_squeezed(a.iban), _squeezed(a.account_number))]
    if not found and account_id and ours and not stated:
        return ours[0]
    if not found:
        sentence = _("%(account)s is not the number of that receiving account. Nothing was imported.")
        raise BankRefused(sentence % {"account": statement.account_ref or _("No account")}, field="account")
    return found[0]


def _squeezed(number: str) -> str:
    return "".join(number.split()).upper()


def _gaps(statement: Statement, account: ReceivingAccount) -> list[str]:
    """Whether statements before this one are missing, by number or by balance."""
    before = BankStatement.objects.filter(receiving_account_id=account.pk, is_whole=True)
    last = before.exclude(sequence=None).order_by("-sequence").first()
    if last is None or statement.sequence is None or statement.sequence <= last.sequence + 1:
        return []
    missing = _("Statements between number %(last)s and number %(this)s have not been imported.")
    return [missing % {"last": last.sequence, "this": statement.sequence}]


def _batches(lines: Iterable[Line]) -> Iterator[list[Line]]:
    lines = iter(lines)
    while batch := list(islice(lines, BATCH)):
        yield batch


def _columns(lines: list[Line], fingerprints: Fingerprints, account: str) -> dict[str, list]:
    columns = {name: [getattr(line, name) for line in lines] for name in db.LINE_COLUMNS if name != "fingerprint"}
    return columns | {"fingerprint": [fingerprints.of(account, line) for line in lines]}


# ---------- matches ----------


def _may_match(profile) -> None:
    if profile.role not in MAY_MATCH:
        raise NotAllowed()


@as_acting_user
def match_line(*, acting_user, line_id: UUID, parts: list[dict], derivation: dict | None = None, learn: bool = True):
    """Say what a bank line is; the ids of the matches. ``parts``: ``{"invoice": id, "amount": Decimal}`` and
    ``{"credit_of": investor id, "amount": Decimal}``, in the line's currency, together at most what it has left.

    Locks the line, then the invoices by id. Raises NotAllowed, BankRefused, LineTaken, Busy.
    """
    _may_match(acting_user)
    with _in_words():
        return db.fn_match(line_id, parts, derivation or {}, learn)


@as_acting_user
def reverse_match(*, acting_user, match_id: UUID, reason: str) -> UUID:
    """Take a match back: the line waits again, the invoice is open again. Raises NotAllowed, BankRefused, LineTaken."""
    _may_match(acting_user)
    with _in_words():
        return db.fn_reverse_match(match_id, reason)


@as_acting_user
def return_line(*, acting_user, line_id: UUID, original_id: UUID, reason: str) -> UUID:
    """Settle a payment that the bank took back, and take back its matches. Raises NotAllowed, BankRefused, Busy."""
    _may_match(acting_user)
    with _in_words():
        return db.fn_return_line(line_id, original_id, reason)


@as_acting_user
def apply_credit(*, acting_user, invoice_id: UUID, amount: Decimal) -> UUID:
    """Pay an invoice with what its investor paid too much. Raises NotAllowed, BankRefused, LineTaken, Busy."""
    _may_match(acting_user)
    with _in_words():
        return db.fn_apply_credit(invoice_id, amount)
