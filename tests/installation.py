"""An installation of its own, made by ``bootstrap``: for tests that kill it, restore it or measure it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher import embedded

ROOT = Path(__file__).resolve().parents[1]


def environment_of(data_dir: Path) -> dict[str, str]:
    """The environment of a command that uses this installation and no server from outside."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REDIS_"))}
    return mine | {"DATA_DIR": str(data_dir)}


def manage(data_dir: Path, *command: str, check: bool = True) -> subprocess.CompletedProcess:
    """Run ``manage.py`` on this installation."""
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=environment_of(data_dir),
        check=check,
        capture_output=True,
        text=True,
    )


@contextmanager
def installed(data_dir: Path, *, durable: bool = True) -> Iterator[dict[str, str]]:
    """Bootstrap, run PostgreSQL, give the addresses; remove all of it afterwards. Kill only what is durable."""
    try:
        embedded.start_postgres(data_dir, durable=durable)
        manage(data_dir, "bootstrap")
        yield embedded.urls(data_dir)
    finally:
        embedded.remove(data_dir)
