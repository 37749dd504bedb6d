"""The account that web, workers and beat run as when root starts them, and what it may have.

It is neither root nor the one that runs PostgreSQL, so that whoever gets to run code in these programs reads no
password but that of ``verso_app``: the others stand in files of root's, and in no environment of theirs.
"""

import grp
import json
import os
import pwd
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from launcher import embedded
from launcher.embedded.places import open_to_all

ROOT = Path(__file__).resolve().parents[1]
ENTER = ROOT / "launcher" / "enter_account.py"
# Numbers that no distribution gives to anybody; the first that is free here.
NUMBERS = range(65533, 65519, -1)
# What the programs write in the data folder. The schedule is beat's.
ANCHORS, BEAT, TEMPORARY = "anchors", "beat", "tmp"
PROBE_SECONDS = 120

# What the programs read of the environment, and nothing else: no address or password of owner and administrator.
SETTINGS = frozenset(
    "ALLOWED_HOSTS AUDIT_SIGNING_KEY CSRF_TRUSTED_ORIGINS DATABASE_URL DATA_DIR DB_POOL_MAX DEBUG DEFAULT_FROM_EMAIL"
    " EMAIL_URL HSTS_INCLUDE_SUBDOMAINS HSTS_PRELOAD LOG_FORMAT LOG_LEVEL MEDIA_ROOT PORT REDIS_URL SECRET_KEY SITE_URL"
    " STATIC_ROOT TIME_ZONE_DISPLAY TRUSTED_PROXIES WEB_CONCURRENCY WEB_THREADS".split()
)
OF_THE_SYSTEM = frozenset("LANG LANGUAGE LD_LIBRARY_PATH NO_COLOR PATH SSL_CERT_DIR SSL_CERT_FILE TERM TZ".split())
PREFIXES = ("LC_", "PYTHON", "PGSSL")

LOOK = """
import celery, django, granian
import lib.environment
[open(path).close() for path in ("manage.py", "config/settings.py", "config/web.py")]
"""


@dataclass(frozen=True)
class AppAccount:
    """Numbers of a user and a group, the data folder, and where papers and static files stand."""

    uid: int
    gid: int
    data_dir: Path
    media: Path
    static: Path

    def command(self, command: list, *, port: int = 0) -> list[str]:
        """The command that runs ``command`` as this account. A port below 1024 may be listened on if it is named."""
        folders = [sys.executable, sys.prefix, sys.exec_prefix, sys.base_prefix, sys.base_exec_prefix, *sys.path]
        folders += [ROOT, self.data_dir, self.media, self.static]
        wish = {
            "uid": self.uid,
            "gid": self.gid,
            "port": port,
            "home": str(ROOT),
            "folders": sorted({str(path) for path in folders if path}),
            "hidden": [str(ROOT / name) for name in (".env", ".git")],
        }
        return [sys.executable, "-I", "-S", str(ENTER), json.dumps(wish), *(str(part) for part in command)]

    def environment(self, given: dict[str, str]) -> dict[str, str]:
        """What of an environment the programs get, with the addresses and keys that they need."""
        mine = {name: value for name, value in given.items() if name in SETTINGS | OF_THE_SYSTEM}
        mine |= {name: value for name, value in given.items() if name.startswith(PREFIXES)}
        ours = embedded.urls(self.data_dir) or {}
        for name in ("DATABASE_URL", "REDIS_URL"):
            if name not in given and name in ours:
                mine[name] = ours[name]
        key = self.data_dir / "audit_signing_key"
        mine["SECRET_KEY"] = given.get("SECRET_KEY", "").strip() or embedded.secret_key(self.data_dir)
        mine["AUDIT_SIGNING_KEY"] = (
            given.get("AUDIT_SIGNING_KEY", "").strip() or key.read_text(encoding="ascii").strip()
        )
        mine |= {"HOME": "/", "TMPDIR": str(self.data_dir / TEMPORARY)}
        return mine

    def take_over(self) -> list[Path]:
        """Give the account what the programs write, whoever wrote it before; passers-by may enter and not look.

        Once: a folder that is the account's already holds nothing of root's. One that was there before and stands
        outside the data folder stays as it is, and is returned where the account cannot write in it. Raises OSError.
        """
        self.data_dir.chmod(self.data_dir.stat().st_mode & 0o7777 | 0o011)
        for folder in self.written():
            new = not folder.exists()
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            inside = folder.resolve().is_relative_to(self.data_dir)
            if folder.stat().st_uid != self.uid and (new or inside):
                for path in folder.rglob("*"):
                    os.chown(path, self.uid, self.gid, follow_symlinks=False)
                os.chown(folder, self.uid, self.gid)  # Last: what was cut off begins again.
        for path in (self.data_dir / BEAT).iterdir():
            if path.lstat().st_uid != self.uid:
                path.unlink()  # Of a run as root: beat makes its schedule anew.
        if self.static.is_dir() and self.static.resolve().is_relative_to(self.data_dir):
            open_to_all(self.static)
        return [path for path in self.written() if path.stat().st_uid != self.uid and not path.stat().st_mode & 0o002]

    def written(self) -> list[Path]:
        """The folders that the programs write in."""
        return [self.media, *(self.data_dir / name for name in (ANCHORS, BEAT, TEMPORARY))]

    def look(self) -> subprocess.Popen:
        """A try whether this account reaches the code, running; :func:`what_it_saw` waits for it.

        It asks for nothing that the account could change: nobody in the programs brings it about that the next ones
        run as root.
        """
        return subprocess.Popen(
            self.command([sys.executable, "-c", LOOK]),
            env={"PATH": os.defpath, "HOME": "/", "TMPDIR": str(self.data_dir / TEMPORARY)},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
        )


