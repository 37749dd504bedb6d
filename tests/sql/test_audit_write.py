"""app.audit_write, audit_write_many, audit_event and the owner's plain insert: one exact chain."""

import hashlib
import json
from uuid import UUID

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.audit import tampering
from tests.factories import act_as, value

RECORD = UUID("11111111-1111-4111-8111-111111111111")
OTHER = UUID("22222222-2222-4222-8222-222222222222")
DEAL = UUID("33333333-3333-4333-8333-333333333333")
NO_HASH = "0" * 64
MINE = (
    "select lane, seq, id, (extract(epoch from ts) * 1000000)::bigint, prev_hash, hash, actor_user_id::text,"
    " actor_role, acting_for::text, db_user, action, entity, entity_id::text, deal_id::text, before,"
    " after, ip,"
    " user_agent, request_id, txid, ts from audit_log where entity = 'sample' order by id"
)

HELD_LANES = (
    "select array_agg(objid::int order by objid) from pg_locks"
    " where locktype = 'advisory' and classid = 4157 and granted and pid = %s"
)


@pytest.fixture(autouse=True)
def _lanes_begin_at_one(superuser):
    """Whichever lane a connection comes by."""
    tampering.empty(superuser)


@pytest.fixture
def definer(superuser):
    """A connection with the rights of verso_definer: what every definer function runs with."""
    superuser.execute("set role verso_definer")
    return superuser


def sample_rows(connection):
    return connection.execute(MINE).fetchall()


def hash_by_hand(row) -> str:
    """By hand from docs/audit-format.md, for bodies whose keys need no sorting."""
    lane, seq, row_id, ts, prev_hash, _, *rest, txid, _ = row
    body = json.dumps([2, lane, seq, row_id, ts, txid, *rest], ensure_ascii=False)
    return hashlib.sha256(bytes.fromhex(prev_hash) + hashlib.sha256(body.encode()).digest()).hexdigest()


def assert_chained(rows, start=NO_HASH):
    for row in rows:
        assert row[4] == start
        assert row[5] == hash_by_hand(row)
        start = row[5]


def test_a_row_says_who_what_when_and_from_where(owner, definer, cast):
    definer.execute("begin")
    act_as(definer, cast.sam.id, local=True)
    definer.execute(
        "select set_config('app.ip', '192.0.2.7', true), set_config('app.user_agent', 'Sample \"1\""
        " é', true),"
        " set_config('app.request_id', 'r-1', true), set_config('app.acting_for', %s, true)",
        [str(cast.alice.id)],
    )
    row_id = value(
        definer, "select app.audit_write('sample.made', 'sample', %s, %s, %s, %s)",
        RECORD, DEAL, Jsonb({"a": 1}), Jsonb({"a": "2.50"}),
    )  # fmt: skip
    definer.execute("commit")
    (row,) = sample_rows(owner)
    assert row[2] == row_id
    assert row[6:-2] == (
        str(cast.sam.id), "staff_ops", str(cast.alice.id), "postgres", "sample.made", "sample", str(RECORD),
        str(DEAL), {"a": 1}, {"a": "2.50"}, "192.0.2.7", 'Sample "1" é', "r-1",
    )  # fmt: skip
    assert_chained([row], start=row[4])
    assert value(owner, "select clock_timestamp() - ts < interval '10 s' from audit_log where id = %s", row_id)


def test_without_identity_nobody_acted(owner, definer):
    definer.execute("select app.audit_write('sample.made', 'sample', null)")
    (row,) = sample_rows(owner)
    assert row[6:9] == (None, None, None)
    assert row[9:-2] == ("postgres", "sample.made", "sample", None, None, None, None, None, None, None)


def test_the_caller_may_name_actor_and_role(owner, definer, cast):
    definer.execute(
        "select app.audit_write('sample.made', 'sample', null, p_actor => %s, p_actor_role => 'as told')",
        [cast.abe.id],
    )
    assert sample_rows(owner)[0][6:8] == (str(cast.abe.id), "as told")


def test_several_rows_of_one_transaction_stay_on_one_lane(owner, definer):
    with definer.transaction():
        for _ in range(3):
            definer.execute("select app.audit_write('sample.made', 'sample', %s)", [RECORD])
    rows = sample_rows(owner)
    assert len({row[0] for row in rows}) == 1
    assert [row[1] for row in rows] == [1, 2, 3]
    assert_chained(rows)
    head = owner.execute("select seq, prev_hash, hash from audit_lanes where lane = %s", [rows[0][0]]).fetchone()
    assert head == (3, rows[1][5], rows[2][5])


