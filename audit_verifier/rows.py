"""One row of ``audit_log`` and its hash, as ``docs/audit-format.md`` defines them."""

import hashlib
from json.encoder import encode_basestring as _quoted  # as PostgreSQL does: no character beyond ASCII escaped
from typing import NamedTuple

NO_HASH = "0" * 64

SELECT = """
select a.lane, a.seq, a.id, (extract(epoch from a.ts) * 1000000)::bigint, a.prev_hash, a.hash,
       a.actor_user_id::text, a.actor_role, a.acting_for::text, a.db_user,
       a.action, a.entity, a.entity_id::text, a.deal_id::text, a.before::text, a.after::text,
       a.ip, a.user_agent, a.request_id
  from public.audit_log a
"""


class Row(NamedTuple):
    lane: int
    seq: int
    id: int
    ts_us: int
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
    def canonical(self) -> str:
        """A JSON array of every field; ``before`` and ``after`` stand in it as the database prints them."""
        texts = ", ".join(["null" if text is None else _quoted(text) for text in self[6:14]])
        origin = ", ".join(["null" if text is None else _quoted(text) for text in self[16:]])
        return (
            f"[{_quoted(self.prev_hash)}, {self.lane}, {self.seq}, {self.id}, {self.ts_us}, {texts}, "
            f"{self.before or 'null'}, {self.after or 'null'}, {origin}]"
        )

    @property
    def true_hash(self) -> str:
        """The hash that the row ought to carry."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()

    @property
    def is_whole(self) -> bool:
        return self.hash == self.true_hash
