"""Table audit_log and its neighbours: append-only for everybody, read by staff, through the parent only."""

import psycopg
import pytest

from tests.factories import value

REFUSED = psycopg.errors.InsufficientPrivilege
CHANGES = [
    "update {} set action = 'other'",
    "delete from {}",
    "truncate {}",
]


@pytest.fixture
def entry(owner):
    """One row of this month, and the name of the partition it lies in."""
    owner.execute("insert into audit_log (action, entity) values ('sample.made', 'sample')")
    return value(owner, "select tableoid::regclass::text from audit_log where entity = 'sample'")


def rows(connection):
    return connection.execute("select id, action, hash from audit_log order by id").fetchall()


@pytest.mark.parametrize("change", CHANGES)
def test_nobody_changes_or_removes_a_row(owner, superuser, app_connection, cast, entry, change):
    before = rows(owner)
    superuser.execute("set session_replication_role = replica")
    for connection, table in (
        (owner, "audit_log"),
        (owner, entry),
        (superuser, "audit_log"),
        (superuser, entry),
        (app_connection(cast.ada), "audit_log"),
    ):
        with pytest.raises(REFUSED):
            connection.execute(change.format(table))
    assert rows(owner) == before


def test_anchors_are_append_only(owner):
    owner.execute("select app.audit_anchor_write(1, 'h', '{}', 's')")
    for change in (
        "update audit_anchors set hash = 'x'",
        "delete from audit_anchors",
        "truncate audit_anchors",
    ):
        with pytest.raises(REFUSED):
            owner.execute(change)
    assert owner.execute("select number, hash from audit_anchors").fetchall() == [(1, "h")]


def test_only_jobs_write_anchors_and_in_turn(owner, app_connection, cast):
    write = "select app.audit_anchor_write(%s, %s, '{}', 's')"
    for person in (cast.ada, cast.alice, None):
        with pytest.raises(REFUSED):
            app_connection(person).execute(write, [1, "h"])
    job = app_connection(value(owner, "select app.system_profile()"))
    job.execute(write, [1, "h"])
    for number in (1, 3, 0, None):
        with pytest.raises(psycopg.errors.InvalidParameterValue):
            job.execute(write, [number, "other"])
    assert value(owner, "select count(*) from audit_anchors") == 1


def test_staff_read_the_log_and_nobody_else(owner, app_connection, readonly_connection, cast, entry):
    owner.execute("select app.audit_anchor_write(1, 'h', '{}', 's')")
    all_rows = len(rows(owner))
    for person in (cast.sam, cast.rita, cast.ada):
        staff = app_connection(person)
        assert len(rows(staff)) == all_rows
        assert value(staff, "select count(*) from audit_lanes") == 256
        assert value(staff, "select count(*) from audit_anchors") == 1
    for person in (cast.alice, cast.larry, cast.ingrid, None, "44444444-4444-4444-8444-444444444444"):
        other = app_connection(person)
        for table in ("audit_log", "audit_lanes", "audit_anchors"):
            assert value(other, f"select count(*) from {table}") == 0
    with pytest.raises(REFUSED):
        readonly_connection(cast.ada).execute("select 1 from audit_log")


def test_a_disabled_member_of_staff_reads_nothing(owner, app_connection, cast, entry):
    owner.execute("update profiles set is_active = false where id = %s", [cast.sam.id])
    assert rows(app_connection(cast.sam)) == []


def test_partitions_are_granted_to_nobody(owner, app_connection, cast, entry):
    children = owner.execute(
        "select c.oid::regclass::text, c.relrowsecurity, c.relacl is null from pg_inherits i"
        " join pg_class c on c.oid = i.inhrelid where i.inhparent = 'audit_log'::regclass"
    ).fetchall()
    assert len(children) >= 5
    assert {(secured, ungranted) for _, secured, ungranted in children} == {(True, True)}
    for name, _, _ in children:
        with pytest.raises(REFUSED):
            app_connection(cast.ada).execute(f"select 1 from {name}")


def test_the_application_has_no_way_in_but_the_functions(owner):
    granted = owner.execute(
        "select table_name, privilege_type from information_schema.role_table_grants"
        " where grantee = 'verso_app' and table_name like 'audit%' order by 1, 2"
    ).fetchall()
    assert granted == [("audit_anchors", "SELECT"), ("audit_lanes", "SELECT"), ("audit_log", "SELECT")]
    callable_by_app = owner.execute(
        "select p.proname from pg_proc p where p.pronamespace = 'app'::regnamespace"
        " and p.proname ~ '^audit|append_only|refuse_(change|truncate)'"
        " and has_function_privilege('verso_app', p.oid, 'execute') order by 1"
    ).fetchall()
    assert [name for (name,) in callable_by_app] == [
        "audit_anchor_write", "audit_claim_anchoring", "audit_event", "audit_make_partitions", "audit_partition_state",
    ]  # fmt: skip
    assert not value(owner, "select has_sequence_privilege('verso_app', 'audit_log_id_seq', 'usage, update')")


def test_the_seeds_columns_stand(owner):
    columns = owner.execute(
        "select column_name, data_type from information_schema.columns where table_name = 'audit_log'"
        " order by ordinal_position limit 8"
    ).fetchall()
    assert columns == [
        ("id", "bigint"), ("actor_user_id", "uuid"), ("action", "text"), ("entity", "text"),
        ("entity_id", "uuid"),
        ("ts", "timestamp with time zone"), ("hash", "text"), ("prev_hash", "text"),
    ]  # fmt: skip


def test_searches_use_their_index_under_the_policy(owner, app_connection, cast):
    """The filters of the page are leakproof, so the policy does not cost them their index."""
    staff = app_connection(cast.sam)
    staff.execute("set enable_seqscan = off")
    for condition, index in (
        ("entity = 'deals' and entity_id = '44444444-4444-4444-8444-444444444444'", "entity_id_idx"),
        ("deal_id = '44444444-4444-4444-8444-444444444444'", "deal_id_id"),
        ("id < 1000 order by id desc limit 50", "pkey"),
    ):
        plan = "\n".join(line for (line,) in staff.execute(f"explain select id from audit_log where {condition}"))
        assert index in plan
        assert "Seq Scan on audit_log" not in plan
