"""One row of ``audit_log`` and its hash, as ``docs/audit-format.md`` defines them."""

import hashlib
from json.encoder import encode_basestring as _quoted  # as PostgreSQL does: no character beyond ASCII escaped
from typing import NamedTuple

NO_HASH = "0" * 64

SELECT = """
select a.format, a.lane, a.seq, a.id, (extract(epoch from a.ts) * 1000000)::bigint, a.txid, a.prev_hash, a.hash,
       a.actor_user_id::text, a.actor_role, a.acting_for::text, a.db_user,
       a.action, a.entity, a.entity_id::text, a.deal_id::text, a.before::text, a.after::text,
       a.ip, a.user_agent, a.request_id
  from public.audit_log a
"""


class Row(NamedTuple):
    format: int
    lane: int
    seq: int
    id: int
    ts_us: int
    txid: int | None
    prev_hash: str
    hash: str
    actor_user_id: str | None
    actor_role: str | None
    acting_for: str | None
    db_user: str | None
    action: str | None
    entity: str | None
    entity_id: str | None
    deal_id: str | None
    before: str | None
    after: str | None
    ip: str | None
    user_agent: str | None
    request_id: str | None

    @property
    def body(self) -> str:
        """A JSON array of every field; ``before`` and ``after`` stand in it as the database prints them."""
        place = f"{self.lane}, {self.seq}, {self.id}, {self.ts_us}"
        texts = ", ".join(["null" if text is None else _quoted(text) for text in self[8:16]])
        origin = ", ".join(["null" if text is None else _quoted(text) for text in self[18:]])
        start = f"{_quoted(self.prev_hash)}, {place}" if self.format == 1 else f"2, {place}, {_number(self.txid)}"
        return f"[{start}, {texts}, {self.before or 'null'}, {self.after or 'null'}, {origin}]"

    @property
    def true_hash(self) -> str:
        """The hash that the row ought to carry; none where its format is none."""
        body = self.body.encode()
        if self.format == 1:
            return hashlib.sha256(body).hexdigest() if self.txid is None else ""
        return chained(self.prev_hash, hashlib.sha256(body).digest()) if self.format == 2 else ""

    @property
    def is_whole(self) -> bool:
        return self.hash == self.true_hash


def chained(prev_hash: str, digest: bytes) -> str:
    """The hash of a row of format 2, from the hash before it and the digest of its body alone."""
    try:
        before = bytes.fromhex(prev_hash)
    except ValueError:
        return ""
    return hashlib.sha256(before + digest).hexdigest() if prev_hash == before.hex() else ""


def _number(value: int | None) -> str:
    return "null" if value is None else str(value)
