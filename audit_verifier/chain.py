"""The walk: every lane, every row, every link, in one snapshot of the database."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .anchors import Anchor, Expected, stored_anchors
from .findings import CUT, DOWNGRADED, EDITED, INSERTED, MISSING, REORDERED, Finding
from .rows import NO_HASH, SELECT, Row

REMOVED_MAX = 8  # so many rows taken out at one place are recognised although the rest was renumbered
# Which columns two rows may have exchanged, from the place alone to all that is not content.
PLACES = [("lane", "seq"), ("lane", "seq", "prev_hash", "hash"),
          ("lane", "seq", "prev_hash", "hash", "id", "txid"),
          ("lane", "seq", "prev_hash", "hash", "id", "txid", "ts_us")]  # fmt: skip
COMPARED_MAX = 200
SINCE = """
  left join unnest(%s::int[], %s::bigint[]) s(lane, seq) on s.lane = a.lane
 where a.seq > coalesce(s.seq, 0)
"""


class CannotVerify(Exception):
    """The log could not be read, so nothing is said about it."""


@dataclass
class Report:
    """What was walked and what was found; ``intact`` when that is nothing."""

    rows: int = 0
    lanes: int = 0
    anchors: int = 0
    first_anchor: int | None = None  # the walk began after this one
    last_anchor: int | None = None  # rows up to this one are proven by an anchor kept outside
    findings: list[Finding] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        return not self.findings


def verify(connection, anchors: Iterable[Anchor] = (), keys: list[str] | None = None,
           since: Anchor | None = None) -> Report:  # fmt: skip
    """Check the whole log, or the rows after a trusted anchor, against itself and all anchors.

    ``connection`` is a psycopg connection in a transaction that may read ``audit_log``, ``audit_lanes`` and
    ``audit_anchors``; REPEATABLE READ tells a row smuggled in at the end from one written meanwhile.
    ``keys`` are the public keys one trusts, in base64. Raises CannotVerify and AnchorUnreadable.
    """
    outside = sorted(anchors, key=lambda anchor: anchor.number)
    expected = Expected()
    stored_after = since.number if since else 0
    expected.add([since] if since else [], keys)
    expected.add(stored_anchors(connection, stored_after), keys, gapless_after=stored_after)
    expected.add(outside, keys)
    walk = _Walk(_heads(connection), expected, _one_snapshot(connection), _places(connection, since))
    for lane, rows in itertools.groupby(_rows(connection, since), key=lambda row: row.lane):
        walk.lane(lane, rows)
    report = Report(walk.count, len(walk.walked), len(outside), findings=walk.all_findings())
    report.first_anchor = since.number if since else None
    report.last_anchor = outside[-1].number if outside else None
    report.notes = _notes(outside, keys, since)
    return report


def _notes(outside: list[Anchor], keys: list[str] | None, since: Anchor | None) -> list[str]:
    notes = []
    if since:
        notes.append(f"Only the rows after anchor {since.number} of {since.made_at} were walked.")
    if outside:
        notes.append(f"Rows written after anchor {outside[-1].number} of {outside[-1].made_at} are unproven.")
    else:
        notes.append("The tail is unproven: no anchor was given, and no database vouches for its own end.")
    if keys is None:
        notes.append("The anchors' key was not checked: give the public key that you were handed.")
    return notes


def _heads(connection) -> dict[int, tuple[int, str]]:
    heads = {lane: (seq, head) for lane, seq, head in
             connection.execute("select lane, seq, hash from public.audit_lanes").fetchall()}  # fmt: skip
    if not heads:
        raise CannotVerify("No lane of the audit log can be read: connect as verso_owner or name a staff profile.")
    return heads


def _one_snapshot(connection) -> bool:
    level = connection.execute("show transaction_isolation").fetchone()[0]
    return level in ("repeatable read", "serializable")


def _rows(connection, since: Anchor | None) -> Iterator[Row]:
    query, params = SELECT, []
    if since:
        query += SINCE
        params = [list(since.heads), [seq for seq, _ in since.heads.values()]]
    with connection.cursor(name="audit_verifier") as cursor:
        cursor.itersize = 5000
        cursor.execute(query + " order by a.lane, a.seq, a.id", params, binary=True)
        yield from map(Row._make, cursor)


@dataclass
class _Place:
    """Where the walk stands in a lane: the last row, its true seq and hash, the hash before it, the newest format."""

    seq: int = 0
    hash: str = NO_HASH
    before: str = ""
    row: Row | None = None
    suspect: bool = False
    format: int = 1


def _places(connection, since: Anchor | None) -> dict[int, _Place]:
    """Where the walk begins in the lanes that an anchor knows, and the format they had come to."""
    if since is None:
        return {}
    heads = [list(since.heads), [seq for seq, _ in since.heads.values()]]
    query = ("select a.lane, a.format from public.audit_log a"
             " join unnest(%s::int[], %s::bigint[]) s(lane, seq) on s.lane = a.lane and s.seq = a.seq")  # fmt: skip
    formats = dict(connection.execute(query, heads).fetchall())
    return {lane: _Place(*head, format=formats.get(lane, 1)) for lane, head in since.heads.items()}


class _Walk:
    def __init__(self, heads, expected: Expected, one_snapshot: bool, start: dict[int, _Place]):
        self.heads, self.expected, self.one_snapshot, self.start = heads, expected, one_snapshot, start
        self.count = 0
        self.walked: set[int] = set()
        self.findings: list[Finding] = list(expected.findings)
        self.broken: list[Row] = []

    def lane(self, lane: int, rows: Iterator[Row]) -> None:
        """Walk one lane from its start to its head."""
        self.walked.add(lane)
        place, shift, sound = self.start.get(lane, _Place()), 0, 0
        for group, following in _with_next(_by_seq(rows)):
            self.count += len(group)
            row = self._genuine(group, following, place)
            shift, whole = self._shift(row, following, shift, place)
            here = _Place(row.seq - shift, row.hash, place.hash, row, format=place.format)
            self._link(here, place, whole)
            if whole:
                self._in_turn(here, place)
            sound = self._compare(here, sound)
            place = here
        self._tail(lane, place)

    def all_findings(self) -> list[Finding]:
        """Everything found, by place; lanes without a single row are walked here."""
        for lane in (set(self.heads) | set(self.expected.places)) - self.walked:
            self._tail(lane, self.start.get(lane, _Place()))
        findings: dict = {}
        for finding in [*self.findings, *_exchanged(self.broken)]:
            findings.setdefault(finding.place, finding)
        return sorted(findings.values(), key=lambda found: (found.lane is None, found.lane or 0, found.seq or 0))

    def _found(self, row: Row, kind: str, detail: str) -> None:
        self.findings.append(Finding(row.lane, row.seq, kind, detail, row.id))

    def _genuine(self, group: list[Row], following: list[Row], place: _Place) -> Row:
        """Of several rows at one place, the one that its neighbours know; the others were inserted."""
        if len(group) == 1:
            return group[0]
        known = {row.prev_hash for row in following} or {self.heads.get(group[0].lane, (0, ""))[1]}
        best = max(group, key=lambda row: (row.hash in known, row.prev_hash == place.hash, row.is_whole))
        for row in group:
            if row is not best:
                self._found(row, INSERTED, "a second row stands at this place")
        return best

    def _shift(self, row: Row, following: list[Row], shift: int, place: _Place) -> tuple[int, bool]:
        """How far the lane was renumbered up to this row, and whether the row is whole, that allowed for.

        Whoever puts a row in, or takes some out, may close up the numbers of the rows after it.
        """
        if _whole_at(row, shift):
            return shift, True
        if place.row and row.prev_hash == place.before and _whole_at(row, shift + 1):
            self._found(place.row, INSERTED, "the rows after it were renumbered to make room")
            place.seq, place.hash = place.seq - 1, place.before
            return shift + 1, True
        for less in range(shift - 1, shift - REMOVED_MAX - 1, -1):
            if _whole_at(row, less) and all(_whole_at(other, less) for other in following):
                return less, True
        return shift, False

    def _link(self, here: _Place, place: _Place, whole: bool) -> None:
        """Judge one row: its own hash, its place, and its link to the row before."""
        row, linked = here.row, here.row.prev_hash == place.hash
        gap = here.seq > place.seq + 1
        if gap:
            last = "" if here.seq == place.seq + 2 else f" to {here.seq - 1}"
            detail = f"the rows at seq {place.seq + 1}{last} are gone" if last else "the row is gone"
            self.findings.append(Finding(row.lane, place.seq + 1, MISSING, detail))
        if here.seq < 1:
            self._found(row, INSERTED, "no lane has such a place")
        elif not whole:
            here.suspect = True
            self.broken.append(row)
        elif not linked and not gap and not place.suspect and place.row:
            self._found(place.row, EDITED, "it was given a new hash, which the row after it does not know")
        elif not linked and not gap and not place.suspect:
            self._found(row, EDITED, "it does not start from where its lane starts")

    def _in_turn(self, here: _Place, place: _Place) -> None:
        """Judge what a whole row says of its format and its transaction by the row before."""
        row, last = here.row, place.row
        here.format = max(place.format, row.format)
        if row.format < place.format:
            self._found(row, DOWNGRADED, f"it claims format {row.format} after rows of format {place.format}")
        begins = row.format == 1 or row.txid == row.id
        if not begins and not place.suspect and here.seq == place.seq + 1:
            if last is None or (row.txid, row.ts_us) != (last.txid, last.ts_us):
                self._found(row, EDITED, "it is neither of its own transaction nor of that of the row before")

    def _compare(self, here: _Place, sound: int) -> int:
        """Hold the row against the anchors; gives the last seq that an anchor confirmed."""
        anchored = self.expected.of(here.row.lane).get(here.seq)
        if anchored is None or sound < 0:
            return sound
        if anchored[0] == here.hash:
            return here.seq
        self._found(here.row, EDITED, f"{anchored[1]} knows another row here; rewritten after seq {sound}")
        return -1

    def _tail(self, lane: int, place: _Place) -> None:
        """Hold the lane's end against its head and the anchors."""
        seq, head = self.heads.get(lane, (0, NO_HASH))
        anchored = self.expected.of(lane)
        furthest = max(anchored, default=0)
        if place.seq < furthest or place.seq < seq:
            who = anchored[furthest][1] if furthest > place.seq else "the lane's head"
            last = max(furthest, seq)
            detail = f"the rows up to seq {last} are gone, as {who} knows"
            self.findings.append(Finding(lane, place.seq + 1, CUT, detail))
        elif place.seq == seq and place.hash != head and not place.suspect:
            if place.row:
                self._found(place.row, EDITED, "it is not the row that the lane's head knows")
        elif place.seq > seq and self.one_snapshot and place.row:
            self._found(place.row, INSERTED, f"the lane ends at seq {seq}, as its head knows")


def _whole_at(row: Row, shift: int) -> bool:
    return (row._replace(seq=row.seq - shift) if shift else row).is_whole


def _by_seq(rows: Iterator[Row]) -> Iterator[list[Row]]:
    for _, group in itertools.groupby(rows, key=lambda row: row.seq):
        yield list(group)


def _with_next(groups: Iterator[list[Row]]) -> Iterator[tuple[list[Row], list[Row]]]:
    current = next(groups, None)
    while current is not None:
        following = next(groups, None)
        yield current, following or []
        current = following


def _exchanged(broken: list[Row]) -> Iterator[Finding]:
    """Name each broken row: reordered when it is whole in another broken row's place, else edited."""
    compared = broken[:COMPARED_MAX]
    for row in broken:
        other = next((o for o in compared if o is not row and _fits(row, o)), None)
        if other:
            yield Finding(row.lane, row.seq, REORDERED, f"its place is lane {other.lane} seq {other.seq}", row.id)
        else:
            yield Finding(row.lane, row.seq, EDITED, "what it says does not fit its hash", row.id)


def _fits(row: Row, other: Row) -> bool:
    return any(row._replace(**{name: getattr(other, name) for name in names}).is_whole for names in PLACES)
