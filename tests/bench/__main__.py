"""``make bench``: measure everything, print every pair, write docs/benchmarks.md.

A ratio counts, never a second: both sides of it are measured in this run, interleaved, on the same ground.
``VERSO_BENCH_SECONDS`` and ``VERSO_BENCH_PAIRS`` shorten a run; names of parts as arguments choose some. Only a
whole, full run writes the report.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable

from tests.bench import bank, before, billing, fees, holds, ledger, pages, papers, scarce, sets, wal
from tests.bench.ground import MODEL, Ground, disk_flush, ground, grounds
from tests.bench.load import PAIRS, SECONDS
from tests.bench.row import Row
from tests.installation import ROOT

REPORT = ROOT / "docs" / "benchmarks.md"

EVERYWHERE = (holds.against_the_floor, holds.on_a_thousand_deals, holds.with_many_live)
# What the ground does not change is measured once. The last two leave the ground unfit for the others.
MODEL_ONLY = (
    holds.with_and_without_audit,
    wal.of_a_hold,
    wal.of_a_refusal,
    bank.reading,
    ledger.posting,
    billing.issuing,
    papers.rendering,
    bank.importing,
    bank.suggesting,
    fees.accrual,  # of a currency that no account receives: a run after it could not bill that
    scarce.drain_and_churn,
    sets.expiry,
    sets.list_under_policies,
)


def name_of(part: Callable) -> str:
    return f"{part.__module__.rpartition('.')[2]}.{part.__name__}"


def measure(name: str, parts: list[Callable[[Ground], list[Row]]]) -> list[Row]:
    """All rows of one ground, printed as they come."""
    found = []
    if parts:
        print(f"\n{name}", flush=True)
        with ground(name) as here:
            for part in parts:
                begun = time.monotonic()
                found += shown(part(here))
                print(f"    ({name_of(part)}: {time.monotonic() - begun:.0f} s)", flush=True)
    return found


def shown(rows: list[Row]) -> list[Row]:
    for row in rows:
        bounds = f"  [{row.cells()[2]} → {row.cells()[3]}] {row.verdict}" if row.floor is not None else ""
        print(f"{row.cells()[1]:>10}  {row.what}{bounds}")
        if row.pairs:
            print(f"{'':12}{row.all_pairs()}", flush=True)
    return rows


INTRODUCTION = """# Benchmarks

Written by `make bench` at commit `{commit}`, {day}, PostgreSQL 18 (embedded), {cores} cores. Cells of {seconds:g} s,
{pairs} interleaved pairs; a value is the median of the pairs' ratios, and all pairs stand below (ours / theirs, calls a
second). Nothing here is asserted in a test: a machine that is busy with other work shows it.

The grounds. *model*: a cluster in memory whose every WAL flush costs a fixed 0.5 ms, so that group commit behaves as on
a disk, without the disk's noise. *disk*: the real one, which made 8 KiB durable in {flush:.0f} µs. The floors for a disk
belong to one of 100 to 200 µs; a quicker one, whose cache forgets or survives a loss of power, leaves mostly the
processor's work to compare, so there the floors are held against *disk of 0.15 ms*: the real one, its flushes slowed
down to that. “Hold” is the public reserve with identity, row level security,
all checks and one chained audit row: in SQL by pgbench (prepared, identity and call in one statement), or the Python
service that the reserve page calls, with a request key, one process per client. The floor is `BEGIN`, one hot `UPDATE`,
one `INSERT` with its foreign key, `COMMIT`, by pgbench. Plain blocking SQL locks the lots in order in one function; the
ORM baseline does the same by hand in Django. Both check no identity, no policy and write no audit row.

Where a floor stands, the value must not be worse; the target is what we aim for. *Today / before* runs this code beside
the code of commit `{before}`, each with servers of its own, {before_pairs} interleaved pairs a row (today / before, calls
a second); a row falls short where the whole interquartile range of its ratios lies below {short}.
"""


def report(sections: dict[str, list[Row]]) -> str:
    lines = [
        INTRODUCTION.format(
            commit=_git("rev-parse", "--short", "HEAD"),
            day=time.strftime("%Y-%m-%d", time.gmtime()),
            cores=os.cpu_count(),
            seconds=SECONDS,
            pairs=PAIRS,
            flush=disk_flush(),
            before=before.revision(),
            before_pairs=before.PAIRS,
            short=before.SHORT,
        )
    ]
    for name, rows in sections.items():
        lines += [f"## {name.capitalize()}", "", "| what | value | floor | target | |", "|---|---:|---:|---:|---|"]
        lines += [f"| {' | '.join(row.cells())} |" for row in rows]
        lines.append("")
        if any(row.pairs for row in rows):
            lines += ["<details><summary>All pairs</summary>", ""]
            lines += [f"- {row.what}: {row.all_pairs()}" for row in rows if row.pairs]
            lines += ["", "</details>", ""]
    return "\n".join(lines)


def _git(*command: str) -> str:
    return subprocess.run(["git", *command], cwd=ROOT, capture_output=True, text=True).stdout.strip()


def main(chosen: set[str]) -> None:
    apart = (pages.of_the_sample_house, before.against_the_code_of_before)
    known = {name_of(part) for part in (*EVERYWHERE, *MODEL_ONLY, *apart)}
    if chosen - known:
        raise SystemExit(f"no such part: {', '.join(chosen - known)}; there are {', '.join(sorted(known))}")

    def wanted(parts):
        return [part for part in parts if not chosen or name_of(part) in chosen]

    sections = {name: measure(name, wanted(EVERYWHERE + (MODEL_ONLY if name == MODEL else ()))) for name in grounds()}
    if wanted([pages.of_the_sample_house]):
        print("\npages and memory", flush=True)
        sections["pages and memory"] = shown(pages.of_the_sample_house())
    if wanted([before.against_the_code_of_before]):
        print(f"\ntoday / before ({before.revision()})", flush=True)
        sections["today / before"] = before.against_the_code_of_before()
    if not chosen and SECONDS >= 2 and PAIRS >= 5:
        REPORT.write_text(report(sections))
        print(f"written: {REPORT.relative_to(ROOT)}")


if __name__ == "__main__":
    main(set(sys.argv[1:]))
