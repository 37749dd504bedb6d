"""Server time of each page on the sample data against a view that does nothing; memory of what runs."""

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from launcher import embedded
from launcher.embedded.postgres import free_port
from tests.bench.row import Row
from tests.installation import ROOT, environment_of

VISITS = 15


def of_the_sample_house() -> list[Row]:
    """Start the whole of VERSO on sample data, visit every page, read the memory, stop it."""
    folder = Path(tempfile.mkdtemp(prefix="verso-bench-"))
    port = free_port()
    environment = environment_of(folder) | {"PORT": str(port), "LOG_LEVEL": "ERROR"}
    run = subprocess.Popen(
        [sys.executable, "-m", "launcher.supervisor"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL
    )
    try:
        _wait_until_ready(port)
        found = _page_rows(environment | embedded.urls(folder))
        return found + _memory_rows(run.pid)
    finally:
        run.send_signal(signal.SIGTERM)
        run.wait(timeout=60)
        embedded.remove(folder)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_until_ready(port: int) -> None:
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:  # noqa: S310
                if json.load(answer)["status"] in ("ready", "degraded"):
                    return
        except OSError:
            time.sleep(0.5)
    raise RuntimeError("VERSO did not start")


def _page_rows(environment: dict[str, str]) -> list[Row]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.visits", str(VISITS)],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    )
    times = json.loads(done.stdout.splitlines()[-1])
    nothing = statistics.median(times.pop("no-op view"))
    rows = [Row("no-op view, ms", round(nothing * 1000, 2))]
    for page, taken in times.items():
        middle = statistics.median(taken)
        rows.append(Row(f"{page}: ms", round(middle * 1000, 1), 100, 50, lower_is_better=True))
        rows.append(Row(f"{page}: times a no-op view", round(middle / nothing, 1)))
    return rows


def _memory_rows(root: int) -> list[Row]:
    """Proportional set size, MiB, summed by what a process is."""
    sums: dict[str, float] = {}
    for pid in _descendants(root):
        name = _what(pid)
        sums[name] = sums.get(name, 0) + _pss(pid)
    return [Row(f"memory of {name}, MiB (PSS)", round(mib)) for name, mib in sorted(sums.items())]


def _descendants(root: int) -> list[int]:
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
            parents[int(stat.parent.name)] = int(fields[1])
        except OSError:
            continue
    servers = [pid for pid in parents if _what(pid) in ("postgres", "valkey")]
    ours = {root}
    for _ in range(6):
        ours |= {pid for pid, parent in parents.items() if parent in ours}
    return sorted(ours | set(servers))


def _what(pid: int) -> str:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return "other"
    for word, name in (
        ("config.web", "web"),
        (" worker", "worker"),
        (" beat", "beat"),
        ("postgres", "postgres"),
        ("valkey", "valkey"),
    ):
        if word in command:
            return name
    return "supervisor"


def _pss(pid: int) -> float:
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0
