"""The ground a measurement stands on: a cluster, its stock, and the designs ours is compared with.

Two grounds. *model*: a cluster in memory whose every WAL flush costs a fixed half millisecond inside PostgreSQL's
own flush path (commit_delay), so that group commit behaves as on a disk without the disk's noise. *disk*: the real one.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import psycopg

from tests import factories
from tests.installation import installed

MEMORY = Path("/dev/shm")  # noqa: S108 (a cluster of ours, removed at the end)
MODEL = {"commit_delay": 500, "commit_siblings": 0}
FOR_ALL = {"max_wal_size": "'4GB'", "checkpoint_timeout": "'30min'", "autovacuum_naptime": "'10s'"}

RIVALS = """
create table bench_lot (id bigint primary key, units numeric(28,8) not null);
create table bench_hold (id uuid primary key default gen_random_uuid(), lot_id bigint references bench_lot,
                         at timestamptz default now());
insert into bench_lot select i, 1e12 from generate_series(1, 1000) i;

-- The plain blocking design: lock the deal's lots in order, look, take.
create function bench_blocking(p_deal uuid, p_units numeric) returns uuid language plpgsql as $$
declare v_lot record; v_id uuid; begin
    select id, units_remaining into v_lot from orm_lot
     where deal_id = p_deal and status = 'available' order by id limit 1 for update;
    if v_lot.units_remaining < p_units then raise exception 'sold out'; end if;
    insert into orm_reservation (id, deal_id, units, expires_at)
    values (gen_random_uuid(), p_deal, p_units, now() + interval '30 minutes') returning id into v_id;
    update orm_lot set units_remaining = units_remaining - p_units where id = v_lot.id;
    insert into orm_item (id, reservation_id, lot_id, units) values (gen_random_uuid(), v_id, v_lot.id, p_units);
    return v_id;
end $$;

create table orm_lot (id uuid primary key default gen_random_uuid(), deal_id uuid not null, status text not null,
                      units_remaining numeric(28,8) not null check (units_remaining >= 0));
create index on orm_lot (deal_id, status);
create table orm_reservation (id uuid primary key, deal_id uuid not null, units numeric(28,8) not null,
                              expires_at timestamptz not null);
create table orm_item (id uuid primary key, reservation_id uuid not null references orm_reservation,
                       lot_id uuid not null references orm_lot, units numeric(28,8) not null);
grant select, insert, update on bench_lot, bench_hold, orm_lot, orm_reservation, orm_item to verso_app;
grant execute on function bench_blocking to verso_app;
"""


@dataclass
class Ground:
    """A running installation with stock to sell. ``deals`` by name: one, eight, held, thousand[]."""

    name: str
    urls: dict[str, str]
    person: UUID = None
    investor: UUID = None
    deals: dict[str, UUID] = field(default_factory=dict)
    thousand: list[UUID] = field(default_factory=list)

    def connect(self, role: str = "OWNER") -> psycopg.Connection:
        url = self.urls["DATABASE_URL" if role == "APP" else f"DATABASE_{role}_URL"]
        return psycopg.connect(url, autocommit=True)

    def one(self, statement: str, *params, role: str = "OWNER"):
        with self.connect(role) as connection:
            return connection.execute(statement, params).fetchone()[0]


@contextmanager
def ground(name: str) -> Iterator[Ground]:
    """A fresh installation on this ground, stocked; removed afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="verso-bench-", dir=MEMORY if name == "model" else None))
    try:
        with installed(folder) as urls:
            here = Ground(name, urls)
            settings = FOR_ALL | (MODEL if name == "model" else {})
            with here.connect("ADMIN") as admin:
                for setting, value in settings.items():
                    admin.execute(f"alter system set {setting} = {value}")
                admin.execute("select pg_reload_conf()")
            stock(here)
            yield here
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def stock(here: Ground) -> None:
    """One investor's person on deals with 1 and 8 lots, one with 50,000 live holds, and 1,000 deals of 4 lots."""
    with here.connect() as owner:
        owner.execute(RIVALS)
        person = factories.add_person(owner, "Alice Aldgate", password="!")
        here.person, here.investor = person.id, factories.add_investor(owner, users=[person.id])
        person = factories.Person(person.id, person.name, person.email, person.role, here.investor)
        for name, lots in (("one", 1), ("eight", 8), ("held", 1)):
            here.deals[name] = _deal(owner, person, name, lots)
            owner.execute(
                "insert into orm_lot (deal_id, status, units_remaining) select %s, 'available', 1e12"
                " from generate_series(1, %s)",
                [here.deals[name], lots],
            )
        _many_deals(owner, here)
        _live_holds(owner, here, 50_000)
        owner.execute("vacuum analyze")


def _deal(owner, person, code, lots) -> UUID:
    vehicle = factories.add_vehicle(owner, f"{code} vehicle")
    deal = factories.add_deal(owner, code, code=f"bench_{code}", vehicle_id=vehicle)
    for _ in range(lots):
        factories.add_lot(owner, deal, 10**12)
    factories.add_member(owner, deal, person)
    return deal


def _many_deals(owner, here: Ground) -> None:
    here.thousand = [
        row[0]
        for row in owner.execute(
            "insert into deals (name, status, offer_unit_price) select 'Deal ' || i, 'open', 28.50"
            " from generate_series(1, 1000) i returning id"
        )
    ]
    owner.execute(
        "insert into share_lots (deal_id, units_total, units_remaining, unit_cost)"
        " select d, 1e12, 1e12, 25 from unnest(%s::uuid[]) d, generate_series(1, 4)",
        [here.thousand],
    )
    owner.execute(
        "insert into deal_memberships (deal_id, user_id, investor_id, role, accepted_at)"
        " select d, %s, %s, 'investor', now() from unnest(%s::uuid[]) d",
        [here.person, here.investor, here.thousand],
    )


def _live_holds(owner, here: Ground, count: int) -> None:
    owner.execute(
        "with made as (insert into reservations (deal_id, investor_id, requested_units, proposed_unit_price, expires_at,"
        " created_by) select %(deal)s, %(investor)s, 1, 28.50, now() + interval '1 day', %(person)s"
        " from generate_series(1, %(count)s) returning id)"
        " insert into reservation_lot_items select made.id, l.id, 1 from made, share_lots l where l.deal_id = %(deal)s",
        {"deal": here.deals["held"], "investor": here.investor, "person": here.person, "count": count},
    )
    owner.execute(
        "update share_lots set units_remaining = units_remaining - %s where deal_id = %s", [count, here.deals["held"]]
    )
