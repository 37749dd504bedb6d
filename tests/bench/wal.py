"""What a hold and a refusal write: flushes, bytes, new versions. Exact, whatever else the machine does."""

import time

from tests.bench.ground import Ground
from tests.bench.load import ACT, SECONDS, Cell, hold_on, pairs, pgbench, rounds
from tests.bench.row import Row, ratio

FLUSHES_18 = "select coalesce(sum(fsyncs), 0) from pg_stat_io where object = 'wal' and context = 'normal'"
FLUSHES_BEFORE = "select wal_sync from pg_stat_wal"


def of_a_hold(here: Ground) -> list[Row]:
    """WAL bytes and flushes per hold, and the share of lot updates that touch no index."""
    one, eight = here.deals["one"], here.deals["eight"]
    flushes, written, cell = _counted(here, hold_on(here, one), 1)
    rows = [
        Row("WAL per hold, 1 lot, bytes", round(written / cell.served), 2400, 1900, lower_is_better=True),
        Row("WAL flushes per hold, 1 lot, 1 client", flushes / cell.served, lower_is_better=True),
    ]
    flushes, _, cell = _counted(here, hold_on(here, eight), 8)
    rows.append(Row("WAL flushes per hold, 8 lots, 8 clients", flushes / cell.served, 0.4, 0.17, lower_is_better=True))
    hot = here.value(
        "select n_tup_hot_upd::float / nullif(n_tup_upd, 0) from pg_stat_user_tables where relname = 'share_lots'"
    )
    return [*rows, Row("share of lot updates that touch no index (HOT)", hot, 0.9, 0.99)]


def of_a_refusal(here: Ground) -> list[Row]:
    """A refusal on a deal that is sold out, against ``select 1``, and that it writes nothing."""
    call = f"bench_refused('{here.deals['sold']}', '{here.investor}')"
    script = f"{ACT.format(person=here.person)} select {call} from me;"
    found = rounds({"ours": lambda: pgbench(here, script, 8), "nothing": lambda: pgbench(here, "select 1;", 8)})
    _, written, cell = _counted(here, script, 8)
    return [
        ratio("sold-out refusal / select 1, 8 clients", pairs(found, "ours", "nothing"), 0.015, 0.05),
        Row(
            f"WAL of a sold-out refusal, bytes ({cell.served:,} of them)",
            written // cell.served,
            0,
            0,
            lower_is_better=True,
        ),
    ]


def _counted(here: Ground, script: str, clients: int) -> tuple[int, int, Cell]:
    """Run a cell; the WAL flushes and bytes that it made.

    A cell before it pays for the full pages that PostgreSQL writes after a checkpoint, and for hint bits.
    """
    pgbench(here, script, clients)
    before = _wal(here)
    cell = pgbench(here, script, clients, seconds=max(SECONDS, 2))
    after = _wal(here)
    return after[0] - before[0], after[1] - before[1], cell


def _wal(here: Ground) -> tuple[int, int]:
    time.sleep(1.2)  # until the ended backends have told their numbers
    version = here.value("select current_setting('server_version_num')::int")
    flushes = here.value(FLUSHES_18 if version >= 180000 else FLUSHES_BEFORE, role="admin")
    return int(flushes), int(here.value("select pg_current_wal_lsn() - '0/0'::pg_lsn"))
