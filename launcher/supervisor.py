"""`make run`: PostgreSQL, Valkey, web, workers and beat in the foreground, until Ctrl-C.

Servers that the environment names are used as they are; the others are started here. Who holds the lock on
``DATA_DIR/run.json`` is the one supervisor of that data folder; the file says where it serves and what it
started, so that the next one can clean up after a kill.
"""

import argparse
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from audit import signing
from launcher import app_account, embedded
from launcher.embedded.postgres import is_alive, port_is_free
from lib import environment as env
from lib.full_disk import has_no_room, is_full_disk

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
READY_SECONDS = 180
STOP_SECONDS = 20
BACKOFF_SECONDS_MAX = 30
# What an installation writes beside its servers; `make reset` deletes these and nothing else.
WRITTEN = (
    "media",
    "static",
    "anchors*",
    "audit_signing_key*",
    "restore.json",
    ".*.restored",
    "sample_data.*",
    "beat",
    "beat-schedule*",
    "tmp",
)


class CannotRun(Exception):
    """One line for the terminal, and exit code 1."""


def say(text: str) -> None:
    # Past Python's buffer, which would keep what could not be written and fail with it at the end. The terminal may
    # be gone, or the disk of a log full: going on matters more.
    with suppress(OSError):
        os.write(1, f"verso: {text}\n".encode())


