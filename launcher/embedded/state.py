"""What an embedded installation remembers: ``DATA_DIR/servers.json``, its lock, and the secret key.

Everything here works without Django and starts nothing.
"""

import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lib.causes import CannotStart
from lib.full_disk import is_full_disk

FORMAT = 1
DATABASE = "verso"
LOGINS = {"admin": "postgres", "owner": "verso_owner", "app": "verso_app", "readonly": "verso_readonly"}
SECRET_KEY_LENGTH_MIN = 32


class EmbeddedError(CannotStart):
    """The embedded servers cannot be used. The message is one sentence for the person at the terminal."""


class DiskFull(EmbeddedError):
    """There is no room to write. Nothing is damaged, and freeing some space is all it takes."""

    def __init__(self, data_dir: Path):
        super().__init__(
            f"The disk of {data_dir} is full. Nothing is damaged, and all data is still there: free some space on it."
        )


class DataFolderDamaged(EmbeddedError):
    """Something in the data folder is not what was written there. Nothing was changed."""

    def __init__(self, data_dir: Path, what: str):
        super().__init__(
            f"The data folder {data_dir} is damaged: {what}. Nothing was changed. "
            f"Restore it from a backup, or run `make reset` to start again with sample data."
        )


def make_data_dir(data_dir: Path) -> Path:
    """Make the data folder, closed to others. A folder that is already there keeps its permissions."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        if is_full_disk(error):
            raise DiskFull(data_dir) from error
        raise EmbeddedError(f"The data folder {data_dir} cannot be made: {error.strerror}.") from error
    return data_dir


@contextmanager
def named(data_dir: Path) -> Iterator[None]:
    """Turn whatever the system refuses to read or write here into one sentence: DiskFull, or EmbeddedError."""
    try:
        yield
    except OSError as error:
        if is_full_disk(error):
            raise DiskFull(data_dir) from error
        what = f"{error.filename}: {error.strerror}" if error.filename else str(error)
        raise EmbeddedError(f"The data folder {data_dir} cannot be used: {what}.") from error


@contextmanager
def locked(data_dir: Path) -> Iterator[None]:
    """Only one process at a time makes, starts or stops servers in this folder. Others wait."""
    make_data_dir(data_dir)
    with named(data_dir), _opened(data_dir / "servers.lock") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _opened(path: Path):
    try:
        return os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+")
    except OSError as error:
        if is_full_disk(error):
            raise DiskFull(path.parent) from error
        raise EmbeddedError(f"{path} cannot be opened: {error.strerror}. Who owns the data folder?") from error


def load(data_dir: Path) -> dict | None:
    """The state of the installation, or None when nothing was made yet. Raises DataFolderDamaged."""
    try:
        state = json.loads((data_dir / "servers.json").read_text(encoding="utf-8"))
        complete = state["format"] == FORMAT and set(state) >= {"place", "postgres", "valkey"}
        complete = complete and set(state["postgres"]["passwords"]) == set(LOGINS) and state["valkey"]["password"]
    except FileNotFoundError:
        return None
    except PermissionError as error:
        raise EmbeddedError(f"{error.filename} belongs to another user, so this one cannot use it.") from error
    except OSError as error:
        raise EmbeddedError(f"{data_dir / 'servers.json'} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise DataFolderDamaged(data_dir, "servers.json cannot be read") from error
    if not complete:
        raise DataFolderDamaged(data_dir, "servers.json is of another version or incomplete")
    return state


def save(data_dir: Path, state: dict) -> None:
    """Write the state so that a reader, or a crash, sees the old one or the new one whole."""
    write_private(data_dir / "servers.json", json.dumps(state, indent=2) + "\n")


def place_of(data_dir: Path, known: dict) -> Path:
    """Where the servers of an installation live. A data folder that holds them may be moved."""
    return data_dir / known["place"]


def fresh(data_dir: Path, place: Path) -> dict:
    """The state of an installation about to be made: its passwords stand before its servers do."""
    return {
        "format": FORMAT,
        "place": "." if place == data_dir else str(place),
        "postgres": {
            "port": 0,
            "made": False,
            "passwords": {who: secrets.token_urlsafe(24) for who in LOGINS},
        },
        "valkey": {"port": 0, "password": secrets.token_urlsafe(24)},
    }


def write_private(path: Path, text: str) -> None:
    """Replace a file in one step, readable by its owner only."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)  # On a full disk nothing of a half-written file stays behind.
        raise


def urls(data_dir: Path) -> dict[str, str] | None:
    """The addresses of the embedded servers, running or not; None before the first start.

    Raises DataFolderDamaged.
    """
    state = load(Path(data_dir))
    if state is None:
        return None
    passwords, port = state["postgres"]["passwords"], state["postgres"]["port"]
    valkey = state["valkey"]  # its port is 0 until it was started once, and no address names that
    address = {who: f"postgres://{login}:{passwords[who]}@127.0.0.1:{port}/{DATABASE}" for who, login in LOGINS.items()}
    return {
        "DATABASE_URL": address["app"],
        "DATABASE_OWNER_URL": address["owner"],
        "DATABASE_READONLY_URL": address["readonly"],
        "DATABASE_ADMIN_URL": address["admin"].removesuffix(DATABASE) + "postgres",
        "REDIS_URL": f"redis://:{valkey['password']}@127.0.0.1:{valkey['port'] or 1}/0",
    }


def secret_key(data_dir: Path) -> str:
    """The installation's signing key, made at the first call. Raises DataFolderDamaged."""
    path = make_data_dir(Path(data_dir)) / "secret_key"
    with named(path.parent):
        if not path.exists():
            _make_secret_key(path)
        try:
            key = path.read_text(encoding="ascii").strip()
        except ValueError as error:
            raise DataFolderDamaged(path.parent, "secret_key cannot be read") from error
    if len(key) < SECRET_KEY_LENGTH_MIN:
        raise DataFolderDamaged(path.parent, "secret_key is too short")
    return key


def _make_secret_key(path: Path) -> None:
    # Two processes may come here at once: the link of the first stays, and both read that one.
    part = path.with_name(f".secret_key.{secrets.token_hex(4)}")
    write_private(part, secrets.token_urlsafe(48) + "\n")
    try:
        os.link(part, path)
    except FileExistsError:
        pass
    finally:
        part.unlink()
