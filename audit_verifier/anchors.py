"""Anchors: signed copies of all lane heads, kept outside the database."""

import base64
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from .findings import ANCHOR, EDITED, Finding
from .rows import NO_HASH

FORMAT = "verso-audit-anchor-1"


class AnchorUnreadable(Exception):
    """The file, or the stored row, is no anchor at all."""


def canonical_json(value) -> str:
    """Keys sorted, no spaces, ASCII: the text that is hashed and signed."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"))


@dataclass(frozen=True)
class Anchor:
    """The heads of all lanes at one moment, as ``{lane: (seq, hash)}``."""

    number: int
    previous: str
    made_at: str
    rows: int
    heads: dict[int, tuple[int, str]]
    root: str
    key: str
    text: str
    signature: str
    source: str = ""

    @property
    def hash(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()

    @classmethod
    def read(cls, body: dict, signature: str, source: str) -> "Anchor":
        """From the signed object and its signature. Raises AnchorUnreadable."""
        try:
            if body["format"] != FORMAT:
                raise ValueError(f"format {body['format']!r} is unknown")
            heads = {int(lane): (int(seq), str(head)) for lane, seq, head in body["lanes"]}
            return cls(int(body["number"]), body["previous"], body["made_at"], int(body["rows"]), heads,
                       body["root"], body["key"], canonical_json(body), signature, source)  # fmt: skip
        except (KeyError, TypeError, ValueError) as error:
            raise AnchorUnreadable(f"{source} is not an anchor: {error}") from error

    def faults(self, keys: list[str] | None) -> Iterator[str]:
        """What is wrong with the anchor in itself; ``keys`` are the public keys one trusts, None for any."""
        lanes = [[lane, *head] for lane, head in sorted(self.heads.items())]
        if keys is not None and self.key not in keys:
            yield "it is signed with a key that is not trusted"
        elif not _signed(self):
            yield "its signature does not fit"
        if self.root != hashlib.sha256(canonical_json(lanes).encode()).hexdigest():
            yield "its root does not fit its lanes"
        if self.rows != sum(seq for seq, _ in self.heads.values()):
            yield "its number of rows does not fit its lanes"


def _signed(anchor: Anchor) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(base64.b64decode(anchor.key, validate=True))
        key.verify(base64.b64decode(anchor.signature, validate=True), anchor.text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def anchors_from(path: Path) -> list[Anchor]:
    """The anchors of one file, or of all ``*.json`` files of a folder, by number. Raises AnchorUnreadable."""
    files = sorted(path.glob("*.json")) if path.is_dir() else [path]
    if not files:
        raise AnchorUnreadable(f"{path} holds no anchors")
    return sorted((_from_file(file) for file in files), key=lambda anchor: anchor.number)


def _from_file(file: Path) -> Anchor:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        body, signature = document["anchor"], document["signature"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise AnchorUnreadable(f"{file} is not an anchor: {error}") from error
    return Anchor.read(body, signature, str(file))


def stored_anchors(connection, after: int = 0) -> Iterator[Anchor]:
    """The anchors that the database itself keeps, from number ``after`` + 1 on. Raises AnchorUnreadable."""
    query = "select number, payload, signature from public.audit_anchors where number > %s order by number"
    with connection.cursor(name="audit_anchors") as cursor:
        for number, payload, signature in cursor.execute(query, [after]):
            source = f"stored anchor {number}"
            try:
                body = json.loads(payload)
            except ValueError as error:
                raise AnchorUnreadable(f"{source} is not an anchor: {error}") from error
            yield Anchor.read(body, signature, source)


@dataclass
class Expected:
    """What a set of anchors says about rows: ``{lane: {seq: (hash, anchor)}}``."""

    places: dict[int, dict[int, tuple[str, str]]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def of(self, lane: int) -> dict[int, tuple[str, str]]:
        return self.places.get(lane, {})

    def add(self, anchors: Iterable[Anchor], keys: list[str] | None, gapless_after: int | None = None) -> None:
        """Check each anchor and its link to the one before; only sound anchors say anything about rows.

        With ``gapless_after`` the numbers must go on from there without a gap.
        """
        before = None
        for anchor in anchors:
            faults = list(anchor.faults(keys)) + list(_link_faults(before, anchor))
            if gapless_after is not None and anchor.number != gapless_after + 1:
                faults.append(f"anchor {gapless_after + 1} is missing before it")
            self.findings += [Finding(None, None, ANCHOR, f"{anchor.source}: {fault}") for fault in faults]
            if not faults:
                self._expect(anchor)
            before = anchor
            gapless_after = None if gapless_after is None else anchor.number

    def _expect(self, anchor: Anchor) -> None:
        for lane, (seq, head) in anchor.heads.items():
            known = self.places.setdefault(lane, {}).setdefault(seq, (head, anchor.source))
            if known[0] != head:
                detail = f"{known[1]} and {anchor.source} do not agree on this row"
                self.findings.append(Finding(lane, seq, EDITED, detail))


def _link_faults(before: Anchor | None, anchor: Anchor) -> Iterator[str]:
    follows_from = NO_HASH if anchor.number == 1 else before.hash if before else None
    if before and anchor.number not in (1, before.number + 1):
        return
    if follows_from is not None and anchor.previous != follows_from:
        yield "it does not follow from the anchor before"