def started_at(pid: int) -> str | None:
    """When a process started, in ticks since boot: with its number it is unmistakable."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19]
    except OSError:
        return None


class Child:
    """One program of ours, started again with growing pauses when it ends by itself."""

    def __init__(self, name: str, command: list, environment: Callable[[], dict[str, str]], umask: int = -1):
        self.name, self.command, self.environment = name, [str(part) for part in command], environment
        self.umask = umask
        self.process: subprocess.Popen | None = None
        self.pause, self.next_try, self.since = 1.0, 0.0, 0.0

    def start(self) -> None:
        # A session of its own: Ctrl-C reaches the supervisor alone, which stops things in order.
        self.process = subprocess.Popen(
            self.command,
            env=self.environment(),  # Asked at each start: a server that was started again may have another port.
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            umask=self.umask,
        )
        self.since = time.monotonic()

    def revive(self) -> bool:
        """Start it again when it ended and its pause is over; whether that was done now."""
        if self.process and self.process.poll() is None:
            return False
        now = time.monotonic()
        if self.process:
            self.pause = 1.0 if now - self.since > 60 else min(self.pause * 2, BACKOFF_SECONDS_MAX)
            code = self.process.returncode
            say(f"{self.name} ended (exit code {code}); starting it again in {self.pause:.0f} s")
            self.end_group()  # What it had started may have outlived it.
            self.process, self.next_try = None, now + self.pause
        if now < self.next_try:
            return False
        try:
            self.start()
        except OSError as error:
            say(f"{self.name} could not be started: {error}")
            self.next_try = now + BACKOFF_SECONDS_MAX
            return False
        return True

    def ask_to_stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()

    def make_sure(self, deadline: float) -> None:
        if not self.process:
            return
        try:
            self.process.wait(max(deadline - time.monotonic(), 0.1))
        except subprocess.TimeoutExpired:
            say(f"{self.name} did not stop in time and is ended")
            self.end_group()
            self.process.wait()

    def end_group(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


class RunFile:
    """``DATA_DIR/run.json``: a lock held for life, and what the next supervisor must know."""

    def __init__(self, data_dir: Path):
        self.path = embedded.make_data_dir(data_dir) / "run.json"
        try:
            self.file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600), "r+")
        except OSError as error:
            if is_full_disk(error):
                raise embedded.DiskFull(data_dir) from error
            raise CannotRun(f"{self.path} cannot be opened: {error.strerror}. Who owns the data folder?") from error

    def take(self) -> bool:
        """Become the one supervisor; False when there is one."""
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def read(self) -> dict:
        self.file.seek(0)
        try:
            return json.loads(self.file.read() or "{}")
        except ValueError:
            return {}  # Cut off by a kill while it was written.

    def write(self, **content) -> None:
        """Note it over what stood there, so that a full disk, which takes nothing new, takes this."""
        noted = json.dumps(content).encode()
        try:
            os.pwrite(self.file.fileno(), noted, 0)
            os.ftruncate(self.file.fileno(), len(noted))
        except OSError as error:
            full = is_full_disk(error)
            what = "the disk is full" if full else error.strerror
            say(f"{self.path} could not be written: {what}. Everything goes on.")

    def address_of_holder(self) -> str:
        """Where the other supervisor serves. It writes that at once, but may be a moment behind us."""
        for _ in range(50):
            if address := self.read().get("address"):
                return address
            time.sleep(0.1)
        return "another terminal"


def end_orphans(children: list) -> None:
    """End what a killed supervisor left running."""
    living = [pid for pid, since in children if started_at(pid) == since and is_alive(pid)]
    if living:
        say("ending what an earlier run left behind")
    for how, seconds in ((signal.SIGTERM, 10), (signal.SIGKILL, 5)):
        for pid in living:
            with suppress(ProcessLookupError):
                os.killpg(pid, how)
        deadline = time.monotonic() + seconds
        while living and time.monotonic() < deadline:
            living = [pid for pid in living if is_alive(pid)]
            time.sleep(0.1)


class Supervisor:
    """Starts all in order, keeps it running, stops it in reverse."""

    def __init__(self, data_dir: Path, since: float):
        self.data_dir, self.since = data_dir, since
        self.port = env.whole_number("PORT", 8000, 1, 65535)
        self.address = f"http://127.0.0.1:{self.port}"
        self.own_postgres = "DATABASE_URL" not in os.environ
        self.own_valkey = "REDIS_URL" not in os.environ
        # A database given from outside gets sample data only when asked.
        self.sample_data = env.yes_or_no("SAMPLE_DATA", default=self.own_postgres)
        self.stopping = threading.Event()
        self.children: list[Child] = []
        self.account: app_account.AppAccount | None = None

    def run(self) -> int:
        run_file = RunFile(self.data_dir)
        if not run_file.take():
            say(f"already running on this data: {run_file.address_of_holder()}")
            return 0
        orphans = run_file.read().get("children", [])
        run_file.write(address=self.address, children=orphans)
        self.run_file = run_file
        end_orphans(orphans)
        try:
            self.check_port()
        except CannotRun:
            run_file.write()
            raise
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN:  # nohup means it.
                signal.signal(number, lambda *_: self.stopping.set())
        os.umask(0o077)
        try:
            self.start()
            self.keep_running()
        finally:
            self.stop()
            run_file.write()
        return 0

    def check_port(self) -> None:
        try:
            free = port_is_free(self.port)
        except PermissionError as error:
            raise CannotRun(f"port {self.port} is not open to this user; try PORT=8000 make run") from error
        if not free:
            another = self.port % 65535 + 1
            raise CannotRun(f"port {self.port} is taken by another program; try PORT={another} make run")

    def start(self) -> None:
        self.check_settings()
        if self.own_postgres:
            embedded.start_postgres(self.data_dir)
        self.try_valkey()
        environment = self.environment()
        with self.choosing_account():
            self.bootstrap(environment)
        self.children = self.programs(environment)
        for child in self.children:
            if not self.stopping.is_set():
                child.start()
        self.note_children()
        self.wait_until_ready()

    def check_settings(self) -> None:
        # Before any server starts: a wrong value is one line and nothing else.
        check = [sys.executable, "-c", "import config.settings"]
        if subprocess.run(check, cwd=ROOT, env=os.environ | {"DATA_DIR": str(self.data_dir)}).returncode:
            raise SystemExit(1)

    def try_valkey(self) -> None:
        # Pages do not need the job queue, so its failure is said and not fatal.
        if self.own_valkey and not self.stopping.is_set():
            try:
                embedded.start_valkey(self.data_dir)
            except embedded.EmbeddedError as error:
                say(f"{error} Pages work; jobs wait.")

    def environment(self) -> dict[str, str]:
        environment = os.environ | {"DATA_DIR": str(self.data_dir), "PORT": str(self.port)}
        if os.geteuid() == 0:  # Celery warns at length of root, and of a group without a name.
            quiet = "ignore::UserWarning:celery.apps.worker,ignore::UserWarning:celery.platforms"
            environment.setdefault("PYTHONWARNINGS", quiet)
        # The settings look for embedded servers only without DATABASE_URL.
        if not self.own_postgres and self.own_valkey:
            environment["REDIS_URL"] = embedded.urls(self.data_dir)["REDIS_URL"]
        return environment

    def bootstrap(self, environment: dict[str, str]) -> None:
        sample = ["--sample-data"] if self.sample_data else []
        command = [sys.executable, ROOT / "manage.py", "bootstrap", *sample]
        # What it compiles and collects is for others to read as well; what is private it closes itself.
        child = Child("bootstrap", command, lambda: environment, umask=0o022)
        child.start()
        self.children = [child]
        self.note_children()
        while child.process.poll() is None and not self.stopping.wait(0.05):
            pass
        if child.process.poll() and not self.stopping.is_set():
            if has_no_room(self.data_dir):
                raise embedded.DiskFull(self.data_dir)
            raise CannotRun("the database is not ready, so nothing was started")

    @contextmanager
    def choosing_account(self) -> Iterator[None]:
        """Find out, beside what happens in the block, whether the programs can run as an account without root's rights.

        Only root asks: an ordinary user has no other account to give.
        """
        if os.geteuid() != 0:
            yield
            return
        account, looking, why = app_account.app_account(self.data_dir, dict(os.environ)), None, "no account is free"
        compiling = app_account.prepare_code()
        if account:
            for folder in self.give_folders(account):
                say(f"{folder} is closed to web and workers; chown -R {account.uid}:{account.gid} {folder}")
            looking = account.look()
        try:
            yield
        finally:
            if looking:
                why = app_account.what_it_saw(looking)
            compiling.wait()
        if account and not why:
            self.give_folders(account)  # A restore that was cut off may have put root's files in their places only now.
            self.account = account
        else:
            say(
                f"web, workers and beat run as root and can read the owner's password, since another account cannot"
                f" run them ({why}). Open the checkout, Python and the data folder to others, or start as another user."
            )

    def give_folders(self, account: app_account.AppAccount) -> list[Path]:
        """What the programs need in the data folder, made and given to them; folders that stay closed to them."""
        try:
            if not env.text("AUDIT_SIGNING_KEY"):
                signing.own_key(self.data_dir / "audit_signing_key")  # They can make none.
            return account.take_over()
        except OSError as error:  # No reason to go on as root.
            if is_full_disk(error):
                raise embedded.DiskFull(self.data_dir) from error
            raise CannotRun(f"{error.filename or self.data_dir} cannot be given to web and workers: {error}") from error

    def folder_of_beat(self) -> Path:
        folder = self.data_dir / app_account.BEAT
        folder.mkdir(mode=0o700, exist_ok=True)
        for old in self.data_dir.glob("beat-schedule*"):
            old.unlink()  # Where it stood before; beat makes it anew.
        return folder

    def program(self, name: str, command: list, environment: dict[str, str]) -> Child:
        """One of the programs that serve; started by root, as the account that cannot read the owner's password."""
        if not self.account:
            return Child(name, command, lambda: environment)
        port = self.port if name == "web" else 0
        told = partial(self.account.environment, environment)
        return Child(name, self.account.command(command, port=port), told)

    def programs(self, environment: dict[str, str]) -> list[Child]:
        web = [sys.executable, "-m", "config.web"]
        celery = [BIN / "celery", "-q", "-A", "config.celery"]
        quiet = ["--without-gossip", "--without-mingle", "--loglevel", "WARNING"]
        worker, mail = ["worker", "-c", 2, *quiet], ["worker", "-c", 1, "-Q", "mail", "-n", "mail@%h", *quiet]
        schedule = self.folder_of_beat() / "schedule"
        beat = ["beat", "--schedule", schedule, "--pidfile=", "--loglevel", "WARNING"]
        return [
            self.program("web", web, environment),
            self.program("worker", celery + worker, environment),
            self.program("mail", celery + mail, environment),  # A silent mail server keeps nothing else waiting.
            self.program("beat", celery + beat, environment),
        ]

    def note_children(self) -> None:
        pids = [child.process.pid for child in self.children if child.process]
        self.run_file.write(address=self.address, children=[[pid, started_at(pid)] for pid in pids])

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not self.stopping.wait(0.1):
            status = self.status()
            if status == 200:
                return self.announce()
            if status or self.children[0].process.poll() is not None or time.monotonic() > deadline:
                raise CannotRun("the web server did not start; the lines above say why")

    def status(self) -> int | None:
        """What the web server answers to a look at its health, or None while it does not listen."""
        try:
            return urllib.request.urlopen(f"{self.address}/healthz", timeout=30).status  # noqa: S310
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return None

    def announce(self) -> None:
        say(f"ready in {time.time() - self.since:.1f} s: {self.address}")
        accounts = self.data_dir / "sample_data.json"
        if self.sample_data and accounts.exists():
            for account in json.loads(accounts.read_text(encoding="utf-8")):
                say("  {role:<12} {email:<26} {password}   {what}".format(**account))
        say(f"the data is in {self.data_dir}; Ctrl-C stops everything")

    def keep_running(self) -> None:
        watched: list[tuple[bool, Callable, Callable]] = [
            (self.own_postgres, embedded.postgres_is_running, embedded.start_postgres),
            (self.own_valkey, embedded.valkey_is_running, embedded.start_valkey),
        ]
        while not self.stopping.wait(1):
            for ours, is_running, start in watched:
                if ours and not self.stopping.is_set():
                    self.start_again(is_running, start)
            if sum(child.revive() for child in self.children):
                self.note_children()

    def start_again(self, is_running: Callable, start: Callable) -> None:
        name = start.__name__.removeprefix("start_")
        try:
            if not is_running(self.data_dir) and start(self.data_dir):
                say(f"{name} had ended and was started again")
        except (embedded.EmbeddedError, OSError) as error:  # [1]
            say(f"{name} had ended. {error} Trying again in {BACKOFF_SECONDS_MAX} s.")
            self.stopping.wait(BACKOFF_SECONDS_MAX)

    def stop(self) -> None:
        if self.children:
            say("stopping")
        for child in reversed(self.children):
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        for child in reversed(self.children):
            child.make_sure(deadline)
        for ours, stop in (
            (self.own_valkey, embedded.stop_valkey),
            (self.own_postgres, embedded.stop_postgres),
        ):
            try:
                if ours:
                    stop(self.data_dir)
            except (embedded.EmbeddedError, OSError) as error:
                if self.children:  # Otherwise it is what stopped the start, and is said there.
                    say(str(error))
        if self.children:
            say("stopped")


