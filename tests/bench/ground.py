"""The ground a measurement stands on: a cluster, its stock, and the designs ours is compared with.

*model*: a cluster in memory whose every WAL flush costs a fixed half millisecond inside PostgreSQL's own flush path
(commit_delay), so that group commit behaves as on a disk without the disk's noise. *disk*: the real one. The floors for
a disk were set on one that flushes in 0.1 to 0.2 ms; where the real one is quicker than that, which shifts every ratio
from the flush to the processor, there is a third ground, *disk of 0.15 ms*: the real one, slowed down to compare.
"""

import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import psycopg
from psycopg.conninfo import conninfo_to_dict

from tests import factories
from tests.installation import installed

MODEL, DISK, SLOWED = "model", "disk", "disk of 0.15 ms"
QUICK, USUAL, OVERSLEPT = 100, 150, 55  # microseconds: a quick flush, the usual one, what a short sleep adds by itself
MEMORY = Path("/dev/shm")  # noqa: S108 (a cluster of ours, removed at the end)
# No checkpoint and no vacuum within a cell: both are real, but they hit one side of a pair and not the other. For
# the same reason no full pages: how many there are depends on how long ago the last checkpoint was.
CALM = {"max_wal_size": "'8GB'", "checkpoint_timeout": "'1h'", "autovacuum": "off", "full_page_writes": "off"}
RIVALS = Path(__file__).with_name("rivals.sql")
AMPLE = 10**12
LIVE_HOLDS = 50_000
FRESH = 9  # deals without a hold, at least one per pair


@dataclass
class Ground:
    """A running installation with stock to sell, and one investor's person who may reserve all of it.

    ``deals`` by name: one, eight (their lots), held (50,000 live holds), sold (out); ``fresh`` and ``thousand`` are many.
    """

    name: str
    flush: float  # of its disk, in microseconds
    urls: dict[str, str]
    person: UUID = None
    investor: UUID = None
    deals: dict[str, UUID] = field(default_factory=dict)
    fresh: list[UUID] = field(default_factory=list)
    thousand: list[UUID] = field(default_factory=list)

    @property
    def bounds(self) -> str:
        """Whose floors hold here: the model's, a disk's, or nobody's on a disk quicker than theirs."""
        return "" if self.name == DISK and self.flush < QUICK else self.name.partition(" ")[0]

    def url(self, role: str) -> str:
        """The address for a role: app, owner or admin."""
        return self.urls["DATABASE_URL" if role == "app" else f"DATABASE_{role.upper()}_URL"]

    def connect(self, role: str = "owner") -> psycopg.Connection:
        database = conninfo_to_dict(self.url("owner"))["dbname"]
        return psycopg.connect(self.url(role), autocommit=True, dbname=database)

    def value(self, statement: str, *params, role: str = "owner"):
        """The first column of the first row."""
        with self.connect(role) as connection:
            return factories.value(connection, statement, *params)

    def settle(self) -> None:
        """Vacuum, and write a checkpoint, so that the next cell pays for nothing that came before it."""
        with self.connect() as owner, self.connect("admin") as admin:
            owner.execute("vacuum analyze")
            admin.execute("checkpoint")


@contextmanager
def ground(name: str, live_holds: int = LIVE_HOLDS) -> Iterator[Ground]:
    """A fresh installation on this ground, stocked; removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="verso-bench-", dir=MEMORY if name == MODEL else None))
    try:
        with installed(folder) as urls:
            here = Ground(name, flush_time(folder), urls)
            with here.connect("admin") as admin:
                for setting, value in (CALM | slowed(here)).items():
                    admin.execute(f"alter system set {setting} = {value}")
                admin.execute("select pg_reload_conf()")
            stock(here, live_holds)
            yield here
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def grounds() -> list[str]:
    """The grounds to measure on: where the disk is quick, also the disk slowed down."""
    return [MODEL, DISK] + ([SLOWED] if disk_flush() < QUICK else [])


def disk_flush() -> float:
    """As :func:`flush_time`, of the disk that the disk's grounds stand on."""
    with tempfile.TemporaryDirectory() as folder:
        return flush_time(Path(folder))


def flush_time(folder: Path) -> float:
    """How long this folder's disk takes to make 8 KiB durable, in microseconds: the median of many."""
    taken = []
    with (folder / "flush").open("wb") as file:
        for _ in range(400):
            file.write(bytes(8192))
            file.flush()
            begun = time.perf_counter()
            os.fdatasync(file.fileno())
            taken.append((time.perf_counter() - begun) * 1e6)
    (folder / "flush").unlink()
    return statistics.median(taken)


