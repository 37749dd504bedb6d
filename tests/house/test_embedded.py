"""The embedded servers and the supervisor as real processes: what machine, user and kill may do to them."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

from launcher import embedded
from launcher.embedded import places
from launcher.embedded.postgres import free_port, is_alive, last_words, postmaster, size_of
from tests.installation import static_files

ROOT = Path(__file__).resolve().parents[2]


def make_data_dir() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="verso-house-")).resolve()
    return folder / "data"


def remove_data_dir(data_dir: Path) -> None:
    embedded.remove(data_dir)
    shutil.rmtree(data_dir.parent)


@pytest.fixture
def data_dir():
    """A data folder of its own; its servers are gone after the test."""
    folder = make_data_dir()
    yield folder
    remove_data_dir(folder)


@pytest.fixture(scope="module")
def made_once():
    """A data folder that holds its servers, which were made and stopped."""
    folder = make_data_dir()
    folder.parent.chmod(0o755)
    embedded.start_postgres(folder)
    embedded.stop_postgres(folder)
    yield folder
    remove_data_dir(folder)


@pytest.fixture
def made(made_once):
    """A copy of it, as if made here."""
    folder = make_data_dir()
    folder.parent.chmod(0o755)
    subprocess.run(["cp", "-a", made_once, folder], check=True)
    yield folder
    remove_data_dir(folder)


def pgdata_of(data_dir: Path) -> Path:
    place = json.loads((data_dir / "servers.json").read_text())["place"]
    return data_dir / place / "postgres"


def admin(data_dir: Path) -> psycopg.Connection:
    return psycopg.connect(embedded.urls(data_dir)["DATABASE_ADMIN_URL"], autocommit=True)


def ask(data_dir: Path, query: str):
    with admin(data_dir) as connection:
        return connection.execute(query).fetchone()[0]


# --- start and stop


def test_nothing_is_known_before_the_first_start(data_dir):
    assert embedded.urls(data_dir) is None
    assert not data_dir.exists()
    assert embedded.stop(data_dir) is False


def test_start_and_stop_can_be_repeated(data_dir):
    assert [embedded.start_postgres(data_dir) for _ in range(2)] == [True, False]
    assert [embedded.start_valkey(data_dir) for _ in range(2)] == [True, False]
    assert embedded.postgres_is_running(data_dir) and embedded.valkey_is_running(data_dir)
    assert [embedded.stop(data_dir) for _ in range(2)] == [True, False]
    assert not embedded.postgres_is_running(data_dir) and not embedded.valkey_is_running(data_dir)


def test_eight_starts_at_once_make_one_server(data_dir):
    with ThreadPoolExecutor(8) as pool:
        started = list(pool.map(lambda _: embedded.start_postgres(data_dir), range(8)))
    assert sorted(started) == [False] * 7 + [True]
    assert ask(data_dir, "select 1") == 1


def test_the_server_is_durable_private_and_not_root(data_dir):
    embedded.start_postgres(data_dir)
    with admin(data_dir) as connection:
        shown = {
            name: connection.execute(f"show {name}").fetchone()[0]
            for name in (
                "fsync",
                "synchronous_commit",
                "listen_addresses",
                "unix_socket_directories",
                "timezone",
            )
        }
        methods = connection.execute("select distinct auth_method from pg_hba_file_rules").fetchall()
    assert shown == {
        "fsync": "on",
        "synchronous_commit": "on",
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "timezone": "UTC",
    }
    assert methods == [("scram-sha-256",)]
    pid = postmaster(pgdata_of(data_dir))
    assert Path(f"/proc/{pid}").stat().st_uid == (os.geteuid() or pgdata_of(data_dir).stat().st_uid) != 0


def test_a_wrong_password_does_not_log_in(made):
    embedded.start_postgres(made)
    url = urlsplit(embedded.urls(made)["DATABASE_ADMIN_URL"])
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url._replace(netloc=f"postgres:guess@127.0.0.1:{url.port}").geturl())


def test_secrets_are_closed_to_others(data_dir):
    embedded.start_postgres(data_dir)
    embedded.start_valkey(data_dir)
    embedded.secret_key(data_dir)
    place = pgdata_of(data_dir).parent
    files = [data_dir / "servers.json", data_dir / "secret_key", place / "valkey" / "valkey.conf"]
    assert [oct(file.stat().st_mode & 0o777) for file in files] == ["0o600"] * 3
    assert oct(pgdata_of(data_dir).stat().st_mode & 0o777) == "0o700"
    command = Path(f"/proc/{postmaster(pgdata_of(data_dir))}/cmdline").read_text()
    assert "password" not in command.replace("password_encryption", "")


def test_the_secret_key_stays_the_same_also_when_many_ask_first(data_dir):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: embedded.secret_key(data_dir), range(8)))
    assert len(keys) == 1 and len(keys.pop()) == 64


def test_the_job_queue_keeps_what_was_queued_over_a_restart(data_dir):
    embedded.start_valkey(data_dir)
    with redis.Redis.from_url(embedded.urls(data_dir)["REDIS_URL"]) as client:
        client.rpush("jobs", "first")
    embedded.stop_valkey(data_dir)
    embedded.start_valkey(data_dir)
    with redis.Redis.from_url(embedded.urls(data_dir)["REDIS_URL"]) as client:
        assert client.lrange("jobs", 0, -1) == [b"first"]


def test_a_port_that_somebody_took_is_replaced(made):
    embedded.start_postgres(made)
    port = urlsplit(embedded.urls(made)["DATABASE_URL"]).port
    embedded.stop_postgres(made)
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        embedded.start_postgres(made)
        assert urlsplit(embedded.urls(made)["DATABASE_URL"]).port != port
        assert ask(made, "select 1") == 1


# --- after a kill


def test_what_was_committed_survives_kill_9(made):
    embedded.start_postgres(made)
    with admin(made) as connection:
        connection.execute("create table kept as select 42 as answer")
        os.kill(postmaster(pgdata_of(made)), signal.SIGKILL)
    assert embedded.start_postgres(made) is True
    assert ask(made, "select answer from kept") == 42


def test_what_sessions_of_a_killed_server_write_is_no_reason_not_to_start(tmp_path):
    """Seen when a server was killed under many sessions: a start that had only to wait said the folder is damaged."""
    log = tmp_path / "server.log"
    log.write_text("2026-11-21 12:00:00.000 UTC [1] PANIC:  of an earlier start\n")
    since = size_of(log)
    with log.open("a") as file:
        file.write(
            "2026-11-21 12:33:34 UTC [6018] FATAL:  pre-existing shared memory block (key 1, ID 2) is still in use\n"
            "2026-11-21 12:33:34.923 UTC [6018] LOG:  database system is shut down\n"
            "2026-11-21 12:33:34.931 UTC [5992] FATAL:  terminating connection due to unexpected postmaster exit\n"
        )
    assert last_words(log, since) == "pre-existing shared memory block (key 1, ID 2) is still in use"
    assert last_words(log, size_of(log)) == "it left no word"
    assert last_words(tmp_path / "none", 0) == "it left no log"


def test_a_pid_file_that_names_a_stranger_does_not_stop_the_start(made):
    pid_file = pgdata_of(made) / "postmaster.pid"
    account = places.account_for(pgdata_of(made))
    pid_file.write_text(f"{os.getpid()}\n{pgdata_of(made)}\n")
    account.own(pid_file)
    assert embedded.postgres_is_running(made) is False
    assert embedded.start_postgres(made) is True


def test_a_first_start_that_was_cut_off_is_taken_up_again(made):
    state = json.loads((made / "servers.json").read_text())
    state["postgres"]["made"] = False
    (made / "servers.json").write_text(json.dumps(state))
    (pgdata_of(made).parent / "postgres.part").mkdir()
    assert embedded.start_postgres(made) is True
    assert ask(made, "select 1") == 1


# --- folders


def test_a_folder_closed_to_others_stays_closed(data_dir):
    data_dir.parent.chmod(0o700)
    embedded.start_postgres(data_dir)
    embedded.start_valkey(data_dir)
    assert ask(data_dir, "select 1") == 1
    assert data_dir.parent.stat().st_mode & 0o777 == 0o700
    place = pgdata_of(data_dir).parent
    # As root the servers cannot enter: they live in the system's state directory, and the folder says where.
    assert place.parent == (Path("/var/lib") if os.geteuid() == 0 else data_dir.parent)
    embedded.remove(data_dir)
    assert not (place / "postgres").exists()
    assert place.exists() == (place == data_dir)


def test_an_open_folder_holds_its_servers_and_can_be_moved(data_dir):
    data_dir.parent.chmod(0o755)
    embedded.start_postgres(data_dir)
    assert pgdata_of(data_dir) == data_dir / "." / "postgres"
    embedded.stop_postgres(data_dir)
    data_dir.rename(data_dir.with_name("moved"))
    try:
        assert embedded.start_postgres(data_dir.with_name("moved")) is True
    finally:
        embedded.remove(data_dir.with_name("moved"))


def overwrite(path: Path, content: bytes) -> None:
    path.write_bytes(content)


DAMAGES = {
    "state is no JSON": (lambda at: overwrite(at / "servers.json", b"{"), "servers.json cannot be read"),
    "state is cut": (lambda at: overwrite(at / "servers.json", b'{"format": 1}'), "incomplete"),
    "state of another version": (
        lambda at: overwrite(at / "servers.json", b'{"format": 7}'),
        "of another version",
    ),
    "no database folder": (lambda at: shutil.rmtree(pgdata_of(at)), "postgres is missing"),
    "no version": (lambda at: (pgdata_of(at) / "PG_VERSION").unlink(), "holds no database"),
    "no control file": (lambda at: (pgdata_of(at) / "global/pg_control").unlink(), "pg_control is missing"),
    "spoilt control file": (
        lambda at: overwrite(pgdata_of(at) / "global/pg_control", bytes(8192)),
        "PostgreSQL does not start",
    ),
    "another major version": (
        lambda at: overwrite(pgdata_of(at) / "PG_VERSION", b"12\n"),
        "made by PostgreSQL 12",
    ),
}


def everything_in(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): path.read_bytes() for path in files if path.name not in ("server.log", "servers.lock")}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_folder_gets_one_sentence_and_stays_as_it_is(made, damage):
    spoil, words = DAMAGES[damage]
    spoil(made)
    before = everything_in(made)
    with pytest.raises(embedded.EmbeddedError) as refusal:
        embedded.start_postgres(made)
    message = str(refusal.value)
    assert words in message and "Nothing was changed" in message and "\n" not in message
    assert everything_in(made) == before


def test_a_lost_state_is_not_taken_for_a_first_start(made):
    (made / "servers.json").unlink()
    with pytest.raises(embedded.DataFolderDamaged, match="servers.json is missing"):
        embedded.start_postgres(made)
    assert not (made / "servers.json").exists()


def test_servers_of_a_deleted_folder_do_not_stand_in_the_way_of_a_new_one(data_dir):
    data_dir.parent.chmod(0o700)
    embedded.start_postgres(data_dir)
    before = pgdata_of(data_dir)
    pid = postmaster(before)
    if before.is_relative_to(data_dir):  # Otherwise the server is elsewhere, and runs on.
        embedded.stop_postgres(data_dir)
    shutil.rmtree(data_dir)
    assert embedded.start_postgres(data_dir) is True
    assert ask(data_dir, "select 1") == 1
    assert not is_alive(pid)
    shutil.rmtree(places.closed_place(data_dir).with_suffix(".before"), ignore_errors=True)


def test_a_damaged_secret_key_is_not_replaced(data_dir):
    embedded.secret_key(data_dir)
    (data_dir / "secret_key").write_text("")
    with pytest.raises(embedded.DataFolderDamaged, match="secret_key is too short"):
        embedded.secret_key(data_dir)
    assert (data_dir / "secret_key").read_text() == ""


def test_the_settings_say_a_damaged_folder_in_one_line(data_dir):
    embedded.start_postgres(data_dir)
    embedded.stop_postgres(data_dir)
    place = pgdata_of(data_dir).parent
    (data_dir / "servers.json").write_text("{")
    done = run("manage.py", "check", data_dir=data_dir)
    assert done.returncode == 1
    assert re.fullmatch(r"VERSO cannot start: The data folder .* is damaged: .*\n", done.stderr)
    if place != data_dir:
        shutil.rmtree(place)


# --- a command beside servers that are thrown away


def environment_of(data_dir: Path | None = None, **more: str) -> dict[str, str]:
    """This environment without any server in it, so that the program looks for its own."""
    names = ("DATABASE_", "REDIS_URL", "SECRET_KEY", "DATA_DIR", "PORT", "SITE_URL", "PYTEST_")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(names)}
    return plain | ({"DATA_DIR": str(data_dir)} if data_dir else {}) | more


def run(*arguments: str, data_dir: Path | None = None, **more: str) -> subprocess.CompletedProcess:
    command = [sys.executable, *arguments]
    environment = environment_of(data_dir, **more)
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)


LOOK = """
import os, psycopg, sys
names = ["DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_ADMIN_URL", "REDIS_URL", "DATA_DIR"]
print(all(os.environ[name] for name in names))
with psycopg.connect(os.environ["DATABASE_ADMIN_URL"]) as admin:
    print(admin.execute("show data_directory").fetchone()[0])