def reset(data_dir: Path) -> int:
    """Delete the embedded installation of a data folder and make the sample data anew."""
    if "DATABASE_URL" in os.environ:
        raise CannotRun("DATABASE_URL is set, and only the embedded database is reset")
    run_file = RunFile(data_dir)
    if not run_file.take():
        raise CannotRun(f"it is running at {run_file.address_of_holder()}; stop that first")
    end_orphans(run_file.read().get("children", []))
    embedded.remove(data_dir)
    for path in [path for name in WRITTEN for path in data_dir.glob(name)]:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    run_file.write()
    os.umask(0o077)
    command = [sys.executable, str(ROOT / "manage.py"), "bootstrap", "--sample-data"]
    try:
        embedded.start_postgres(data_dir)
        embedded.start_valkey(data_dir)
        return subprocess.run(command, cwd=ROOT, env=os.environ | {"DATA_DIR": str(data_dir)}).returncode
    finally:
        embedded.stop(data_dir)


def stop_leftovers(data_dir: Path) -> int:
    """Stop what a killed supervisor left running."""
    run_file = RunFile(data_dir)
    if not run_file.take():
        raise CannotRun(f"it is running at {run_file.address_of_holder()}; Ctrl-C there stops it")
    end_orphans(run_file.read().get("children", []))
    run_file.write()
    embedded.stop(data_dir)
    return 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m launcher.supervisor", description=__doc__)
    parser.add_argument("--since", type=float, default=time.time(), help="when the start began, in seconds since 1970")
    parser.add_argument("--reset", action="store_true", help="delete the data and make the sample data anew")
    parser.add_argument("--stop", action="store_true", help="stop what a killed run left running")
    given = parser.parse_args()
    data_dir = Path(os.environ.get("DATA_DIR") or ROOT / ".data").resolve()
    try:
        if given.reset:
            return reset(data_dir)
        return stop_leftovers(data_dir) if given.stop else Supervisor(data_dir, given.since).run()
    except (CannotRun, ValueError, embedded.EmbeddedError) as error:
        print(f"verso: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
