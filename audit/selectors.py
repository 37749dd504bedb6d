"""Questions about the audit log. All need the identity of staff: for anybody else the log is empty."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from lib.search import contains

from . import db
from .models import AuditAnchor, AuditEntry, AuditLane

PAGE_ROWS = 50
MONTHS_AHEAD_MIN = 2
NEAR_IDS = 5_000


# --- Entries


@dataclass(frozen=True)
class Search:
    """What is asked of the log. Everything given must fit; nothing given is the whole log."""

    actors: tuple[UUID, ...] = ()
    action: str = ""
    entity: str = ""
    entity_id: UUID | None = None
    deal_id: UUID | None = None
    request_id: str = ""
    since: datetime | None = None
    until: datetime | None = None


def entries(search: Search) -> QuerySet[AuditEntry]:
    """The entries that fit, newest first. ``action`` is its beginning; ``until`` is exclusive.

    Every condition is leakproof, so that the log's policy does not cost it its index.
    """
    conditions = {
        "actor_user_id__in": search.actors,
        "entity": search.entity,
        "entity_id": search.entity_id,
        "deal_id": search.deal_id,
        "request_id": search.request_id,
        "ts__gte": search.since,
        "ts__lt": search.until,
        "action__gte": search.action,
        "action__lt": search.action and search.action + "\U0010ffff",
    }
    return AuditEntry.objects.filter(**{name: value for name, value in conditions.items() if value}).order_by("-id")


def page_of_entries(search: Search, before: int | None = None) -> tuple[list[AuditEntry], int | None]:
    """One page, from the entry before a given id on, and the id that asks for the next page, if any.

    By key and not by number: a page far back costs what the first one costs.
    """
    found = entries(search)
    rows = list((found.filter(id__lt=before) if before else found)[: PAGE_ROWS + 1])
    return rows[:PAGE_ROWS], rows[PAGE_ROWS - 1].id if len(rows) > PAGE_ROWS else None


def at_most(search: Search, rows_max: int) -> bool:
    """Whether no more entries than these fit; looks no further."""
    return len(entries(search).values_list("id")[: rows_max + 1]) <= rows_max


def entry(entry_id: int) -> AuditEntry | None:
    return AuditEntry.objects.filter(id=entry_id).first()


def beside(row: AuditEntry) -> list[AuditEntry]:
    """The other entries of the same transaction, in their order; of a very large one, those near its beginning.

    By a range of ids, which has an index: an index on ``txid`` would cost every hold a write.
    """
    if row.txid is None:
        return []
    near = AuditEntry.objects.filter(id__gte=row.txid, id__lt=row.txid + NEAR_IDS, ts=row.ts, txid=row.txid)
    return list(near.exclude(id=row.id).order_by("id")[:PAGE_ROWS])


# --- People: audit must not import investors, so it reads the user model that Django signs in


def entry_id(text: str | None) -> int | None:
    """The number of an entry as an address says it; None for what is none."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def named(rows: Iterable[AuditEntry]) -> list[AuditEntry]:
    """The same entries, each with ``who`` and ``behalf``: how its people are called, in one query."""
    rows = list(rows)
    wanted = {row.actor_user_id for row in rows} | {row.acting_for for row in rows}
    names = {person.pk: str(person) for person in get_user_model().objects.filter(pk__in=wanted - {None})}
    for row in rows:
        row.who, row.behalf = names.get(row.actor_user_id, ""), names.get(row.acting_for, "")
    return rows


def people_called(words: str) -> tuple[UUID, ...]:
    """The ids of people with this e-mail, or these words in their name; or the id itself."""
    try:
        return (UUID(words),)
    except ValueError:
        fits = Q(email__iexact=words) | contains("display_name", words)
        return tuple(get_user_model().objects.filter(fits).values_list("pk", flat=True)[:100])


def deal_called(words: str) -> UUID | None:
    """A deal's id by its code, or the id itself."""
    try:
        return UUID(words)
    except ValueError:
        return db.deal_with_code(words)


# --- The chain


def last_anchor() -> AuditAnchor | None:
    return AuditAnchor.objects.order_by("-number").first()


def anchor_numbers() -> list[int]:
    return list(AuditAnchor.objects.order_by("number").values_list("number", flat=True))


def check(entry_id: int | None) -> AuditEntry | None:
    """The entry in which a check of the chain says what it found."""
    return AuditEntry.objects.filter(id=entry_id, action="audit_log.verified").first() if entry_id else None


@dataclass(frozen=True)
class Standing:
    """How the log stands: its rows, the last anchor, what is wrong with its months."""

    rows: int
    anchor: AuditAnchor | None
    alarms: list[str]

    @property
    def anchored(self) -> int:
        return self.anchor.body["rows"] if self.anchor else 0

    @property
    def unanchored(self) -> int:
        return self.rows - self.anchored


def standing() -> Standing:
    return Standing(rows_written(), last_anchor(), partition_alarms())


def rows_written() -> int:
    """How many rows the log holds: lanes count without gaps, so no row need be counted."""
    return sum(AuditLane.objects.values_list("seq", flat=True))


def anchor_to_start_from(rows_max: int, anchors_max: int) -> AuditAnchor | None:
    """The oldest anchor that at most so many rows and anchors follow; None when that is the beginning."""
    last = last_anchor()
    if last is None or (rows_written() <= rows_max and last.number <= anchors_max):
        return None
    recent = AuditAnchor.objects.filter(number__gte=last.number - anchors_max).order_by("number")
    rows_min = rows_written() - rows_max
    return next((anchor for anchor in recent.iterator() if anchor.body["rows"] >= rows_min), last)


def partition_alarms() -> list[str]:
    """What is wrong with the log's months, in a sentence each; nothing when all is well."""
    state = db.audit_partition_state()
    alarms = []
    if state["stray_rows"]:
        alarms.append(_("Some audit log rows are outside their month. The daily job moves them."))
    if state["months_ahead"] < MONTHS_AHEAD_MIN:
        alarms.append(_("Too few months of the audit log have been prepared. Check the daily job."))
    return alarms
