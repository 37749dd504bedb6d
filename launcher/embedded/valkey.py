"""Start and stop the embedded Valkey, the broker. Pages do not need it; jobs do."""

import signal
import socket
import time
from pathlib import Path

from lib.full_disk import has_no_room

from . import state
from .places import account_for, valkey_server
from .postgres import end_process, free_port, pid_in, port_is_free
from .state import DiskFull, EmbeddedError

START_SECONDS = 10


def _answer(known: dict, command: str) -> bytes:
    # The password is ours alone, so an answer proves that this is our server and not somebody else's.
    port, password = known["valkey"]["port"], known["valkey"]["password"]
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
            connection.sendall(f"AUTH {password}\r\n{command}\r\n".encode())
            replies = connection.makefile("rb")
            return replies.readline() and replies.readline()
    except OSError:
        return b""


def is_running(known: dict) -> bool:
    """Whether our server answers."""
    return bool(known["valkey"]["port"]) and _answer(known, "PING").startswith((b"+PONG", b"-LOADING"))


def start(data_dir: Path, known: dict) -> bool:
    """Start the server; whether it was this call that started it. Raises EmbeddedError."""
    if is_running(known):
        return False
    place = state.place_of(data_dir, known)
    folder = place / "valkey"
    account = account_for(folder)
    if not folder.exists():
        folder.mkdir(mode=0o700)
        account.own(folder)
    if not known["valkey"]["port"] or not port_is_free(known["valkey"]["port"]):
        known["valkey"]["port"] = free_port()
        state.save(data_dir, known)
    _configure(folder / "valkey.conf", known)
    account.own(folder / "valkey.conf")
    done = account.run([valkey_server(place, account), folder / "valkey.conf"])
    deadline = time.monotonic() + START_SECONDS
    while not is_running(known):
        if done.returncode and has_no_room(folder):
            raise DiskFull(data_dir)
        if done.returncode or time.monotonic() > deadline:
            raise EmbeddedError(f"Valkey, the job queue, does not start; {folder / 'server.log'} says why.")
        time.sleep(0.05)
    return True


def _configure(path: Path, known: dict) -> None:
    # In a file and not on the command line, where every user of the machine could read the password.
    settings = {
        "bind": "127.0.0.1",
        "port": known["valkey"]["port"],
        "requirepass": known["valkey"]["password"],
        "daemonize": "yes",
        "dir": f'"{path.parent}"',
        "pidfile": f'"{path.parent / "valkey.pid"}"',
        "logfile": f'"{path.parent / "server.log"}"',
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": '""',
        "maxmemory-policy": "noeviction",
    }
    lines = [f"{name} {value}\n" for name, value in settings.items()]
    # It runs as the account of PostgreSQL: whoever has its password must not move its files into that one's.
    lines += [f'rename-command {name} ""\n' for name in ("CONFIG", "MODULE", "DEBUG")]
    state.write_private(path, "".join(lines))


def stop(data_dir: Path, known: dict) -> bool:
    """Stop the server; whether there was one to stop."""
    if not is_running(known):
        return False
    _answer(known, "SHUTDOWN NOSAVE")
    deadline = time.monotonic() + START_SECONDS
    while is_running(known) and time.monotonic() < deadline:
        time.sleep(0.05)
    return True


def end(place: Path) -> None:
    """End the server of a place without asking anything of its files, for a place about to be deleted."""
    end_process(pid_in(place / "valkey" / "valkey.pid", ":"), signal.SIGTERM)
