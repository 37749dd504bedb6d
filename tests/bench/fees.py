"""Accruing many fees, each with derivation, entry and postings, against the owner's bare INSERT … SELECT of those rows."""

import time

from tests.bench.ground import Ground
from tests.bench.row import Row, ratio, slowness

DEALS, INVESTORS = 1_000, 100
STOCK = """
set session_replication_role = replica;
insert into vehicles (name, type, currency) values ('Accrued SPV', 'spv', 'USD');
insert into deals (name, code, status, currency, offer_unit_price, vehicle_id)
select 'Accrued ' || i, 'accrued_' || i, 'open', 'USD', 100, (select id from vehicles where name = 'Accrued SPV')
  from generate_series(1, {deals}) i;
insert into fee_plans (deal_id, name, is_default) select id, 'Accrued', true from deals where name like 'Accrued %';
insert into fee_components (fee_plan_id, kind, calc_method, rate_bps, frequency)
select id, 'management', 'percent_per_annum', 200, 'quarterly' from fee_plans where name = 'Accrued';
insert into investors (legal_name) select 'Accrued ' || i from generate_series(1, {investors}) i;
insert into allocations (deal_id, investor_id, units, unit_price, status, approved_at)
select d.id, i.id, 1000, 100, 'approved', '2025-01-01'
  from deals d, investors i where d.name like 'Accrued %' and i.legal_name like 'Accrued %';
insert into position_entries (investor_id, vehicle_id, deal_id, allocation_id, effective_date, units, cost, cause, key)
select a.investor_id, d.vehicle_id, d.id, a.id, '2025-01-01', 1000, 100000, 'allocation', 'allocation:' || a.id
  from allocations a join deals d on d.id = a.deal_id where d.name like 'Accrued %';
set session_replication_role = origin;
"""
# The same rows once more, under other keys: nothing that was posted can be removed.
COPIES = """
create table bench_event as select * from fee_events where deal_id in (select id from deals where name like 'Accrued %');
create table bench_entry_made as select e.*, gen_random_uuid() as copy from ledger_entries e
  where source_id in (select id from bench_event);
create table bench_posting_made as select p.*, e.copy from ledger_postings p join bench_entry_made e on e.id = p.entry_id;
update bench_event set id = gen_random_uuid(), occasion = occasion || ' again';
"""
BARE = (
    "insert into fee_events select * from bench_event",
    "insert into ledger_entries (id, kind, key, effective_date, asked_date, currency, source_table, source_id, memo)"
    " select copy, kind, key || ':again', effective_date, asked_date, currency, source_table, source_id, memo"
    " from bench_entry_made",
    "insert into ledger_postings (entry_id, account_id, amount, deal_id, seq, balance_after)"
    " select copy, account_id, amount, deal_id, seq, balance_after from bench_posting_made",
)


def accrual(here: Ground, deals: int = DEALS, investors: int = INVESTORS) -> list[Row]:
    """One quarter's fee of every allocation of every deal, deal by deal; then again, when nothing is due."""
    with here.connect("admin") as admin:
        admin.execute(STOCK.format(deals=deals, investors=investors))
    here.settle()
    first, again, bare = _accrue(here), _accrue(here), _bare(here)
    count = deals * investors
    return [
        ratio(
            f"accrue {count:,} events / bare INSERT … SELECT of the same rows",
            [(count / first, count / bare)], 0.2, 0.5,
        ),
        slowness("accrue them again, nothing due: time / that of the first run", [(1 / again, 1 / first)], 0.3, 0.1),
    ]  # fmt: skip


def _accrue(here: Ground) -> float:
    """Seconds."""
    with here.connect() as owner:
        deals = owner.execute("select id from deals where name like 'Accrued %' order by id").fetchall()
        begun = time.perf_counter()
        for (deal,) in deals:
            owner.execute("select public.fn_compute_fee_events(%s, '2025-03-31')", [deal])
        return time.perf_counter() - begun


def _bare(here: Ground) -> float:
    """Seconds for the same rows, with the same indexes and triggers."""
    with here.connect() as owner:
        owner.execute(COPIES)
        here.settle()
        begun = time.perf_counter()
        with owner.transaction():
            for statement in BARE:
                owner.execute(statement)
        return time.perf_counter() - begun
