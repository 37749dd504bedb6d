"""An installation of its own, made by ``bootstrap``: for tests that kill it, restore it or measure it.

``bootstrap`` makes one of them for a whole run; each test gets a copy, as it was when its servers had stopped.
"""

import fcntl
import functools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher import embedded
from launcher.embedded import places, state
from launcher.embedded.postgres import free_port

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


@contextmanager
def _of_this_run(name: str) -> Iterator[Path]:
    """A folder that all workers of this run share, entered by one at a time."""
    folder = Path(tempfile.gettempdir()) / f"verso-{name}-{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}"
    folder.mkdir(exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


@functools.cache
def static_files() -> Path:
    """Where the static files of every installation of this run are: they are the same, and take seconds to compress."""
    with _of_this_run("static") as folder:
        environment = os.environ | {"STATIC_ROOT": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings"}
        subprocess.run([sys.executable, "-c", COLLECT], cwd=ROOT, env=environment, check=True, capture_output=True)
    return folder


@functools.cache
def _bootstrapped() -> tuple[Path, dict]:
    """What ``bootstrap`` made, once for this run: PostgreSQL's files, packed, and what servers.json said of them."""
    with _of_this_run("bootstrapped") as folder:
        pack = folder / "postgres.tar"
        if not pack.exists():
            made = folder / "made"
            try:
                embedded.start_postgres(made, durable=False)
                manage(made, "bootstrap")
                embedded.stop_postgres(made)
                known = state.load(made)
                (folder / "servers.json").write_text(json.dumps(known))
                part = pack.with_suffix(".part")
                subprocess.run(["tar", "-cf", part, "-C", state.place_of(made, known), "postgres"], check=True)
                part.rename(pack)
            finally:
                embedded.remove(made)
        return pack, json.loads((folder / "servers.json").read_text())


def lay(data_dir: Path) -> None:
    """Lay an installation into a folder as ``bootstrap`` leaves it, its servers stopped and its key not made yet."""
    pack, known = _bootstrapped()
    data_dir = embedded.make_data_dir(Path(data_dir)).resolve()
    place = places.choose_place(data_dir)
    subprocess.run(["tar", "-xpf", pack, "-C", place], check=True)
    own = known["postgres"] | {"port": free_port()}
    state.save(data_dir, known | {"postgres": own, "place": "." if place == data_dir else str(place)})


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
    """Lay one, run PostgreSQL, give the addresses; remove all of it afterwards. Kill only what is durable."""
    try:
        lay(data_dir)
        embedded.start_postgres(data_dir, durable=durable)
        yield embedded.urls(data_dir)
    finally:
        embedded.remove(data_dir)
