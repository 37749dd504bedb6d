"""Verbs of the audit log: record what happened, make months, anchor the chain, check it.

Changes of tables record themselves (``app.audit_write`` in SQL functions, ``app.audit_row`` as a trigger).
What is recorded from here is what changes no table: a sign-in, a document opened, a refusal.
"""

import hashlib
import json
import os
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection

import audit_verifier
from lib import shared_folders

from . import db, selectors, signing
from .identity import SYSTEM_PROFILE_ID, acting_as, acting_as_system, as_acting_user, current_identity
from .models import NO_HASH, AuditAnchor

ANCHOR_FORMAT = "verso-audit-anchor-1"
# What "verify now" on the page walks at most; the command walks everything.
PAGE_ROWS_MAX, PAGE_ANCHORS_MAX = 200_000, 1_000
FAULTS_TOLD_MAX = 50


def record(
    action: str,
    entity: str,
    entity_id: UUID | None = None,
    *,
    deal_id: UUID | None = None,
    before=None,
    after=None,
) -> int:
    """Write one audit row as the acting profile, in the caller's transaction; gives its id.

    ``action`` is "<table>.<verb>", ``entity`` the table's name. Needs an identity. Raises Busy.
    """
    return db.audit_event(action, entity, entity_id, deal_id, before, after)


# --- Refused attempts


@dataclass(frozen=True)
class Refusal:
    """An attempt that was refused, kept until the transaction it happened in is over."""

    actor: str
    action: str
    entity: str
    entity_id: UUID | None
    deal_id: UUID | None
    reason: str

    def write(self) -> None:
        with acting_as(self.actor):
            record(self.action, self.entity, self.entity_id, deal_id=self.deal_id, after={"refused": self.reason})


_kept: ContextVar[list[Refusal] | None] = ContextVar("kept_refusals", default=None)


@contextmanager
def keeping_refusals():
    """Refusals within the block are written when it ends, in short transactions of their own.

    Stands around the request's transaction, which a refusal rolls back.
    """
    token = _kept.set([])
    try:
        yield
    finally:
        refusals = _kept.get()
        _kept.reset(token)
        for refusal in refusals:
            refusal.write()


def record_refusal(
    action: str, entity: str, entity_id: UUID | None, reason: str, *, deal_id: UUID | None = None, actor=None
) -> None:
    """Record that somebody was refused, whatever becomes of the request's transaction.

    ``actor`` is the acting profile unless given, as after a call that carried its identity with it. In a
    transaction without ``keeping_refusals`` around it (a command, a shell) the record shares its fate.
    """
    refusal = Refusal(str(actor or current_identity()), action, entity, entity_id, deal_id, str(reason))
    kept = _kept.get()
    if connection.in_atomic_block and kept is not None:
        kept.append(refusal)
    else:
        refusal.write()


# --- Partitions


def make_partitions(months_ahead: int = 3) -> int:
    """Make this month and the months ahead, and empty the DEFAULT partition; gives how many were made.

    Idempotent. Acts as the system profile. Raises Busy when the log's lock could not be had in five seconds.
    """
    with acting_as_system():
        return db.audit_make_partitions(months_ahead)


# --- Anchors


def write_anchor() -> int | None:
    """Sign the heads of all lanes, store them and publish the file; gives the anchor's number.

    None when no row was written since the last anchor, or another process is at it: then nothing changes.
    Acts as the system profile, in a transaction of its own.
    """
    with acting_as_system():
        number = _store_anchor() if db.audit_claim_anchoring() else None
    publish_anchors()
    return number


def _store_anchor() -> int | None:
    heads, last = db.lane_heads(), selectors.last_anchor()
    root = _digest(_canonical(heads))
    if not heads or (last and last.body["root"] == root):
        return None
    body = {
        "format": ANCHOR_FORMAT,
        "number": last.number + 1 if last else 1,
        "made_at": db.database_time(),
        "previous": last.hash if last else NO_HASH,
        "rows": sum(seq for _, seq, _ in heads),
        "months": _months(heads, last),
        "lanes": heads,
        "root": root,
        "key": signing.public_key(),
    }
    payload = _canonical(body)
    db.audit_anchor_write(body["number"], _digest(payload), payload, signing.sign(payload))
    return body["number"]


