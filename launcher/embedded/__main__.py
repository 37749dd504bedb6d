"""The embedded servers from the command line, and running a command beside a throw-away pair."""

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from launcher.roles import make_roles_and_database

from . import EmbeddedError, remove, start_postgres, start_valkey, stop, urls

ROOT = Path(__file__).resolve().parents[2]
NAMES = {"owner": "DATABASE_OWNER_URL", "app": "DATABASE_URL", "readonly": "DATABASE_READONLY_URL"}
THROWAWAY_PREFIX = "verso-test-"


def data_dir() -> Path:
    """The data folder that the environment names, as the settings read it."""
    return Path(os.environ.get("DATA_DIR") or ROOT / ".data").resolve()


def throw_away(folder: Path) -> None:
    """Stop the servers of a throw-away data folder and delete all of it."""
    remove(folder)
    shutil.rmtree(folder, ignore_errors=True)


def remove_abandoned(parent: Path) -> None:
    """Remove what launchers that were killed left behind."""
    for folder in parent.glob(f"{THROWAWAY_PREFIX}*-*"):
        pid = folder.name.removeprefix(THROWAWAY_PREFIX).split("-")[0]
        if pid.isdigit() and folder.stat().st_uid == os.geteuid() and not Path("/proc", pid).exists():
            throw_away(folder)


def run_beside_throwaway(command: list[str]) -> int:
    """Run a command beside servers of its own and give its exit code. Nothing of them is left afterwards."""
    parent = Path(tempfile.gettempdir()).resolve()
    remove_abandoned(parent)
    folder = Path(tempfile.mkdtemp(prefix=f"{THROWAWAY_PREFIX}{os.getpid()}-", dir=parent))
    child = None

    def pass_on(number, _frame):
        # The command decides how it ends; this process stays to clean up after it. Ctrl-C reaches both.
        if child is None:
            raise SystemExit(128 + number)
        if number != signal.SIGINT:
            child.send_signal(number)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, pass_on)
    try:
        start_postgres(folder, durable=False)
        start_valkey(folder)
        addresses = urls(folder)
        logins = {who: addresses[name] for who, name in NAMES.items()}
        make_roles_and_database(addresses["DATABASE_ADMIN_URL"], logins)
        for name in ("home", "tmp"):
            (folder / name).mkdir(mode=0o755)
        # What the command forgets in its temporary folder goes with everything else.
        own = {"DATA_DIR": str(folder / "home"), "TMPDIR": str(folder / "tmp")}
        own["PYTHONDONTWRITEBYTECODE"] = ""  # its many programs need not compile the same files again and again
        environment = os.environ | addresses | own
        child = subprocess.Popen(command, env=environment)
        code = child.wait()
        return 128 - code if code < 0 else code
    finally:
        throw_away(folder)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m launcher.embedded", description=__doc__)
    commands = parser.add_subparsers(dest="what", required=True)
    commands.add_parser("start", help="start PostgreSQL and Valkey on DATA_DIR and leave them running")
    commands.add_parser("stop", help="stop the servers of DATA_DIR")
    commands.add_parser("urls", help="print the addresses as NAME=value lines, passwords included")
    beside = commands.add_parser("exec", help="run a command beside throw-away servers, removed at its end")
    beside.add_argument("command", nargs=argparse.REMAINDER)
    given = parser.parse_args(arguments)
    if given.what == "exec":
        return run_beside_throwaway([part for part in given.command if part != "--"])
    if given.what == "start":
        start_postgres(data_dir())
        start_valkey(data_dir())
    elif given.what == "stop":
        stop(data_dir())
    else:
        for name, value in (urls(data_dir()) or {}).items():
            print(f"{name}={value}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except EmbeddedError as error:
        sys.exit(str(error))
