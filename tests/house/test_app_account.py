"""`make run` as root: whoever gets to run code in web, worker or beat reads no password of owner or administrator.

Real processes. Started by an ordinary user the programs are that user, and the same questions have other answers.
"""

import ctypes
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from launcher import app_account, embedded, staging
from launcher.embedded import state
from launcher.embedded.postgres import free_port, port_is_free, postmaster
from launcher.supervisor import Supervisor
from lib import shared_folders
from tests.house.test_compose import names_read
from tests.installation import lay

ROOT = Path(__file__).resolve().parents[2]
IS_ROOT = os.geteuid() == 0
NOT_THEIRS = {"DATABASE_OWNER_URL", "DATABASE_ADMIN_URL", "DATABASE_READONLY_URL", "SAMPLE_DATA"}


def environment_of(data_dir: Path, **more: str) -> dict[str, str]:
    names = ("DATABASE_", "REDIS_URL", "SECRET_KEY", "AUDIT_", "MEDIA_", "STATIC_", "SITE_URL", "PYTEST_")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(names)}
    return plain | {"DATA_DIR": str(data_dir), "LOG_LEVEL": "ERROR"} | more


class Site:
    """A supervisor in the background, on a folder that was used before and stands below one that is closed."""

    def __init__(self, folder: Path):
        folder.chmod(0o700)
        self.data_dir, self.port, self.log = folder / "data", free_port(), folder / "log"
        lay(self.data_dir)
        for name in ("media", "anchors"):
            (self.data_dir / name).mkdir(parents=True, mode=0o700)
            (self.data_dir / name / "of-before").write_text("kept")
            (self.data_dir / name / "of-before").chmod(0o600)
        self.environment = environment_of(self.data_dir, PORT=str(self.port), VERSO_OWNER_PASSWORD="for-compose-alone")
        with self.log.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "launcher.supervisor"],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + 300
        while "ready in" not in self.log.read_text():
            assert self.process.poll() is None and time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)

    @property
    def programs(self) -> list[int]:
        """The four programs and whatever they started."""
        pids = [pid for pid, _ in json.loads((self.data_dir / "run.json").read_text())["children"]]
        for pid in pids:
            pids += [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return pids

    @property
    def passwords(self) -> dict[str, str]:
        return json.loads((self.data_dir / "servers.json").read_text())["postgres"]["passwords"]

    def intrude(self, code: str, *arguments: str) -> str:
        """What code says that runs as the programs do: their account, environment and view of the files."""
        supervisor = Supervisor(self.data_dir, 0)
        supervisor.account = app_account.app_account(self.data_dir, self.environment)
        child = supervisor.program("web", [sys.executable, "-c", code, *arguments], self.environment)
        done = subprocess.run(
            child.command, env=child.environment(), cwd=ROOT, capture_output=True, text=True, stdin=subprocess.DEVNULL
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def manage(self, *command: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=self.environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(90)


@pytest.fixture(scope="module")
def site():
    folder = Path(tempfile.mkdtemp(prefix="verso-house-")).resolve()
    running = Site(folder)
    try:
        running.wait_until_ready()
        yield running
        children = running.programs
        assert running.stop() == 0
        assert not [pid for pid in children if Path(f"/proc/{pid}").exists()]
    finally:
        running.process.kill()
        running.process.wait()
        embedded.remove(running.data_dir)
        shutil.rmtree(folder)


def status_of(pid: int) -> dict[str, list[str]]:
    lines = (line.partition(":") for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return {name: value.split() for name, _, value in lines}


def test_the_programs_are_an_account_of_their_own_without_any_right(site):
    all_of_them = 4 + 2 + 2 + 1  # two web processes, two workers, one for mail
    ends = time.monotonic() + 60  # the site answers before its workers have started theirs
    while len(site.programs) < all_of_them and time.monotonic() < ends:
        time.sleep(0.2)
    assert len(site.programs) >= all_of_them
    server = postmaster(site.data_dir / json.loads((site.data_dir / "servers.json").read_text())["place"] / "postgres")
    for pid in site.programs:
        status = status_of(pid)
        if not IS_ROOT:
            assert status["Uid"] == [str(os.geteuid())] * 4
            continue
        assert status["Uid"] == status["Gid"] == ["65533"] * 4
        assert status["Uid"] != status_of(server)["Uid"]
        assert (status["Groups"], status["NoNewPrivs"]) == ([], ["1"])
        assert {int(status[name][0], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")} == {0}


def test_no_program_was_told_a_password_of_owner_or_administrator(site):
    assert {"admin", "owner", "app", "readonly"} == set(site.passwords)
    for pid in site.programs:
        told = Path(f"/proc/{pid}/environ").read_bytes() + Path(f"/proc/{pid}/cmdline").read_bytes()
        for who in ("admin", "owner", "readonly"):
            assert site.passwords[who].encode() not in told
        assert (b"for-compose-alone" in told) is not IS_ROOT
        assert (site.passwords["app"].encode() in told) is IS_ROOT


OPEN = """
import sys
for path in sys.argv[1:]:
    try:
        open(path, "rb").read(1)
        print(path)
    except OSError:
        pass
"""


def test_no_file_with_such_a_password_opens(site):
    place = (site.data_dir / json.loads((site.data_dir / "servers.json").read_text())["place"]).resolve()
    secret = [site.passwords[who].encode() for who in ("admin", "owner")]
    files = {path for folder in (site.data_dir, place) for path in folder.rglob("*") if path.is_file()}
    holding = sorted(str(path) for path in files if any(one in path.read_bytes() for one in secret))
    assert str(site.data_dir / "servers.json") in holding
    others = [site.data_dir / "sample_data.json", site.data_dir / "secret_key", place / "postgres" / "PG_VERSION"]
    asked = [*holding, *map(str, others)]
    assert site.intrude(OPEN, *asked).split() == ([] if IS_ROOT else asked)
    # The same question finds what is meant to be read.
    assert site.intrude(OPEN, str(ROOT / "manage.py")).split() == [str(ROOT / "manage.py")]


def test_what_other_processes_hold_cannot_be_looked_at(site):
    pids = [site.process.pid, os.getpid()]
    asked = [f"/proc/{pid}/{name}" for pid in pids for name in ("environ", "mem", "fd/0")]
    seen = site.intrude(OPEN, *asked).split()
    assert (seen == []) if IS_ROOT else (f"/proc/{site.process.pid}/environ" in seen)


CONNECT = """
import os, sys
from urllib.parse import unquote, urlsplit
import psycopg
app = urlsplit(sys.argv[1])
known = [value for value in os.environ.values()] + [unquote(urlsplit(os.environ.get(name, "")).password or "")
         for name in ("DATABASE_URL", "REDIS_URL")] + [app.password, "", "postgres"]
for login in sys.argv[2:]:
    for password in known:
        try:
            psycopg.connect(host=app.hostname, port=app.port, dbname="verso", user=login, password=password).close()
            print(login)
            break
        except psycopg.OperationalError:
            pass
"""


def test_nothing_it_knows_lets_it_in_as_owner(site):
    url = embedded.urls(site.data_dir)["DATABASE_URL"]
    logins = ["verso_owner", "postgres", "verso_readonly", "verso_app"]
    assert site.intrude(CONNECT, url, *logins).split() == ["verso_app"]


def test_the_job_queue_writes_no_files_for_an_intruder(site):
    """It runs as the account of PostgreSQL: its own commands must not reach files either."""
    code = """
import os, sys, redis
queue = redis.Redis.from_url(sys.argv[1])
for command in (["CONFIG", "SET", "dir", "/tmp"],
               ["CONFIG", "SET", "dbfilename", "x"], ["MODULE", "LIST"], ["DEBUG", "SLEEP", "0"]):
    try:
        queue.execute_command(*command)
        print(" ".join(command))
    except redis.ResponseError:
        pass
print(queue.ping())
"""
    assert site.intrude(code, embedded.urls(site.data_dir)["REDIS_URL"]) == "True\n"


ASK_FOR_ANCHOR = """
import django
django.setup()
from audit import services
from audit.identity import acting_as_system
with acting_as_system():
    services.record("audit_log.verified", "audit_log")
"""


def test_the_site_works_and_its_jobs_write_where_root_wrote_before(site):
    with urllib.request.urlopen(f"http://127.0.0.1:{site.port}/accounts/login/") as answer:
        assert answer.status == 200 and b"<form" in answer.read()
    styles = re.search(r'href="(/static/[^"]+\.css)"', page(site))[1]
    with urllib.request.urlopen(f"http://127.0.0.1:{site.port}{styles}") as answer:
        assert answer.status == 200
    send = "from config.celery import app; app.send_task('audit.tasks.write_anchor')"
    site.intrude(send)
    anchors, deadline = site.data_dir / "anchors", time.monotonic() + 90
    while not list(anchors.glob("anchor-*.json")):
        assert time.monotonic() < deadline, site.log.read_text()
        time.sleep(0.2)
    owner = 65533 if IS_ROOT else os.geteuid()
    assert {path.stat().st_uid for path in anchors.iterdir()} == {owner}
    site.intrude("import sys; open(sys.argv[1], 'w').write('a paper')", str(site.data_dir / "media" / "new"))
    old = [str(site.data_dir / name / "of-before") for name in ("media", "anchors")]
    assert site.intrude(OPEN, *old).split() == old
    assert list((site.data_dir / "beat").glob("schedule*"))


def page(site: Site) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{site.port}/accounts/login/") as answer:
        return answer.read().decode()


def test_what_root_does_afterwards_fits_and_follows_no_link(site, tmp_path):
    # A new row, so that the command has an anchor to write; then the programs must be able to read it.
    site.manage("shell", "-v", "0", "-c", ASK_FOR_ANCHOR)
    site.manage("export_audit_anchor")
    anchors = sorted((site.data_dir / "anchors").glob("anchor-*.json"))
    assert site.intrude(OPEN, *map(str, anchors)).split() == [str(path) for path in anchors]
    # An intruder lays a link at what he cannot read, and waits for a backup.
    lay = "import os, sys; os.symlink(sys.argv[1], sys.argv[2])"
    site.intrude(lay, str(site.data_dir / "servers.json"), str(site.data_dir / "media" / "link"))
    site.manage("backup", "--output", str(tmp_path / "whole.tar"))
    (site.data_dir / "media" / "link").unlink()
    with tarfile.open(tmp_path / "whole.tar") as archive:
        names = set(archive.getnames())
    assert {"media/of-before", f"anchors/{anchors[-1].name}"} <= names and "media/link" not in names


def test_a_copy_follows_no_link_and_waits_for_nobody(tmp_path):
    source, target, elsewhere = tmp_path / "source", tmp_path / "target", tmp_path / "elsewhere"
    for folder in (source / "papers", elsewhere):
        folder.mkdir(parents=True)
    (source / "papers" / "one").write_text("mine")
    (source / "papers" / "one").chmod(0o640)
    (source / ".draft").write_text("half")
    (elsewhere / "secret").write_text("not mine")
    (source / "file").symlink_to(elsewhere / "secret")
    (source / "folder").symlink_to(elsewhere)
    os.mkfifo(source / "pipe")
    shared_folders.copy_tree(source, target)
    assert sorted(str(path.relative_to(target)) for path in target.rglob("*")) == ["papers", "papers/one"]
    assert (target / "papers" / "one").read_text() == "mine"
    assert (target / "papers" / "one").stat().st_mode & 0o777 == 0o640


def test_what_takes_the_place_of_a_folder_belongs_to_its_owner(tmp_path):
    place, source, owner = tmp_path / "media", tmp_path / "source", 65533 if IS_ROOT else os.geteuid()
    for folder in (place, source / "papers"):
        folder.mkdir(parents=True)
    (source / "papers" / "one").write_text("restored")
    place.chmod(0o710)
    if IS_ROOT:
        os.chown(place, owner, owner)
    staging.stage(tmp_path, "mark", {place: source, tmp_path / "anchors": source}, keep=set())
    assert staging.finish(tmp_path, lambda mark: True) is True
    assert (place / "papers" / "one").read_text() == "restored"
    assert {path.stat().st_uid for path in (place, *place.rglob("*"))} == {owner}
    # A folder that is new is closed; the next start gives it to the programs.
    modes = [path.stat().st_mode & 0o777 for path in (place, tmp_path / "anchors")]
    assert modes == [0o710, 0o700]


# --- Who it is, and where it cannot be


def test_a_folder_outside_is_left_as_it_is_and_named(tmp_path):
    data_dir, media = tmp_path / "data", tmp_path / "papers"
    for folder in (data_dir, media):
        folder.mkdir(mode=0o700)
    account = app_account.app_account(data_dir, {"MEDIA_ROOT": str(media)})
    if not IS_ROOT:
        assert account is None
        return
    assert account.take_over() == [media]
    assert (media.stat().st_uid, media.stat().st_mode & 0o777) == (0, 0o700)
    assert [path.stat().st_uid for path in account.written()] == [0, 65533, 65533, 65533]
    os.chown(media, 65533, 65533)
    assert account.take_over() == []


def test_no_account_of_the_machine_is_taken(tmp_path, monkeypatch):
    if not IS_ROOT:
        assert app_account.app_account(tmp_path, {}) is None
        return
    monkeypatch.setattr(app_account, "NUMBERS", [65534, 0, 65520])  # nobody and root are somebody here
    assert app_account.app_account(tmp_path, {}).uid == 65520
    monkeypatch.setattr(app_account, "NUMBERS", [65534, 0])
    assert app_account.app_account(tmp_path, {}) is None


def test_the_programs_get_every_value_they_read_and_no_other_of_ours():
    assert app_account.SETTINGS == names_read() - NOT_THEIRS
    assert not {name for name in NOT_THEIRS if name.startswith(app_account.PREFIXES)}


CHOOSE = """
import sys, time
from pathlib import Path
from urllib.parse import urlsplit
from launcher.supervisor import Supervisor
supervisor = Supervisor(Path(sys.argv[1]), time.time())
with supervisor.choosing_account():
    pass
print(supervisor.account)
"""


def drop_sys_admin() -> None:
    ctypes.CDLL(None).prctl(24, 21, 0, 0, 0)  # PR_CAPBSET_DROP, CAP_SYS_ADMIN: gone with the next program


def test_where_it_cannot_be_one_line_says_so_and_all_goes_on(tmp_path):
    tmp_path.chmod(0o700)
    (tmp_path / "data").mkdir(mode=0o700)
    done = subprocess.run(
        [sys.executable, "-c", CHOOSE, str(tmp_path / "data")],
        cwd=ROOT,
        env=environment_of(tmp_path / "data"),
        capture_output=True,
        text=True,
        preexec_fn=drop_sys_admin if IS_ROOT else None,
    )
    assert (done.returncode, done.stderr) == (0, "")
    if not IS_ROOT:  # An ordinary user has no other account to give, and is told by README.
        assert done.stdout == "None\n"
        return
    assert done.stdout == (
        "verso: web, workers and beat run as root and can read the owner's password, since another account cannot run"
        " them (the system: unshare: Operation not permitted). Open the checkout, Python and the data folder to others,"
        " or start as another user.\nNone\n"
    )
    assert tmp_path.stat().st_mode & 0o777 == 0o700


LISTEN = """
import socket, sys
with socket.socket() as one:
    one.bind(("127.0.0.1", int(sys.argv[1])))
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("CapEff")))
"""


def test_a_program_started_again_is_told_the_port_of_the_day(tmp_path):
    known = state.fresh(tmp_path, tmp_path)
    known["postgres"]["port"] = 4001
    state.save(tmp_path, known)
    (tmp_path / "audit_signing_key").write_text("key\n")
    supervisor = Supervisor(tmp_path, 0)
    supervisor.account = app_account.AppAccount(65533, 65533, tmp_path, tmp_path / "media", tmp_path / "static")
    web = supervisor.program("web", ["true"], {"LOG_LEVEL": "ERROR", "DATABASE_OWNER_URL": "postgres://owner"})
    assert urlsplit(web.environment()["DATABASE_URL"]).port == 4001
    known["postgres"]["port"] = 4002
    state.save(tmp_path, known)
    told = web.environment()
    assert urlsplit(told["DATABASE_URL"]).port == 4002
    assert set(told) == {
        "AUDIT_SIGNING_KEY", "DATABASE_URL", "HOME", "LOG_LEVEL", "REDIS_URL", "SECRET_KEY", "TMPDIR",
    }  # fmt: skip


def test_a_port_below_1024_keeps_one_right_and_no_other(tmp_path):
    account = app_account.app_account(tmp_path, {})
    if not IS_ROOT:
        assert account is None
        return
    first_open = int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text())
    port = next(port for port in range(1023, 0, -1) if port_is_free(port))
    command = account.command([sys.executable, "-c", LISTEN, str(port)], port=port)
    done = subprocess.run(command, cwd=ROOT, env={}, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout, 16) == (1 << 10 if port < first_open else 0)


SEE = """
import json, os, sys
closed, link = sys.argv[1:]
read = lambda path: open(path).read()
print(json.dumps([os.listdir(closed), read(closed + "/checkout/code"), read(closed + "/checkout/.env"),
                  os.path.exists(closed + "/checkout/.git/config"), read(link + "/code")]))
"""


def test_what_the_closed_folder_hid_stays_hidden(tmp_path):
    """Where a closed folder is opened for the programs, they get the code and not what else lay in the checkout."""
    account = app_account.app_account(tmp_path, {})
    if not IS_ROOT:
        assert account is None
        return
    closed = tmp_path / "closed"
    for folder in (closed / "checkout" / ".git", closed / "other"):
        folder.mkdir(parents=True)
    for name in ("checkout/code", "checkout/.env", "checkout/.git/config", "other/notes"):
        (closed / name).write_text("text")
    (tmp_path / "link").symlink_to(closed / "checkout")
    tmp_path.chmod(0o755)
    closed.chmod(0o700)
    command = account.command([sys.executable, "-c", SEE, str(closed), str(tmp_path / "link")])
    wish = json.loads(command[4])
    wish["folders"].append(str(tmp_path / "link"))
    wish["hidden"] = [str(closed / "checkout" / name) for name in (".env", ".git")]
    command[4] = json.dumps(wish)
    done = subprocess.run(command, cwd=ROOT, env={}, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout) == [["checkout"], "text", "", False, "text"]
    assert (closed.stat().st_mode & 0o777, (closed / "other" / "notes").read_text()) == (0o700, "text")
