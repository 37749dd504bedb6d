"""What a long bank statement takes: reading it, importing it, and looking for the invoices that its lines pay."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from uuid import UUID

from tests.bench.firm import another_account, found, iban
from tests.bench.ground import Ground
from tests.bench.row import Row, slowness
from tests.installation import ROOT

IBAN = "LU280019400644750000"
FORMATS, LINES, INVOICES, FEW, MANY = 6, 50_000, 20_000, 5_000, 50_000
# What a statement left behind, to be inserted once more into tables with the same columns, checks and indexes.
COPIES = """
create table bench_line_made as select t.* from bank_transactions t
  where t.import_batch_id = (select id from bank_statements where receiving_account_id = '{account}');
create table bench_made_entry as select e.* from ledger_entries e join bench_line_made t on t.id = e.source_id;
create table bench_made_posting as select p.* from ledger_postings p join bench_made_entry e on e.id = p.entry_id;
create table bench_line (like bank_transactions including defaults including constraints including indexes);
create table bench_made_into_entry (like ledger_entries including defaults including constraints including indexes);
create table bench_made_into_posting (like ledger_postings including defaults including constraints including indexes);
"""
BARE = (
    "insert into bench_line select * from bench_line_made",
    "insert into bench_made_into_entry select * from bench_made_entry",
    "insert into bench_made_into_posting select * from bench_made_posting",
)
ADA = "select id from profiles where role = 'staff_admin' and email = 'ada@verso.example'"
TABLES = ("bench_line_made", "bench_made_entry", "bench_made_posting", "bench_line", "bench_made_into_entry",
          "bench_made_into_posting")  # fmt: skip
STOCK = """
set session_replication_role = replica;
insert into investors (legal_name) select 'Payer ' || i from generate_series(1, 2000) i;
insert into invoices (investor_id, currency, number, kind, status, subtotal, total, issue_date, due_date)
select i.id, 'EUR', 'INV-2025-' || lpad(n::text, 6, '0'), 'invoice', 'sent', 100 + n, 100 + n, '2026-01-01', '2026-01-31'
  from generate_series(1, {invoices}) n
  join (select id, row_number() over (order by legal_name) as k from investors where legal_name like 'Payer %') i
    on i.k = n % 2000 + 1;
set session_replication_role = origin;
analyze invoices; analyze bank_transactions;
"""
SUGGEST = """with me as materialized (select set_config('app.user_id', %s, true)),
 line as materialized (select array_agg(id) as ids from (
   select id from bank_transactions where amount > 0 order by id limit %s) t)
 select count(*) from me, line, app.suggest_matches(line.ids)"""


def reading(here: Ground) -> list[Row]:
    """50,000 lines of each format, each in a process of its own, so that its peak is nobody else's."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        run(here, "tests.bench.statements", folder, str(LINES))
        for path in sorted(Path(folder).iterdir()):
            found = json.loads(run(here, "tests.bench.reading", IBAN, str(path)))
            what = f"read {found['lines']:,} lines of {path.stem}"
            rows.append(Row(f"{what}: peak memory of the process, MB", found["peak"], 300, 150, lower_is_better=True))
            rows.append(Row(f"{what}: seconds of processor", found["seconds"]))
    return rows


def importing(here: Ground, lines: int = LINES, formats: int = FORMATS) -> list[Row]:
    """A statement of each format, into an account of its own / the same reader writing nothing, and bare inserts."""
    found(here)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        accounts = {iban(1000 + place): another_account(here, 1000 + place) for place in range(FORMATS)}
        files = json.loads(run(here, "tests.bench.statements", folder, str(lines), *accounts))
        for name, number in list(files.items())[:formats]:
            rows += _import(here, Path(folder) / name, number, accounts[number])
    return rows


def _import(here: Ground, path: Path, number: str, account: UUID) -> list[Row]:
    here.settle()
    ours = json.loads(run(here, "tests.bench.importing", str(path), number, str(here.value(ADA))))
    read = json.loads(run(here, "tests.bench.reading", number, str(path)))
    if ours["new"] != read["lines"]:
        raise RuntimeError(f"{ours['new']} of {read['lines']} lines of {path.name} were imported")
    times = [(1 / ours["seconds"], 1 / (read["clock"] + _bare(here, account)))]
    what = f"import {ours['new']:,} lines of {path.stem}"
    rival = "the same reader writing nothing, and bare INSERT … SELECT of the same rows"
    return [
        Row(f"{what}: peak memory of the process, MB", ours["peak"], 300, 150, lower_is_better=True),
        slowness(f"{what}: time / {rival}", times, 2, 1.3),
    ]


def _bare(here: Ground, account: UUID) -> float:
    """Seconds for the same lines, entries and postings."""
    with here.connect() as owner:
        owner.execute(COPIES.format(account=account))
        here.settle()
        begun = time.perf_counter()
        with owner.transaction():
            for statement in BARE:
                owner.execute(statement)
        seconds = time.perf_counter() - begun
        for table in TABLES:
            owner.execute(f"drop table {table}")
    return seconds


def suggesting(here: Ground, invoices: int = INVOICES, few: int = FEW, many: int = MANY) -> list[Row]:
    """All open lines that there are against many open invoices, and a tenth of the lines. After ``importing``."""
    with here.connect("admin") as admin:
        admin.execute(STOCK.format(invoices=invoices))
    here.settle()
    of_few, of_many = _suggest(here, few), _suggest(here, many)
    what = f"against {invoices:,} open invoices"
    return [
        Row(f"suggest matches for {many:,} lines {what}: seconds", of_many, 60, 10, lower_is_better=True),
        Row(f"the same: time for {many:,} lines / time for {few:,}", of_many / of_few, 20, 10, lower_is_better=True),
    ]


def _suggest(here: Ground, lines: int) -> float:
    ada = str(here.value(ADA))
    with here.connect("app") as person:
        begun = time.perf_counter()
        person.execute(SUGGEST, [ada, lines])
        return time.perf_counter() - begun


def run(here: Ground, module: str, *arguments: str) -> str:
    """What a program of ours prints, which loads the application with the ground's addresses."""
    environment = os.environ | here.urls | {"SECRET_KEY": "bench-" + "0123456789" * 5, "LOG_LEVEL": "ERROR"}
    program = [sys.executable, "-m", module, *arguments]
    return subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
