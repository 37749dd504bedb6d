"""What reading a long bank statement takes: memory, and time of the processor."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.ground import Ground
from tests.bench.row import Row
from tests.installation import ROOT


def reading(here: Ground) -> list[Row]:
    """50,000 lines of each format, each in a process of its own, so that its peak is nobody else's."""
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        _run(here, "tests.bench.statements", folder)
        for path in sorted(Path(folder).iterdir()):
            found = json.loads(_run(here, "tests.bench.reading", str(path)))
            what = f"read {found['lines']:,} lines of {path.stem}"
            rows.append(Row(f"{what}: peak memory of the process, MB", found["peak"], 300, 150, lower_is_better=True))
            rows.append(Row(f"{what}: seconds of processor", found["seconds"]))
    return rows


def _run(here: Ground, module: str, argument: str) -> str:
    """What a program of ours prints, which loads the application with the ground's addresses."""
    environment = os.environ | here.urls | {"SECRET_KEY": "bench-" + "0123456789" * 5, "LOG_LEVEL": "ERROR"}
    program = [sys.executable, "-m", module, argument]
    return subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
