"""Many writers at once, on real overlapping transactions: no chain forks, nobody waits, nothing deadlocks."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest

from lib.sqlfile import read_sql
from tests.factories import value

WRITERS, ROUNDS = 24, 8
WRITE = "select app.audit_event('sample.made', 'sample', null)"


def run_together(connections, work):
    """Start all at one barrier; gives what each returned."""
    barrier = threading.Barrier(len(connections))

    def run(connection):
        barrier.wait()
        return work(connection)

    with ThreadPoolExecutor(len(connections)) as threads:
        return list(threads.map(run, connections))


def write_rounds(connection):
    """Transactions of one to three rows; every fourth is rolled back."""
    kept = 0
    for number in range(ROUNDS):
        with connection.transaction(force_rollback=number % 4 == 3):
            for _ in range(number % 3 + 1):
                connection.execute(WRITE)
        kept += 0 if number % 4 == 3 else number % 3 + 1
    return kept


def forks(connection):
    return connection.execute(
        "select lane, seq, count(*) from audit_log group by lane, seq having count(*) > 1"
    ).fetchall()


def broken_links(connection):
    return value(
        connection,
        "select count(*) from (select prev_hash, seq, row_number() over lane as place,"
        " lag(hash, 1, repeat('0', 64)) over lane as expected from audit_log"
        " window lane as (partition by lane order by seq)) links"
        " where prev_hash <> expected or seq <> place",
    )


def test_concurrent_writers_neither_fork_nor_skip(owner, app_connection, verify):
    kept = sum(run_together([app_connection() for _ in range(WRITERS)], write_rounds))
    assert value(owner, "select count(*) from audit_log where entity = 'sample'") == kept == WRITERS * 12
    assert (forks(owner), broken_links(owner)) == ([], 0)
    heads = "select sum(seq) from audit_lanes"
    assert value(owner, heads) == value(owner, "select count(*) from audit_log")
    assert verify().code == 0


def test_writers_that_share_a_lane_do_not_wait(owner, open_connection):
    """All begin at the same lane; each holds its transaction open until every one has written."""
    connections = [open_connection("owner") for _ in range(WRITERS)]
    all_written = threading.Barrier(WRITERS)

    def write(connection):
        connection.execute("set statement_timeout = '5s'")
        with connection.transaction():
            connection.execute("select set_config('app.audit_lane', '250', true)")
            connection.execute(WRITE)
            all_written.wait(timeout=20)
            connection.execute(WRITE)
        return True

    assert all(run_together(connections, write))
    lanes = owner.execute(
        "select lane, array_agg(seq order by seq) from audit_log where entity = 'sample' group by lane"
    ).fetchall()
    assert sorted(lane for lane, _ in lanes) == sorted((250 + n) & 255 for n in range(WRITERS))
    assert all(seqs == [1, 2] for _, seqs in lanes)


def test_in_a_lane_order_and_clock_agree(owner, app_connection):
    run_together([app_connection() for _ in range(8)], write_rounds)
    assert value(
        owner,
        "select count(*) from (select ts < lag(ts) over (partition by lane order by seq) as back,"
        " id < lag(id) over (partition by lane order by seq) as behind from audit_log) rows where"
        " back or behind",
    ) == 0  # fmt: skip


# --- controls: the product's SQL with one clause taken away


@contextmanager
def altered(owner, *changes):
    """The product's functions, each (name, clause, replacement) changed; put back at the end."""
    for name, clause, replacement in changes:
        text = read_sql(f"audit/{name}", 1)
        assert clause in text
        owner.execute(text.replace(clause, replacement))
    yield
    for name, _, _ in changes:
        owner.execute(read_sql(f"audit/{name}", 1))


NO_CLAIM = ("audit_claim_lane", "pg_try_advisory_xact_lock(4157, v_lane)", "true")
NO_HEAD_LOCK = ("audit_write_many", " FOR NO KEY UPDATE", "")


def write_batches(connection):
    for _ in range(ROUNDS):
        connection.execute("select set_config('app.audit_lane', '250', false)")
        connection.execute(
            "select app.audit_write_many('sample.made', 'sample', array(select gen_random_uuid()"
            " from generate_series(1, 50)))"
        )


def test_batches_on_one_lane_do_not_fork(owner, open_connection):
    run_together([open_connection("owner") for _ in range(8)], write_batches)
    assert (forks(owner), broken_links(owner)) == ([], 0)


def test_without_its_locks_the_chain_forks(owner, open_connection):
    with altered(owner, NO_CLAIM, NO_HEAD_LOCK):
        run_together([open_connection("owner") for _ in range(8)], write_batches)
    assert forks(owner) != []
    assert broken_links(owner) > 0


def test_without_the_claim_writers_queue(owner, open_connection):
    with altered(owner, NO_CLAIM):
        first, second = open_connection("owner"), open_connection("owner")
        second.execute("set lock_timeout = '200ms'")
        for connection in (first, second):
            connection.execute("select set_config('app.audit_lane', '250', false)")
        with first.transaction():
            first.execute(WRITE)
            with pytest.raises(psycopg.errors.LockNotAvailable):
                second.execute(WRITE)
