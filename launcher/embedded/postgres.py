"""Start and stop the embedded PostgreSQL.

Whatever changes something here needs the lock of ``state.locked``; the functions of the package take it.
"""

import errno
import os
import re
import shutil
import signal
import socket
import time
from pathlib import Path

from lib.full_disk import has_no_room, says_full_disk

from . import state
from .places import Account, account_for, postgres_bin
from .state import DataFolderDamaged, DiskFull, EmbeddedError

START_SECONDS = 60
ORPHANS_SECONDS = 20
LOG_BYTES_MAX = 10_000_000
_OF_ORPHANS = "terminating connection due to unexpected postmaster exit"
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    "logging_collector": "off",
}
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def port_is_free(port: int) -> bool:
    """Whether nobody listens on a port of 127.0.0.1. Raises PermissionError for one that is not ours."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            return False
    return True


def pid_in(pid_file: Path, word: str) -> int | None:
    """The process that a pid file names, if it lives and its command line holds the word."""
    try:
        pid = int(pid_file.read_text().split("\n", 1)[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return None
    return pid if os.fsencode(word) in command else None


def postmaster(pgdata: Path) -> int | None:
    """The process id of the server that runs on this folder, or None."""
    return pid_in(pgdata / "postmaster.pid", str(pgdata))


def end(place: Path) -> None:
    """End the server of a place without asking anything of its files, for a place about to be deleted."""
    end_process(postmaster(place / "postgres"), signal.SIGINT)


def end_process(pid: int | None, how: int) -> None:
    """Send a signal and wait for the process to go; after ten seconds it is killed."""
    if pid is None:
        return
    deadline = time.monotonic() + 10
    os.kill(pid, how)
    while is_alive(pid):
        if time.monotonic() > deadline:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """Whether a process lives; one that ended and was not collected yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def start(data_dir: Path, known: dict, durable: bool) -> bool:
    """Start the server, making its cluster the first time; whether it was this call that started it.

    ``durable`` False is for throw-away clusters only. Raises EmbeddedError, DataFolderDamaged.
    """
    place = state.place_of(data_dir, known)
    pgdata = place / "postgres"
    account = account_for(pgdata)
    programs = postgres_bin(place, account)
    if not known["postgres"]["made"]:
        _make(place, programs, account, known["postgres"]["passwords"]["admin"], durable)
        known["postgres"]["made"] = True
        state.save(data_dir, known)
    _check(data_dir, pgdata, programs, account)
    if postmaster(pgdata):
        return False
    # PostgreSQL refuses when the number of a dead server now belongs to another process of the same user; we
    # looked closer. Orphans of a killed server are recognised by their shared memory, not by this file.
    (pgdata / "postmaster.pid").unlink(missing_ok=True)
    log = pgdata / "server.log"
    _keep_log_short(log)
    deadline = time.monotonic() + ORPHANS_SECONDS
    told = size_of(log)
    while not _started(data_dir, known, programs, account, pgdata, durable):
        if is_out_of_room(log, told):
            raise DiskFull(data_dir)  # [1]
        reason, told = last_words(log, told), size_of(log)
        if "shared memory" not in reason and "bind" not in reason or time.monotonic() > deadline:
            raise EmbeddedError(f"PostgreSQL does not start: {reason}. Nothing was changed; {log} says more.")
        time.sleep(0.3)  # After kill -9 the orphans of the last server hold its shared memory for a moment.
    return True


def is_out_of_room(log: Path, since: int) -> bool:
    """Whether a server did not start for want of room; on a full disk its log may not have taken its words either."""
    try:
        said = log.read_bytes()[since:].decode(errors="replace")
    except OSError:
        said = ""
    return says_full_disk(said) or has_no_room(log.parent)


def _make(place: Path, programs: Path, account: Account, password: str, durable: bool) -> None:
    pgdata, part, secret = place / "postgres", place / "postgres.part", place / "postgres.password"
    if pgdata.exists():
        return  # The power went between the rename below and the note of it.
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(mode=0o700)
    account.own(part)
    state.write_private(secret, password + "\n")
    account.own(secret)
    major = _major(programs, account)
    locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if major >= 17 else []
    options = ["-U", "postgres", "-A", "scram-sha-256", f"--pwfile={secret}", "--encoding=UTF8"]
    options += ["--locale=C.UTF-8", *locale, *([] if durable else ["--no-sync"])]
    try:
        done = account.run([programs / "initdb", *options, "-D", part])
        if done.returncode and (says_full_disk(done.stderr + done.stdout) or has_no_room(place)):
            raise DiskFull(place)
        if done.returncode:
            raise EmbeddedError(f"PostgreSQL could not make its files: {_last_line(done.stderr or done.stdout)}")
        part.rename(pgdata)
    finally:
        secret.unlink()
        shutil.rmtree(part, ignore_errors=True)


