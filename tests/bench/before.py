"""Today's code against the code of before: both run side by side, and every cell is measured on one and then the other.

The code of before is the revision that ``[tool.verso.bench] before`` in pyproject.toml names (or ``BEFORE=…``), checked
out into a folder of its own with a ``.venv`` of its own. A row falls short where the whole interquartile range of its
pairs' ratios lies below ``SHORT``.
"""

import json
import os
import shutil
import statistics
import subprocess
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.row import Row
from tests.installation import ROOT

SHORT = 0.95
PAIRS = int(os.environ.get("VERSO_BENCH_PAIRS", "15"))
SIDE = "tests/bench/side.py"


class Side:
    """One tree, its servers and its clients; idle while the other one measures."""

    def __init__(self, tree: Path):
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REDIS_"))
        }
        self.process = subprocess.Popen(
            [tree / ".venv" / "bin" / "python", "-m", "tests.bench.side"],
            cwd=tree,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError("one side of the comparison ended; its message is above")
        return json.loads(line)

    def rate(self, cell: str) -> float:
        self.process.stdin.write(cell + "\n")
        self.process.stdin.flush()
        return self.answer()

    def end(self) -> None:
        self.process.stdin.close()
        self.process.wait(timeout=120)


def revision() -> str:
    """Which code is the code of before."""
    with (ROOT / "pyproject.toml").open("rb") as file:
        named = tomllib.load(file)["tool"]["verso"]["bench"]["before"]
    return os.environ.get("BEFORE") or named


@contextmanager
def tree_of(name: str) -> Iterator[Path]:
    """A revision of this repository, checked out and prepared."""
    with tempfile.TemporaryDirectory(prefix="verso-before-") as folder:
        tree = Path(folder)
        packed = subprocess.run(["git", "archive", name], cwd=ROOT, check=True, capture_output=True).stdout
        subprocess.run(["tar", "-x"], cwd=tree, input=packed, check=True)
        subprocess.run(["make", "setup"], cwd=tree, check=True, stdout=subprocess.DEVNULL)
        if not (tree / SIDE).exists():  # It is older than comparing.
            shutil.copy(ROOT / SIDE, tree / SIDE)
        yield tree


def against_the_code_of_before() -> list[Row]:
    """Every cell that both trees have, in interleaved pairs (today's rate, the rate of before)."""
    with tree_of(revision()) as tree:
        sides = [Side(ROOT), Side(tree)]
        try:
            today, before = (side.answer() for side in sides)
            return [compared(cell, sides) for cell in today if cell in before]
        finally:
            for side in sides:
                side.end()


def compared(cell: str, sides: list[Side]) -> Row:
    """One row: the median of the pairs' ratios, held against its upper quartile. The first pair only warms up."""
    for side in sides:
        side.rate("settle")
        side.rate(cell)
    found = []
    for number in range(PAIRS):
        order = sides if number % 2 == 0 else sides[::-1]
        rates = {id(side): side.rate(cell) for side in order}
        found.append((rates[id(sides[0])], rates[id(sides[1])]))
    row = row_of(cell, found)
    print(f"{row.value:>10.3f}  {row.what}  {row.verdict}", flush=True)
    return row


def row_of(cell: str, found: list[tuple[float, float]]) -> Row:
    """The row of a cell; its verdict is about the upper quartile, not about the median it shows."""
    ratios = [today / before for today, before in found]
    lower, middle, upper = statistics.quantiles(ratios, n=4)
    return Compared(f"{cell} (quartiles {lower:.3g} to {upper:.3g})", middle, SHORT, pairs=found, upper=upper)


class Compared(Row):
    """A ratio of today to before: it falls short only where three quarters of the pairs do."""

    def __init__(self, *facts, upper: float, **others):
        super().__init__(*facts, **others)
        self.upper = upper

    @property
    def verdict(self) -> str:
        return "falls short" if self.upper < self.floor else "holds"