def what_it_saw(looking: subprocess.Popen) -> str:
    """Why the account cannot run the programs, or nothing. Raises EmbeddedError when it does not come to an end."""
    try:
        _, said = looking.communicate(timeout=PROBE_SECONDS)
    except subprocess.TimeoutExpired:
        looking.kill()
        looking.communicate()
        raise embedded.EmbeddedError(f"Python did not start in {PROBE_SECONDS} seconds; try again.") from None
    return (said.strip().splitlines() or [f"exit code {looking.returncode}"])[-1] if looking.returncode else ""


def app_account(data_dir: Path, given: dict[str, str]) -> AppAccount | None:
    """The account for a data folder; None where it is not root who starts the programs, or no number is free."""
    if os.geteuid() != 0:
        return None
    media = (ROOT / (given.get("MEDIA_ROOT", "").strip() or data_dir / "media")).absolute()
    static = (ROOT / (given.get("STATIC_ROOT", "").strip() or data_dir / "static")).absolute()
    before = data_dir / BEAT
    numbers = [before.stat().st_uid] if before.exists() and before.stat().st_uid in NUMBERS else []
    for number in [*numbers, *NUMBERS]:
        if not _is_somebody(number):
            return AppAccount(number, number, data_dir, media, static)
    return None


def _is_somebody(number: int) -> bool:
    for look_up in (pwd.getpwuid, grp.getgrgid):
        try:
            look_up(number)
        except KeyError:
            continue
        return True  # [1]
    return False


def prepare_code() -> subprocess.Popen:
    """Compile our modules for an account that can write nothing beside them; running.

    What an earlier start compiled for root alone is made anew: it is derived, and unreadable to the account.
    """
    packages = [path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"]
    for package in packages:
        for folder in package.rglob("__pycache__"):
            if not folder.stat().st_mode & 0o001:
                shutil.rmtree(folder, ignore_errors=True)
            for compiled in folder.glob("*.pyc"):
                if not compiled.stat().st_mode & 0o004:
                    compiled.unlink()
    command = [sys.executable, "-m", "compileall", "-q", *(str(package) for package in packages)]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=ROOT, umask=0o022, stdin=quiet, stdout=quiet, stderr=quiet)
