"""A long statement takes no more memory than a short one, whatever its format."""

import json
import subprocess
import sys
import tracemalloc

from fees.statements import read_statements
from sample_data.statements import FORMATS, SUFFIX
from tests.bench.reading import mapping
from tests.bench.statements import write
from tests.installation import ROOT

SHORT, LONG = 500, 8_000
# MB, for all formats together. Fingerprints alone are kept, about 150 bytes of a line; lines take eight times that.
MOST_GROWTH = 5


def test_memory_does_not_grow_with_the_file(tmp_path):
    """In a process of its own, after a short file of each format: whatever is loaded for it is there by then."""
    paths = {(count, name): tmp_path / f"{count}-{name}.{SUFFIX[name]}" for count in (SHORT, LONG) for name in FORMATS}
    for (count, name), path in paths.items():
        write(path, name, count)
    program = [sys.executable, "-m", "tests.bench.reading", "LU280019400644750000", *map(str, paths.values())]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, check=True)
    found = dict(zip(paths, map(json.loads, done.stdout.splitlines()), strict=True))
    assert [one["lines"] for one in found.values()] == [SHORT] * len(FORMATS) + [LONG] * len(FORMATS)
    assert sum(one["grown"] for (count, _), one in found.items() if count == LONG) < MOST_GROWTH, found


def test_keeping_the_lines_would_show(tmp_path):
    """The control: the same reader whose lines are kept."""
    write(tmp_path / "file", "csv", 5_000)
    peaks = []
    for use in (lambda lines: sum(1 for _ in lines), list):
        tracemalloc.start()
        with (tmp_path / "file").open("rb") as file:
            kept = [use(statement.lines) for statement in read_statements(file, mapping())]
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert kept
    streamed, held = peaks
    assert streamed * 3 < held