def slowed(here: Ground) -> dict[str, str]:
    """The settings by which a flush takes 0.5 ms in the model, and 0.15 ms on a disk that is quicker."""
    wanted = {MODEL: 500, SLOWED: USUAL - OVERSLEPT - here.flush}.get(here.name, 0)
    return {"commit_delay": f"{max(wanted, 1):.0f}", "commit_siblings": "0"} if wanted else {}


def stock(here: Ground, live_holds: int) -> None:
    """Fill a ground: deals with one, eight and no open lots, one with many live holds, and 1,000 deals of 4 lots."""
    with here.connect() as owner:
        owner.execute(RIVALS.read_text())
        alice = factories.add_person(owner, "Alice Aldgate", password="!")
        here.person, here.investor = alice.id, factories.add_investor(owner, users=[alice.id])
        alice = factories.Person(alice.id, alice.name, alice.email, alice.role, here.investor)
        for name, lots in (("one", 1), ("eight", 8), ("held", 1), ("sold", 8)):
            here.deals[name] = add_deal(owner, alice, name, lots)
        here.fresh = [add_deal(owner, alice, f"fresh {number}", 1) for number in range(FRESH)]
        owner.execute(
            "insert into orm_lot (deal_id, status, units_remaining) select deal_id, 'available', %s from share_lots",
            [AMPLE],
        )
        add_holds(owner, here, here.deals["held"], live_holds)
        add_holds(owner, here, here.deals["sold"], 1000)
        owner.execute(
            "update share_lots set units_total = units_total - units_remaining, units_remaining = 0, status = 'exhausted'"
            " where deal_id = %s",
            [here.deals["sold"]],
        )
        _add_thousand_deals(owner, here)
    here.settle()


def add_deal(owner, person: factories.Person, name: str, lots: int, units: int = AMPLE) -> UUID:
    """An open deal with lots, on which a person may reserve."""
    code = "bench_" + name.replace(" ", "_")
    deal = factories.add_deal(owner, name, code=code, vehicle_id=factories.add_vehicle(owner, name))
    for _ in range(lots):
        factories.add_lot(owner, deal, units)
    factories.add_member(owner, deal, person)
    return deal


def _add_thousand_deals(owner, here: Ground) -> None:
    made = owner.execute(
        "insert into deals (name, status, offer_unit_price) select 'Deal ' || i, 'open', 28.50"
        " from generate_series(1, 1000) i returning id"
    ).fetchall()
    here.thousand = [row[0] for row in made]
    owner.execute(
        "insert into share_lots (deal_id, units_total, units_remaining, unit_cost)"
        " select d, %(units)s, %(units)s, 25 from unnest(%(deals)s::uuid[]) d, generate_series(1, 4)",
        {"units": AMPLE, "deals": here.thousand},
    )
    owner.execute(
        "insert into deal_memberships (deal_id, user_id, investor_id, role, accepted_at)"
        " select d, %s, %s, 'investor', now() from unnest(%s::uuid[]) d",
        [here.person, here.investor, here.thousand],
    )
    owner.execute(
        "insert into bench_deal select n - 1, d from unnest(%s::uuid[]) with ordinality as x (d, n)", [here.thousand]
    )


def add_holds(connection, here: Ground, deals: UUID | list[UUID], count: int, *, ends: str = "1 day") -> None:
    """Holds of one unit, spread evenly over the lots of these deals; ``ends`` is from now, and may be in the past."""
    connection.execute(
        "with lots as (select id, deal_id, row_number() over (order by id) - 1 as n"
        "                from share_lots where deal_id = any(%(deals)s)),"
        " wanted as (select gen_random_uuid() as id, l.id as lot_id, l.deal_id"
        "              from generate_series(0, %(count)s - 1) g"
        "              join lots l on l.n = g %% (select count(*) from lots)),"
        " made as (insert into reservations (id, deal_id, investor_id, requested_units, proposed_unit_price,"
        "                                    expires_at, created_by)"
        "          select id, deal_id, %(investor)s, 1, 28.50, now() + %(ends)s::interval, %(person)s from wanted),"
        " items as (insert into reservation_lot_items select id, lot_id, 1 from wanted)"
        " update share_lots s set units_remaining = s.units_remaining - w.units"
        "   from (select lot_id, count(*) as units from wanted group by 1) w where s.id = w.lot_id",
        {
            "deals": deals if isinstance(deals, list) else [deals],
            "count": count,
            "investor": here.investor,
            "person": here.person,
            "ends": ends,
        },
    )
