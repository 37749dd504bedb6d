"""app.audit_goes_on and app.audit_time: one id and one time for all rows of a transaction, and nobody else's."""

import psycopg
import pytest

from tests.factories import value

WRITE = "select app.audit_write('sample.made', 'sample', null)"
MANY = (
    "select app.audit_write_many('sample.made', 'sample', array(select gen_random_uuid() from generate_series(1, 3)))"
)
SEED = "insert into audit_log (action, entity) values ('sample.made', 'sample')"
EVENT = "select app.audit_event('sample.made', 'sample', null)"


def transactions(owner) -> list[tuple[int, int]]:
    """Each transaction told by the sample rows, as (txid, rows); in each, one time and a first row that names it."""
    told = owner.execute(
        "select txid, count(*), count(distinct ts), min(id), count(distinct lane) from audit_log"
        " where entity = 'sample' group by txid order by txid"
    ).fetchall()
    assert [(times, first, lanes) for _, _, times, first, lanes in told] == [(1, txid, 1) for txid, *_ in told]
    return [(txid, rows) for txid, rows, *_ in told]


def sizes(owner) -> list[int]:
    return [rows for _, rows in transactions(owner)]


def test_all_rows_of_a_transaction_bear_one_id_and_one_time(owner):
    for statements in ([WRITE, MANY, SEED, EVENT, WRITE], [MANY, WRITE, SEED], [SEED, SEED, MANY], [EVENT]):
        with owner.transaction():
            for statement in statements:
                owner.execute(statement)
                owner.execute("select pg_sleep(0.001)")
    assert sizes(owner) == [7, 5, 5, 1]


def test_the_next_transaction_on_the_lane_is_another(owner):
    for _ in range(3):
        owner.execute(WRITE)
    assert sizes(owner) == [1, 1, 1]
    times = [ts for (ts,) in owner.execute("select ts from audit_log where entity = 'sample' order by id")]
    assert times == sorted(set(times))


def test_a_savepoint_is_the_same_transaction(owner):
    with owner.transaction():
        with owner.transaction():
            owner.execute(WRITE)
        with owner.transaction(force_rollback=True):
            owner.execute(WRITE)
        owner.execute(WRITE)
    assert sizes(owner) == [2]


def test_a_first_row_that_was_rolled_back_names_nothing(owner):
    with owner.transaction():
        with owner.transaction(force_rollback=True):
            owner.execute(WRITE)
        owner.execute(WRITE)
        owner.execute(WRITE)
    assert sizes(owner) == [2]


def test_the_time_is_when_the_first_row_was_written_not_when_the_transaction_began(owner):
    with owner.transaction():
        owner.execute("select pg_sleep(0.02)")
        owner.execute(WRITE)
        late = "select ts - now() > interval '15 ms' from audit_log where entity = 'sample'"
        assert value(owner, late) is True


def test_who_wrote_on_the_lane_since_this_transaction_began_was_another(owner, open_connection):
    other = open_connection("owner")
    for connection in (owner, other):
        connection.execute("select set_config('app.audit_lane', '7', false)")
    with owner.transaction():
        owner.execute("select now()")
        other.execute(WRITE)
        owner.execute(WRITE)
        owner.execute(MANY)
    owner.execute("reset app.audit_lane")
    assert sizes(owner) == [1, 4]
    assert value(owner, "select count(distinct lane) from audit_log where entity = 'sample'") == 1


def test_a_head_restored_from_another_server_is_not_taken_for_ours(owner, superuser):
    """There the same transaction id was somebody else's, at a time before this transaction began."""
    owner.execute(WRITE)
    (earlier,) = transactions(owner)
    with owner.transaction():
        xid = value(owner, "select pg_current_xact_id()::text")
        superuser.execute("update audit_lanes set xid = %s", [xid])
        owner.execute(WRITE)
        owner.execute(MANY)
        owner.execute(SEED)
    assert transactions(owner)[0] == earlier
    assert sizes(owner) == [1, 5]


@pytest.mark.parametrize("moment", ["2031-06-15", "2021-06-15"])
def test_rows_that_the_owner_dates_stand_by_themselves(owner, moment):
    dated = f"insert into audit_log (action, entity, ts) values ('sample.made', 'sample', '{moment}')"
    with owner.transaction():
        for statement in (WRITE, dated, dated, SEED, WRITE):
            owner.execute(statement)
    assert sizes(owner) == [1, 1, 1, 2]
    with owner.transaction():
        owner.execute(dated)
        owner.execute(MANY)
    assert sizes(owner) == [1, 1, 1, 2, 1, 3]


def test_the_application_sets_neither(owner, app_connection, cast):
    app = app_connection(cast.ada)
    head = "update audit_lanes set xid = pg_current_xact_id()::text, txid = 1, ts = now() + interval '1 h'"
    for refused in (head, "select app.audit_time()", "select app.audit_goes_on('1', now())"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(refused)
    with app.transaction():
        for name in ("xid", "txid", "ts", "audit_txid", "audit_ts"):
            app.execute("select set_config(%s, '1', true)", [f"app.{name}"])
        app.execute(EVENT)
        app.execute(EVENT)
    assert sizes(owner) == [2]
