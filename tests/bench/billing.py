"""Issuing many invoices, each numbered, frozen and posted, against the owner's inserts of those rows one by one."""

import time

from psycopg import sql
from psycopg.types.json import Jsonb

from tests import factories
from tests.bench.firm import found
from tests.bench.ground import Ground
from tests.bench.row import Row, ratio

DEALS, INVESTORS, FEES, BATCH = 100, 100, 10, 100
# What accrued, with what the ledger has of it: the year's fees of each investor on each deal.
STOCK = """
set session_replication_role = replica;
insert into deals (name, code, status, currency, offer_unit_price)
select 'Billed ' || i, 'billed_' || i, 'open', 'EUR', 100 from generate_series(1, {deals}) i;
insert into investors (legal_name) select 'Billed ' || i from generate_series(1, {investors}) i;
insert into fee_events (deal_id, investor_id, kind, event_date, period_start, period_end, computed_amount, currency, occasion,
                        derivation)
select d.id, i.id, 'management', day, day - 30, day, 100 + n, 'EUR', 'period ' || day, '{{"formula": "per_annum"}}'
  from deals d, investors i, generate_series(1, {fees}) n, lateral (select date '2025-01-31' + 30 * n as day) x
 where d.name like 'Billed %' and i.legal_name like 'Billed %';
set session_replication_role = origin;
"""
TABLES = ("invoices", "invoice_lines", "invoice_taxes", "ledger_entries", "ledger_postings")
MADE = {
    "invoices": "select * from invoices where deal_id in (select id from deals where name like 'Billed %')",
    "invoice_lines": "select l.* from invoice_lines l join bench_made_invoices i on i.id = l.invoice_id",
    "invoice_taxes": "select t.* from invoice_taxes t join bench_made_invoices i on i.id = t.invoice_id",
    "ledger_entries": "select e.* from ledger_entries e join bench_made_invoices i on i.id = e.source_id",
    "ledger_postings": "select p.* from ledger_postings p join bench_made_ledger_entries e on e.id = p.entry_id",
}
OF_AN_INVOICE = {
    "invoices": "id = %s", "invoice_lines": "invoice_id = %s", "invoice_taxes": "invoice_id = %s",
    "ledger_entries": "source_id = %s",
    "ledger_postings": "entry_id in (select id from bench_made_ledger_entries where source_id = %s)",
}  # fmt: skip


def issuing(here: Ground, deals: int = DEALS, investors: int = INVESTORS) -> list[Row]:
    """Every investor's invoice of ten fees on every deal, without its paper; one transaction each, on both sides."""
    with here.connect("admin") as admin:
        admin.execute(STOCK.format(deals=deals, investors=investors, fees=FEES))
    found(here)
    here.settle()
    count = deals * investors
    ours = _issue(here)
    theirs = _insert(here)
    what = f"issue {count:,} invoices of {FEES} lines / one-by-one inserts of the same rows"
    return [ratio(what, [(count / ours, count / theirs)], 1, 5)]


def _issue(here: Ground) -> float:
    """Seconds for the run of the year, opened, issued in its batches and closed."""
    with here.connect() as owner:
        begun = time.perf_counter()
        run = factories.value(owner, "select public.fn_open_invoice_run('2025-01-01', '2025-12-31')")
        items = owner.execute("select id from invoice_run_items where run_id = %s order by id", [run]).fetchall()
        for at in range(0, len(items), BATCH):
            batch = [item for (item,) in items[at : at + BATCH]]
            owner.execute("select public.fn_issue_run_items(%s)", [batch])
        owner.execute("select public.fn_close_invoice_run(%s)", [run])
        return time.perf_counter() - begun


def _insert(here: Ground) -> float:
    """Seconds for the same rows into tables with the same columns, checks and indexes, and the fees' change of status."""
    with here.connect() as owner:
        _copy(owner)
        invoices = owner.execute("select id from bench_made_invoices").fetchall()
        papers = [_rows_of(owner, invoice) for (invoice,) in invoices]
        here.settle()
        begun = time.perf_counter()
        for rows, events in papers:
            with owner.transaction():
                for statement, row in rows:
                    owner.execute(statement, row)
                for event in events:
                    owner.execute("update bench_fee_events set status = 'invoiced' where id = %s", [event])
        return time.perf_counter() - begun


def _copy(owner) -> None:
    """What was made, apart; and empty tables that are like those it was made in."""
    for table in TABLES:
        owner.execute(f"create table bench_made_{table} as {MADE[table]}")
        owner.execute(
            f"create table bench_{table} (like {table} including defaults including constraints including indexes)"
        )
    for table, column in (("invoice_lines", "invoice_id"), ("invoice_taxes", "invoice_id"), ("ledger_entries", "source_id"),
                          ("ledger_postings", "entry_id")):  # fmt: skip
        owner.execute(f"create index on bench_made_{table} ({column})")
    owner.execute(
        "create table bench_fee_events (like fee_events including defaults including constraints including indexes)"
    )
    owner.execute("insert into bench_fee_events select * from fee_events where status = 'invoiced'")
    owner.execute("update bench_fee_events set status = 'accrued'")


def _rows_of(owner, invoice) -> tuple[list, list]:
    """The inserts that make one invoice, a statement and its row each; and the fees that are on it."""
    inserts, events = [], []
    for table in TABLES:
        rows = owner.execute(f"select * from bench_made_{table} where {OF_AN_INVOICE[table]}", [invoice])  # noqa: S608
        names = [column.name for column in rows.description]
        statement = sql.SQL("insert into {} ({}) values ({})").format(
            sql.Identifier(f"bench_{table}"),
            sql.SQL(", ").join(map(sql.Identifier, names)),
            sql.SQL(", ").join([sql.Placeholder()] * len(names)),
        )
        for row in rows.fetchall():
            inserts.append((statement, [Jsonb(cell) if isinstance(cell, dict) else cell for cell in row]))
            if table == "invoice_lines":
                events.append(row[names.index("fee_event_id")])
    return inserts, events
