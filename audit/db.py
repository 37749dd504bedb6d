"""One Python function per SQL function of the audit log. SQL and locks of this app live here only."""

from uuid import UUID

from django.db import connection, connections
from psycopg.types.json import Jsonb

from lib import db


def audit_event(action: str, entity: str, entity_id: UUID | None, deal_id: UUID | None, before, after) -> int:
    """Write one row as the acting profile; gives its id. Needs a transaction and an identity. Raises Busy."""
    bodies = [None if body is None else Jsonb(body) for body in (before, after)]
    return db.call("select app.audit_event(%s, %s, %s, %s, %s, %s)", [action, entity, entity_id, deal_id, *bodies])


def audit_make_partitions(months_ahead: int) -> int:
    """Make the missing months; gives how many. As the system profile. Raises NotAllowed, BadValue, Busy."""
    return db.call("select app.audit_make_partitions(%s)", [months_ahead])


def audit_partition_state() -> dict[str, int]:
    """``stray_rows`` in the DEFAULT partition and ``months_ahead``. As staff or a job. Raises NotAllowed."""
    return db.rows("select stray_rows, months_ahead from app.audit_partition_state()")[0]


def audit_anchor_write(number: int, anchor_hash: str, payload: str, signature: str) -> None:
    """Store the next anchor. As the system profile. Raises NotAllowed, BadValue for a number out of turn."""
    db.call("select app.audit_anchor_write(%s, %s, %s, %s)", [number, anchor_hash, payload, signature])


def audit_claim_anchoring() -> bool:
    """Become the one process that writes an anchor, until the transaction ends. Never waits. Raises NotAllowed."""
    return db.call("select app.audit_claim_anchoring()")


def lane_heads() -> list[list]:
    """``[lane, seq, hash]`` of every lane that has rows, in order, from one snapshot."""
    found = db.rows("select lane, seq, hash from public.audit_lanes where seq > 0 order by lane")
    return [[head["lane"], head["seq"], head["hash"]] for head in found]


def rows_by_month(heads: list[list], since: str) -> dict[str, int]:
    """How many rows up to these heads each month (UTC) holds, for months from ``since`` on."""
    counted = db.rows(
        "select to_char(a.ts at time zone 'UTC', 'YYYY-MM') as month, count(*) as rows"
        " from public.audit_log a"
        " join unnest(%s::int[], %s::bigint[]) h(lane, seq) on h.lane = a.lane and a.seq <= h.seq"
        " where a.ts >= %s::timestamptz group by 1 order by 1",
        [[lane for lane, _, _ in heads], [seq for _, seq, _ in heads], since],
    )
    return {month["month"]: month["rows"] for month in counted}


def deal_with_code(code: str) -> UUID | None:
    """A deal's id, under the caller's own policies. Asked of the table: this app knows no deals."""
    return db.call("select id from public.deals where code = %s", [code])


def database_time() -> str:
    """The database's clock, UTC, to the second: the time an anchor states."""
    return db.call("select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')")


def in_one_snapshot(profile_id: UUID, read):
    """Run ``read(psycopg connection)`` on a connection of its own, read only, in one snapshot, as a profile.

    The request's transaction is READ COMMITTED: in it, every statement would see another state of the log.
    """
    own = connections.create_connection(connection.alias)
    try:
        own.ensure_connection()
        with own.connection.transaction():
            own.connection.execute("set transaction isolation level repeatable read, read only")
            own.connection.execute("select set_config('app.user_id', %s, true)", [str(profile_id)])
            return read(own.connection)
    finally:
        own.close()