print(os.environ["DATA_DIR"], flush=True)
"""


def test_a_command_gets_servers_of_its_own_and_nothing_is_left():
    done = run("-m", "launcher.embedded", "exec", "--", sys.executable, "-c", LOOK + "sys.exit(7)")
    complete, pgdata, home = done.stdout.split()
    assert (done.returncode, complete) == (7, "True")
    assert not Path(pgdata).exists() and not Path(home).parent.exists()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_servers_of_a_command_that_was_ended_go_too(how):
    command = [sys.executable, "-m", "launcher.embedded", "exec", "--"]
    command += [sys.executable, "-c", LOOK + "import time; time.sleep(60)"]
    process = subprocess.Popen(command, cwd=ROOT, env=environment_of(), stdout=subprocess.PIPE, text=True)
    _, pgdata, home = (process.stdout.readline().strip() for _ in range(3))
    assert Path(pgdata).exists()
    process.send_signal(how)
    process.wait(60)
    process.stdout.close()
    if how == signal.SIGKILL:  # Then nobody could clean up, and the next one does.
        assert Path(pgdata).exists()
        run("-m", "launcher.embedded", "exec", "--", "true")
    assert not Path(pgdata).exists() and not Path(home).parent.exists()


# --- make run


class Running:
    """A supervisor in the background, and what it printed."""

    def __init__(self, data_dir: Path, port: int, name: str):
        self.data_dir, self.log = data_dir, data_dir.parent / f"{name}.log"
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "launcher.supervisor"],
                cwd=ROOT,
                env=environment_of(data_dir, PORT=str(port), LOG_LEVEL="ERROR", STATIC_ROOT=str(static_files())),
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait_for(self, word: str, seconds: float = 240) -> str:
        """The line with the word, as soon as it is printed."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := [line for line in self.log.read_text().splitlines() if word in line]:
                return found[-1]
            time.sleep(0.1)
        raise AssertionError(f"no {word!r} in {self.log.read_text()}")

    def children(self) -> list[int]:
        return [pid for pid, _ in json.loads((self.data_dir / "run.json").read_text())["children"]]

    def end(self, how: int) -> int:
        self.process.send_signal(how)
        return self.process.wait(60)


