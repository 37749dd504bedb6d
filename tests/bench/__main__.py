"""``make bench``: measure everything, print every pair, write docs/benchmarks.md.

A ratio counts, never a second: both sides of it are measured in this run, interleaved, on the same ground.
``VERSO_BENCH_SECONDS`` and ``VERSO_BENCH_PAIRS`` shorten a run; names of rows as arguments choose some.
"""

import subprocess
import sys
import time
from pathlib import Path

from tests.bench import pages, rows
from tests.bench.ground import ground
from tests.bench.load import PAIRS, SECONDS, Crowd
from tests.installation import ROOT

REPORT = ROOT / "docs" / "benchmarks.md"


def measure(name: str, chosen: set[str]) -> list[rows.Row]:
    """All rows of one ground, printed as they come."""
    found = []

    def add(part, *args):
        if chosen and part.__name__ not in chosen:
            return
        for row in part(*args):
            found.append(row)
            print(f"  {_text(row.value):>10}  {row.what}  [{_text(row.floor)} → {_text(row.target)}] {row.verdict}", flush=True)

    with ground(name) as here:
        here.connect().execute(
            "create table bench_deal as select id, row_number() over () - 1 as n from unnest(%s::uuid[]) id", [here.thousand]
        )
        here.connect().execute("create index on bench_deal (n); grant select on bench_deal to verso_app; analyze bench_deal")
        add(rows.holds_in_sql, here)
        crowd = Crowd(here, max(rows.CLIENTS))
        add(rows.holds_through_the_service, here, crowd)
        crowd.close()
        add(rows.growth, here)
        if name == "model":
            add(rows.flushes_and_bytes, here)
            add(rows.refusals, here)
            add(rows.audit_on_and_off, here)
            add(rows.expiry, here)
            add(rows.correctness_under_load, here)
            add(rows.lists_under_rls, here)
    return found


def _text(value) -> str:
    return f"{value:,.3f}".rstrip("0").rstrip(".") if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def report(parts: dict[str, list[rows.Row]]) -> str:
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()  # noqa: S607
    lines = [
        "# Benchmarks",
        "",
        f"Written by `make bench` at commit `{commit}`, {time.strftime('%Y-%m-%d', time.gmtime())}. Cells of {SECONDS:g} s, "
        f"{PAIRS} interleaved pairs, medians of their ratios; all pairs below, in calls per second (ours / theirs).",
        "",
        "Two grounds: *model*, a cluster in memory whose WAL flush costs a fixed 0.5 ms, and *disk*, the real one. The floor",
        "is `BEGIN`, one hot `UPDATE`, one `INSERT` with its foreign key, `COMMIT`, by pgbench in the same run. Rows marked",
        "“time” are better when lower. Nothing here is asserted in a test.",
        "",
    ]
    for name, found in parts.items():
        lines += [f"## {name}", "", "| what | value | floor | target | |", "|---|---:|---:|---:|---|"]
        lines += [f"| {r.what} | {_text(r.value)} | {_text(r.floor)} | {_text(r.target)} | {r.verdict} |" for r in found]
        lines += ["", "<details><summary>All pairs</summary>", ""]
        for row in found:
            if row.pairs:
                lines.append(f"- {row.what}: " + ", ".join(f"{_text(round(a, 1))} / {_text(round(b, 1))}" for a, b in row.pairs))
        lines += ["", "</details>", ""]
    return "\n".join(lines)


def main(chosen: set[str]) -> None:
    parts = {}
    for name in ("model", "disk"):
        print(name, flush=True)
        parts[name] = measure(name, chosen)
    if not chosen:
        print("pages", flush=True)
        parts["pages and memory"] = pages.measure()
        REPORT.parent.mkdir(exist_ok=True)
        Path(REPORT).write_text(report(parts))
        print(f"written: {REPORT.relative_to(ROOT)}")


if __name__ == "__main__":
    main(set(sys.argv[1:]))