def test_many_rows_at_once_are_chained_in_the_order_given(owner, definer):
    with definer.transaction():
        definer.execute("select app.audit_write('sample.before', 'sample', null)")
        made = value(
            definer, "select app.audit_write_many('sample.made', 'sample', %s, %s, null, %s)",
            [RECORD, OTHER, None], [DEAL, None, None], [Jsonb({"n": 1}), None, Jsonb({"n": 3})],
        )  # fmt: skip
        definer.execute("select app.audit_write('sample.after', 'sample', null)")
    rows = sample_rows(owner)
    assert made == 3
    assert [(row[1], row[10], row[12], row[13], row[15]) for row in rows] == [
        (1, "sample.before", None, None, None),
        (2, "sample.made", str(RECORD), str(DEAL), {"n": 1}),
        (3, "sample.made", str(OTHER), None, None),
        (4, "sample.made", None, None, {"n": 3}),
        (5, "sample.after", None, None, None),
    ]
    assert_chained(rows)
    head = owner.execute("select seq, prev_hash, hash from audit_lanes where lane = %s", [rows[0][0]]).fetchone()
    assert head == (5, rows[3][5], rows[4][5])


@pytest.mark.parametrize("count", [0, 1, 2])
def test_many_rows_may_be_few(owner, definer, count):
    assert value(definer, "select app.audit_write_many('sample.made', 'sample', %s::uuid[])", [RECORD] * count) == count
    rows = sample_rows(owner)
    assert [row[12] for row in rows] == [str(RECORD)] * count
    assert_chained(rows)


def test_the_owner_inserts_with_the_seeds_columns_alone(owner):
    statement = "insert into audit_log (actor_user_id, action, entity, entity_id) values (%s, %s, 'sample', %s)"
    with owner.transaction():
        owner.execute(statement, [OTHER, "sample.one", RECORD])
        owner.execute(statement, [None, "sample.two", None])
    rows = sample_rows(owner)
    assert [(row[1], row[6], row[9], row[10], row[12]) for row in rows] == [
        (1, str(OTHER), "verso_owner", "sample.one", str(RECORD)),
        (2, None, "verso_owner", "sample.two", None),
    ]
    assert_chained(rows)


def test_a_rollback_leaves_no_gap(owner, definer):
    write = "select app.audit_write('sample.made', 'sample', null)"
    definer.execute(write)
    with definer.transaction(force_rollback=True):
        definer.execute(write)
        definer.execute("select app.audit_write_many('sample.made', 'sample', %s)", [[RECORD, OTHER]])
    with definer.transaction():
        with definer.transaction(force_rollback=True):
            definer.execute(write)
        definer.execute(write)
    rows = sample_rows(owner)
    assert [row[1] for row in rows] == [1, 2]
    assert_chained(rows)


def test_the_hash_does_not_depend_on_the_session(owner, definer):
    row_id = value(definer, "select app.audit_write('sample.made', 'sample', null, null, null, %s)", Jsonb({"é": [1]}))
    again = (
        "select hash, app.audit_hash(prev_hash, lane, seq, id, ts, txid, actor_user_id, actor_role,"
        " acting_for, db_user,"
        " action, entity, entity_id, deal_id, before, after, ip, user_agent, request_id)"
        " from audit_log where id = %s"
    )
    for zone, style in (("UTC", "ISO"), ("Asia/Tokyo", "German"), ("America/St_Johns", "SQL")):
        owner.execute(f"set timezone = '{zone}'")
        owner.execute(f"set datestyle = '{style}'")
        stored, computed = owner.execute(again, [row_id]).fetchone()
        assert stored == computed
    written_in_tokyo = value(owner, "insert into audit_log (action, entity) values ('z', 'sample') returning id")
    owner.execute("reset timezone")
    assert len(set(owner.execute(again, [written_in_tokyo]).fetchone())) == 1


def test_every_field_is_in_the_hash(owner, definer):
    """Control for a field left out: change one argument at a time, and the hash is another."""
    plain = "'aa', 1, 1::bigint, 1::bigint, '2026-01-01'::timestamptz, 1::bigint" + ", null" * 13
    arguments = plain.split(", ")
    changed = [
        "'bb'", "2", "2::bigint", "2::bigint", "'2026-01-01 00:00:00.000001'::timestamptz", "2::bigint",
        f"'{OTHER}'", "'role'", f"'{OTHER}'", "'login'", "'action'", "'entity'", f"'{OTHER}'", f"'{OTHER}'",
        "'{}'", "'{}'", "'ip'", "'agent'", "'request'",
    ]  # fmt: skip
    assert len(changed) == len(arguments) == 19
    hashes = {value(owner, f"select app.audit_hash({plain})")}
    for place, other in enumerate(changed):
        one_changed = [*arguments[:place], other, *arguments[place + 1 :]]
        hashes.add(value(owner, f"select app.audit_hash({', '.join(one_changed)})"))
    assert len(hashes) == 20