def test_the_life_of_a_run(data_dir):
    port = free_port()
    address = f"http://127.0.0.1:{port}"

    # Two at once: one serves, the other says where.
    data_dir.parent.chmod(0o755)
    pair = [Running(data_dir, port, "one"), Running(data_dir, port, "other")]
    while all(one.process.poll() is None for one in pair):
        time.sleep(0.1)
    first, second = sorted(pair, key=lambda one: one.process.poll() is not None)
    assert second.process.wait() == 0
    assert second.wait_for("already running") == f"verso: already running on this data: {address}"
    assert re.fullmatch(rf"verso: ready in [\d.]+ s: {address}", first.wait_for("ready in"))

    assert "verso:   staff_ops    sam@verso.example" in first.wait_for("sam@verso.example")

    # A second start says the address, whatever port it was given; another folder cannot have the port.
    later = run("-m", "launcher.supervisor", data_dir=data_dir, PORT=str(free_port()))
    assert (later.returncode, later.stdout) == (0, f"verso: already running on this data: {address}\n")
    elsewhere = run("-m", "launcher.supervisor", data_dir=data_dir.with_name("other"), PORT=str(port))
    assert (elsewhere.returncode, elsewhere.stdout) == (1, "")
    assert elsewhere.stderr == f"verso: port {port} is taken by another program; try PORT={port + 1} make run\n"
    refused = run("-m", "launcher.supervisor", "--reset", data_dir=data_dir)
    assert (refused.returncode, refused.stderr) == (
        1,
        f"verso: it is running at {address}; stop that first\n",
    )

    # A killed supervisor leaves programs behind; the next one ends them and serves again.
    left = first.children()
    assert first.end(signal.SIGKILL) == -signal.SIGKILL
    assert len(left) == 4 and all(is_alive(pid) for pid in left)
    again = Running(data_dir, port, "again")
    again.wait_for("ready in")
    assert not any(is_alive(pid) for pid in left)

    # PostgreSQL, Valkey and the web server are started again when they die.
    os.kill(postmaster(pgdata_of(data_dir)), signal.SIGKILL)
    again.wait_for("postgres had ended and was started again")
    embedded.stop_valkey(data_dir)
    again.wait_for("valkey had ended and was started again")
    os.kill(again.children()[0], signal.SIGKILL)
    again.wait_for("web ended (exit code -9); starting it again in 2 s")

    # A clean stop: everything is gone, and the exit code says so.
    children = again.children()
    assert again.end(signal.SIGTERM) == 0
    assert again.log.read_text().endswith("verso: stopped\n")
    assert not any(is_alive(pid) for pid in children)
    assert not embedded.postgres_is_running(data_dir) and not embedded.valkey_is_running(data_dir)

    # A first start that was cut off while it loaded the sample data begins again; a whole one is kept.
    more = {"data_dir": data_dir, "STATIC_ROOT": str(static_files())}
    whole = run("manage.py", "bootstrap", "--sample-data", **more)
    assert "sample data: not added, the database is not empty" in whole.stdout
    (data_dir / "sample_data.json").rename(data_dir / "sample_data.part")
    again = run("manage.py", "bootstrap", "--sample-data", **more)
    assert "sample data: done" in again.stdout
    assert not (data_dir / "sample_data.part").exists() and (data_dir / "sample_data.json").exists()

    # A reset makes all of it anew, and deletes nothing that is not ours.
    (data_dir / "notes.txt").write_text("mine")
    key = embedded.secret_key(data_dir)
    reset = run("-m", "launcher.supervisor", "--reset", **more)
    assert "sample data: done" in reset.stdout and reset.returncode == 0
    assert embedded.secret_key(data_dir) != key
    assert (data_dir / "notes.txt").read_text() == "mine"
    assert not embedded.postgres_is_running(data_dir)


@pytest.mark.parametrize("value", ["0", "65536", "eight", "-1", "8e3", "٨٠٠٠"])
def test_a_port_that_is_none_is_one_line(data_dir, value):
    done = run("-m", "launcher.supervisor", data_dir=data_dir, PORT=value)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"verso: PORT is {value!r}; it must be a whole number from 1 to 65535\n"
    assert not data_dir.exists()


def test_a_wish_for_sample_data_that_is_neither_is_one_line(data_dir):
    done = run("-m", "launcher.supervisor", data_dir=data_dir, SAMPLE_DATA="maybe")
    assert (done.returncode, done.stderr) == (1, "verso: SAMPLE_DATA is 'maybe'; say true or false\n")