def _months(heads: list[list], last: AuditAnchor | None) -> dict[str, int]:
    """Rows per month; months that had ended by the last anchor are taken from it, if the sum agrees."""
    if last:
        current = last.body["made_at"][:7]
        months = {month: rows for month, rows in last.body["months"].items() if month < current}
        months |= db.rows_by_month(heads, f"{current}-01T00:00:00Z")
        if sum(months.values()) == sum(seq for _, seq, _ in heads):
            return months
    return db.rows_by_month(heads, "-infinity")


def anchors_folder() -> Path:
    return Path(settings.DATA_DIR) / "anchors"


def publish_anchors() -> list[Path]:
    """Write the file of every stored anchor that has none yet; gives the new files."""
    folder = anchors_folder()
    folder.mkdir(parents=True, exist_ok=True)
    there = {path.name for path in folder.glob("anchor-*.json")}
    with acting_as_system():
        missing = [number for number in selectors.anchor_numbers() if anchor_file_name(number) not in there]
        anchors = list(AuditAnchor.objects.filter(number__in=missing).order_by("number"))
    # A disk may be slow: no transaction waits for it.
    return [_write_whole(folder / anchor_file_name(anchor.number), anchor_text(anchor)) for anchor in anchors]


def anchor_file_name(number: int) -> str:
    return f"anchor-{number:08}.json"


def anchor_text(anchor: AuditAnchor) -> str:
    """The file of an anchor: the signed object and its signature."""
    return f'{{"anchor": {anchor.payload},\n "signature": "{anchor.signature}"}}\n'


def _write_whole(path: Path, text: str) -> Path:
    """A file that is there is whole, even when the machine stops in between."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, shared_folders.WRITE, 0o666), "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        shared_folders.give_to_owner_of(path.parent, file.fileno())
        os.fsync(file.fileno())
    return draft.rename(path)


def _canonical(value) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


# --- Checking


def verify_chain(
    anchors: list[Path] | None = None, *, keys: list[str] | None = None, profile_id: UUID = SYSTEM_PROFILE_ID
) -> audit_verifier.Report:
    """Walk the whole chain in one snapshot. ``anchors`` are files or folders kept outside the database.

    ``keys`` are public keys trusted beside our own. Raises CannotVerify, AnchorUnreadable.
    """
    outside = [anchor for path in anchors or [] for anchor in audit_verifier.anchors_from(path)]
    trusted = [signing.public_key(), *(keys or [])]
    return db.in_one_snapshot(profile_id, lambda reader: audit_verifier.verify(reader, outside, trusted))


@as_acting_user
def verify_recent(*, acting_user) -> int:
    """What "verify now" does: the whole chain while it is small, else what came after a stored anchor.

    The newest anchor's file is held against it. Gives the id of the audit row that says what was found.
    Raises CannotVerify, AnchorUnreadable.
    """
    since = selectors.anchor_to_start_from(PAGE_ROWS_MAX, PAGE_ANCHORS_MAX)
    start = _as_start(since) if since else None
    newest = max(anchors_folder().glob("anchor-*.json"), default=None)
    outside = audit_verifier.anchors_from(newest) if newest else []
    keys = [signing.public_key()]
    report = db.in_one_snapshot(
        acting_user.pk, lambda reader: audit_verifier.verify(reader, outside, keys, since=start)
    )
    return record("audit_log.verified", "audit_log", after=_outcome(report))


def _as_start(anchor: AuditAnchor) -> audit_verifier.Anchor:
    return audit_verifier.Anchor.read(anchor.body, anchor.signature, f"stored anchor {anchor.number}")


def _outcome(report: audit_verifier.Report) -> dict:
    return {
        "intact": report.intact,
        "rows": report.rows,
        "lanes": report.lanes,
        "first_anchor": report.first_anchor,
        "last_anchor": report.last_anchor,
        "faults": len(report.findings),
        "first_faults": [asdict(finding) for finding in report.findings[:FAULTS_TOLD_MAX]],
    }