def test_the_application_writes_events_only_as_itself(owner, app_connection, cast):
    app = app_connection(cast.rita)
    row_id = value(app, "select app.audit_event('sample.opened', 'sample', %s)", RECORD)
    (row,) = sample_rows(owner)
    assert (row[2], row[6], row[7], row[9], row[12]) == (
        row_id, str(cast.rita.id), "staff_rm", "verso_app", str(RECORD),
    )  # fmt: skip
    for refused in (
        "select app.audit_write('sample.forged', 'sample', null)",
        "select app.audit_write_many('sample.forged', 'sample', '{}')",
        "select app.audit_event('allocation.made', 'sample', null)",
        "select app.audit_event('hold.placed', 'sample', null)",
        "select app.audit_event('profiles.update', 'sample', null)",
        "insert into audit_log (action) values ('sample.forged')",
        "update audit_lanes set seq = 0",
        "insert into audit_anchors (number, hash, payload, signature) values (1, '', '', '')",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(refused)
    assert len(sample_rows(owner)) == 1


def test_an_event_needs_an_action(owner, app_connection):
    for action in ("", None):
        with pytest.raises(psycopg.errors.InvalidParameterValue):
            app_connection().execute("select app.audit_event(%s, 'sample', null)", [action])
    assert sample_rows(owner) == []


def test_all_lanes_taken_answers_busy_at_once(owner, definer):
    with owner.transaction():
        owner.execute("select pg_advisory_xact_lock(4157, lane) from audit_lanes")
        with pytest.raises(psycopg.Error) as refused:
            definer.execute("select app.audit_write('sample.made', 'sample', null)")
    assert refused.value.sqlstate == "DL002"
    assert sample_rows(owner) == []


def test_a_taken_lane_sends_the_writer_to_the_next_and_it_stays_there(owner, definer):
    own = value(definer, "select pg_backend_pid() & 255")
    with owner.transaction():
        owner.execute("select pg_advisory_xact_lock(4157, %s)", [own])
        definer.execute("begin")
        definer.execute("select app.audit_write('sample.made', 'sample', null)")
    definer.execute("select app.audit_write('sample.made', 'sample', null)")
    definer.execute("commit")
    definer.execute("select app.audit_write('sample.made', 'sample', null)")
    lanes = [row[0] for row in sample_rows(owner)]
    assert lanes == [(own + 1) & 255, (own + 1) & 255, own]


def test_a_hint_without_the_lock_does_not_fork(owner, definer, open_connection):
    """The setting that names a lane is a hint: whoever sets it must still win the lock."""
    with owner.transaction():
        owner.execute("select pg_advisory_xact_lock(4157, 9)")
        with definer.transaction():
            definer.execute("select set_config('app.audit_lane', '9', true)")
            definer.execute("select app.audit_write('sample.made', 'sample', null)")
    assert [row[0] for row in sample_rows(owner)] == [10]


def test_the_application_keeps_one_lane_however_often_it_asks_for_others(owner, app_connection):
    """Whoever could claim a lane by name could claim all of them, and nobody else would sign in or buy."""
    app = app_connection()
    own = value(app, "select pg_backend_pid() & 255")
    with app.transaction():
        for lane in ((own + 5) & 255, "", *range(256), "", "nonsense", "99999999999"):
            app.execute("select set_config('app.audit_lane', %s, true)", [str(lane)])
            app.execute("select app.audit_event('sample.made', 'sample', null)")
        assert value(owner, HELD_LANES, app.info.backend_pid) == [own]


def test_the_application_keeps_two_lanes_at_most(owner, app_connection):
    """Its own was taken at first and came free: with the setting away it has that as well, and no way to a third."""
    app = app_connection()
    own = value(app, "select pg_backend_pid() & 255")
    with app.transaction():
        for taken in ([own], [], [own + 1, own + 2], [own + 3]):
            with owner.transaction():
                for lane in taken:
                    owner.execute("select pg_try_advisory_xact_lock(4157, %s)", [lane & 255])
                app.execute("select set_config('app.audit_lane', '', true)")
                app.execute("select app.audit_event('sample.made', 'sample', null)")
        assert value(owner, HELD_LANES, app.info.backend_pid) == sorted([own, (own + 1) & 255])


def test_heads_are_updated_in_place(owner, definer):
    """A head's update must stay HOT: no index on what changes, and room in the page."""
    counted = "select n_tup_upd, n_tup_hot_upd from pg_stat_user_tables where relname = 'audit_lanes'"
    before = owner.execute(counted).fetchone()  # tests with long transactions ran in this database
    for _ in range(200):
        definer.execute("select app.audit_write('sample.made', 'sample', null)")
    definer.execute("reset role")
    definer.execute("select pg_stat_force_next_flush()")
    updates, hot = (now - then for now, then in zip(owner.execute(counted).fetchone(), before, strict=True))
    assert updates >= 200
    assert hot / updates > 0.95
