"""app.audit_make_partitions and app.audit_partition_state: no month is ever missing, no row is ever lost."""

from datetime import UTC, datetime

import psycopg
import pytest

from tests.factories import value

MONTHS = "select relname from pg_class where relname ~ '^audit_log_[0-9_]{7}$' and relkind = 'r' order by 1"


@pytest.fixture
def job(owner, app_connection):
    """verso_app as the jobs use it: acting as the system profile."""
    return app_connection(value(owner, "select app.system_profile()"))


@pytest.fixture(autouse=True)
def _same_months_after(superuser):
    before = set(months(superuser))
    yield
    superuser.execute("set session_replication_role = replica")
    for name in set(months(superuser)) - before:
        superuser.execute(f"drop table {name}")


def months(connection):
    return [name for (name,) in connection.execute(MONTHS)]


def name_of(year, month):
    return f"audit_log_{year:04}_{month:02}"


def month_after(count):
    now = datetime.now(UTC)
    index = now.year * 12 + now.month - 1 + count
    return index // 12, index % 12 + 1


def state(connection):
    return connection.execute("select stray_rows, months_ahead from app.audit_partition_state()").fetchone()


def test_this_month_and_three_ahead_are_there_from_the_start(owner):
    assert {name_of(*month_after(n)) for n in range(4)} <= set(months(owner))
    assert state(owner) == (0, 3)


def test_a_second_run_makes_nothing(job):
    assert value(job, "select app.audit_make_partitions()") == 0
    assert value(job, "select app.audit_make_partitions(5)") == 2
    assert value(job, "select app.audit_make_partitions(5)") == 0
    assert state(job) == (0, 5)


def test_a_month_ends_at_midnight_utc_whatever_the_zone(owner, job):
    owner.execute("set timezone = 'Asia/Tokyo'")
    assert value(owner, "select app.audit_make_partitions(4)") == 1
    (year, month), (next_year, next_month) = month_after(4), month_after(5)
    bound = value(owner, "select pg_get_expr(relpartbound, oid) from pg_class where relname = %s", name_of(year, month))
    owner.execute("set timezone = 'UTC'")
    bound = value(owner, "select pg_get_expr(relpartbound, oid) from pg_class where relname = %s", name_of(year, month))
    assert bound == (
        f"FOR VALUES FROM ('{year:04}-{month:02}-01 00:00:00+00') TO ('{next_year:04}-{next_month:02}-01 00:00:00+00')"
    )


def test_a_missed_month_falls_into_default_and_is_moved_home_whole(owner, job):
    """The job was dead for long: writes went on, the alarm rang, the repair keeps every row and its chain."""
    with owner.transaction():
        for ts in ("2031-05-31 23:59:59.999999+00", "2031-06-01 00:00:00+00", "2031-06-15 12:00:00+00"):
            owner.execute("insert into audit_log (action, entity, ts) values ('sample.late', 'sample', %s)", [ts])
    before = owner.execute("select * from audit_log order by id").fetchall()
    assert state(owner)[0] == 3
    assert value(owner, "select count(*) from audit_log_default") == 3

    assert value(job, "select app.audit_make_partitions()") == 2

    assert owner.execute("select * from audit_log order by id").fetchall() == before
    assert state(owner) == (0, 3)
    where = owner.execute(
        "select tableoid::regclass::text, count(*) from audit_log where entity = 'sample' group by 1 order by 1"
    ).fetchall()
    assert where == [("audit_log_2031_05", 1), ("audit_log_2031_06", 2)]
    assert value(job, "select app.audit_make_partitions()") == 0


def test_without_the_repair_the_month_cannot_be_made(owner):
    """Control: why the repair detaches DEFAULT first."""
    owner.execute("insert into audit_log (action, entity, ts) values ('sample.late', 'sample', '2031-06-15')")
    with pytest.raises(psycopg.errors.CheckViolation):
        owner.execute("select app.audit_make_month('2031-06-01')")


def test_made_and_repaired_partitions_are_as_closed_as_the_first(owner, job):
    owner.execute("insert into audit_log (action, entity, ts) values ('sample.late', 'sample', '2031-06-15')")
    job.execute("select app.audit_make_partitions()")
    for name in ("audit_log_2031_06", "audit_log_default"):
        secured, acl = owner.execute(
            "select relrowsecurity, relacl from pg_class where oid = %s::regclass", [name]
        ).fetchone()
        assert (secured, acl) == (True, None)
        triggers = owner.execute(
            "select tgname, tgenabled from pg_trigger where tgrelid = %s::regclass order by 1", [name]
        ).fetchall()
        assert triggers == [("append_only_rows", "A"), ("append_only_table", "A"), ("audit_chain_row", "A")]
        for change in (f"delete from {name}", f"truncate {name}"):
            if name == "audit_log_default" and change.startswith("delete"):
                continue  # empty: a row trigger has nothing to refuse
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                owner.execute(change)


def test_writers_go_on_while_a_month_is_made(owner, app_connection):
    """Attaching waits for nobody who writes, and nobody who writes waits for it."""
    writer = app_connection()
    with writer.transaction():
        writer.execute("select app.audit_event('sample.made', 'sample', null)")
        owner.execute("set statement_timeout = '3s'")
        assert value(owner, "select app.audit_make_partitions(4)") == 1
        writer.execute("select app.audit_event('sample.made', 'sample', null)")
    assert value(owner, "select count(*) from audit_log where entity = 'sample'") == 2


def test_only_jobs_make_partitions(app_connection, cast):
    for person in (cast.ada, cast.alice, None):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app_connection(person).execute("select app.audit_make_partitions(9)")
    for person in (cast.alice, None):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app_connection(person).execute("select app.audit_partition_state()")
    assert state(app_connection(cast.sam)) == (0, 3)


@pytest.mark.parametrize("months_ahead", [-1, 121, None])
def test_a_wrong_number_of_months_is_refused(job, months_ahead):
    with pytest.raises(psycopg.errors.InvalidParameterValue):
        job.execute("select app.audit_make_partitions(%s)", [months_ahead])
