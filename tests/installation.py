"""An installation of its own, made by ``bootstrap``: for tests that kill it, restore it or measure it."""

import fcntl
import functools
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher import embedded

ROOT = Path(__file__).resolve().parents[1]
# As bootstrap does it, which then leaves them alone.
COLLECT = """
import django
django.setup()
from launcher.management.commands.bootstrap import Command, Progress
command = Command()
with Progress(command.stdout) as command.progress:
    command.collect_static_files()
"""


def environment_of(data_dir: Path) -> dict[str, str]:
    """The environment of a command that uses this installation and no server from outside."""
    mine = {name: value for name, value in os.environ.items() if not name.startswith(("DATABASE_", "REDIS_"))}
    return mine | {"DATA_DIR": str(data_dir), "STATIC_ROOT": str(static_files())}


@functools.cache
def static_files() -> Path:
    """Where the static files of every installation of this run are: they are the same, and take seconds to compress."""
    folder = Path(tempfile.gettempdir()) / f"verso-static-{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}"
    folder.mkdir(exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        environment = os.environ | {"STATIC_ROOT": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings"}
        subprocess.run([sys.executable, "-c", COLLECT], cwd=ROOT, env=environment, check=True, capture_output=True)
    return folder


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
