"""What an attacker with the superuser's rights would do to the log, triggers off, as plainly as possible."""

from contextlib import contextmanager
from pathlib import Path

FIELDS = (
    "prev_hash, lane, seq, id, ts, txid, actor_user_id, actor_role, acting_for, db_user, action, entity, entity_id,"
    " deal_id, before, after, ip, user_agent, request_id"
)

# The hash of format 1, as docs/audit-format.md defines it.
OLD_HASH = (
    "encode(sha256(convert_to(json_build_array(prev_hash, lane, seq, id, (extract(epoch from ts) * 1000000)::bigint,"
    f" {FIELDS.partition('txid, ')[2]})::text, 'UTF8')), 'hex')"
)
FORMAT_1 = (Path(__file__).parent / "format_1.sql").read_text(encoding="utf-8")


def write(owner, lane: int, count: int) -> list[int]:
    """So many rows on one lane, each in a transaction of its own; gives their ids."""
    ids = []
    for number in range(count):
        with owner.transaction():
            owner.execute("select set_config('app.audit_lane', %s, true)", [str(lane)])
            ids.append(
                owner.execute(
                    "select app.audit_write('sample.made', 'sample', gen_random_uuid(), gen_random_uuid(),"
                    " null, jsonb_build_object('number', %s::int, 'text', %s::text))",
                    [number + 1, 'é " \\ \n\t/\x7f\u2028'],
                ).fetchone()[0]
            )
    return ids


@contextmanager
def triggers_off(superuser):
    superuser.execute("set session_replication_role = replica")
    superuser.execute("alter table audit_log disable trigger all")
    superuser.execute("alter table audit_anchors disable trigger all")
    yield superuser
    for trigger in ("append_only_rows", "append_only_table", "audit_chain_row"):
        superuser.execute(f"alter table audit_log enable always trigger {trigger}")
    for trigger in ("append_only_rows", "append_only_table"):
        superuser.execute(f"alter table audit_anchors enable always trigger {trigger}")
    superuser.execute("reset session_replication_role")


def empty(superuser) -> None:
    """A log without a row, not even of what migrations told."""
    with triggers_off(superuser):
        superuser.execute("delete from audit_log")
        superuser.execute("update audit_lanes set seq = 0, prev_hash = default, hash = default where seq > 0")


def rehash(superuser, row_id: int) -> None:
    """Give one row the hash that fits what it now says, in the format it now claims."""
    superuser.execute(
        f"update audit_log set hash = case format when 2 then app.audit_hash({FIELDS})"
        f" else {OLD_HASH} end where id = %s",
        [row_id],
    )


def rewrite_after(superuser, lane: int, seq: int) -> None:
    """Chain every row of a lane anew from ``seq`` on, and move the head along: a perfect forgery."""
    ids = superuser.execute(
        "select id from audit_log where lane = %s and seq >= %s order by seq", [lane, seq]
    ).fetchall()
    for (row_id,) in ids:
        superuser.execute(
            "update audit_log a set prev_hash = coalesce((select p.hash from audit_log p where"
            " p.lane = a.lane"
            " and p.seq = a.seq - 1), repeat('0', 64)) where id = %s",
            [row_id],
        )
        rehash(superuser, row_id)
    move_head(superuser, lane)


def move_head(superuser, lane: int) -> None:
    """Let the head say what the lane's last row says."""
    superuser.execute(
        "update audit_lanes l set (seq, hash) = (select a.seq, a.hash from audit_log a where a.lane = l.lane"
        " order by a.seq desc limit 1) where lane = %s",
        [lane],
    )