def _major(programs: Path, account: Account) -> int:
    done = account.run([programs / "postgres", "--version"])
    found = re.search(r"\) (\d+)", done.stdout)
    if not found:
        raise EmbeddedError(f"{programs}/postgres does not run: {_last_line(done.stderr)}")
    return int(found[1])


def _check(data_dir: Path, pgdata: Path, programs: Path, account: Account) -> None:
    if not pgdata.is_dir():
        raise DataFolderDamaged(data_dir, f"{pgdata} is missing")
    try:
        made_by = (pgdata / "PG_VERSION").read_text().strip()
    except PermissionError as error:
        raise EmbeddedError(f"{pgdata} belongs to another user, so this one cannot use it.") from error
    except FileNotFoundError as error:
        raise DataFolderDamaged(data_dir, f"{pgdata} holds no database") from error
    missing = [name for name in ("base", "global/pg_control", "pg_wal") if not (pgdata / name).exists()]
    if missing:
        raise DataFolderDamaged(data_dir, f"{pgdata / missing[0]} is missing")
    major = str(_major(programs, account))
    if made_by != major:
        raise EmbeddedError(
            f"The database in {pgdata} was made by PostgreSQL {made_by[:20]}, and the programs here are "
            f"PostgreSQL {major}. Nothing was changed."
        )


def _keep_log_short(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_BYTES_MAX:
        log.replace(log.with_suffix(".log.1"))


def _started(data_dir: Path, known: dict, programs: Path, account: Account, pgdata: Path, durable: bool) -> bool:
    settings = SETTINGS | ({} if durable else THROWAWAY) | {"port": str(_settled_port(data_dir, known))}
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    done = account.run(
        [programs / "pg_ctl", "-D", pgdata, "-l", pgdata / "server.log", "-o", options]
        + ["-w", "-t", START_SECONDS, "-s", "start"]
    )
    return done.returncode == 0


def _settled_port(data_dir: Path, known: dict) -> int:
    # The port stays the same for as long as nobody else took it, so that whoever knows it can reconnect.
    if not known["postgres"]["port"] or not port_is_free(known["postgres"]["port"]):
        known["postgres"]["port"] = free_port()
        state.save(data_dir, known)
    return known["postgres"]["port"]


def size_of(log: Path) -> int:
    return log.stat().st_size if log.exists() else 0


def last_words(log: Path, since: int) -> str:
    """Why a server did not start, by what its log holds from ``since`` on.

    The sessions of a killed server write into the same log until they notice; what ends them is no reason.
    """
    try:
        lines = log.read_bytes()[since:].decode(errors="replace").splitlines()
    except OSError:
        return "it left no log"
    fatal = [line for line in lines if re.search(r"\b(FATAL|PANIC):", line) and _OF_ORPHANS not in line]
    return re.sub(r"^.*?\b(FATAL|PANIC):\s*", "", (fatal or lines or ["it left no word"])[-1]).rstrip(".")


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it gave no reason"])[-1]


def stop(data_dir: Path, known: dict) -> bool:
    """Stop the server, ending its sessions; whether there was one to stop. Raises EmbeddedError."""
    place = state.place_of(data_dir, known)
    pgdata = place / "postgres"
    if not postmaster(pgdata):
        return False
    account = account_for(pgdata)
    done = account.run(
        [postgres_bin(place, account) / "pg_ctl", "-D", pgdata, "-m", "fast", "-w", "-t", 30, "-s", "stop"]
    )
    if done.returncode and (pid := postmaster(pgdata)):
        os.kill(pid, signal.SIGQUIT)  # Immediate shutdown: recovery at the next start.
        raise EmbeddedError(f"PostgreSQL did not stop in 30 seconds and was ended: {_last_line(done.stderr)}")
    return True
