"""PostgreSQL and Valkey for a machine that has neither: our own launcher of the programs in two wheels.

Nothing here imports Django: the settings ask :func:`urls` where the servers are, and only the supervisor, the
tests and ``python -m launcher.embedded`` start them. All state is in the data folder; each start and stop
is idempotent and holds one lock there, so two at once are as good as one.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from . import postgres, state, valkey
from .places import choose_place, closed_place
from .state import DataFolderDamaged, DiskFull, EmbeddedError, make_data_dir, secret_key, urls, write_private

__all__ = [
    "DataFolderDamaged",
    "DiskFull",
    "EmbeddedError",
    "make_data_dir",
    "postgres_is_running",
    "remove",
    "running_postgres",
    "secret_key",
    "start_postgres",
    "start_valkey",
    "stop",
    "stop_postgres",
    "stop_valkey",
    "urls",
    "valkey_is_running",
    "write_private",
]


def _prepared(data_dir: Path) -> dict:
    known = state.load(data_dir)
    if known is None:
        if (data_dir / "postgres").exists():
            raise DataFolderDamaged(data_dir, "servers.json is missing")
        postgres.end(closed_place(data_dir))
        valkey.end(closed_place(data_dir))
        known = state.fresh(data_dir, choose_place(data_dir))
        state.save(data_dir, known)
    return known


def start_postgres(data_dir: Path, *, durable: bool = True) -> bool:
    """Start PostgreSQL unless it runs; True when this call started it.

    ``durable=False`` gives up safety after a power failure, for clusters that are thrown away.
    Raises EmbeddedError, DataFolderDamaged. Takes the folder's lock.
    """
    data_dir = Path(data_dir).resolve()
    with state.locked(data_dir):
        return postgres.start(data_dir, _prepared(data_dir), durable)


def start_valkey(data_dir: Path) -> bool:
    """Start Valkey unless it runs; True when this call started it. Raises as :func:`start_postgres`."""
    data_dir = Path(data_dir).resolve()
    with state.locked(data_dir):
        return valkey.start(data_dir, _prepared(data_dir))


def stop_postgres(data_dir: Path) -> bool:
    """Stop PostgreSQL if it runs; True when it did. Takes the folder's lock."""
    return _stop(data_dir, postgres.stop)


def stop_valkey(data_dir: Path) -> bool:
    """Stop Valkey if it runs; True when it did. Takes the folder's lock."""
    return _stop(data_dir, valkey.stop)


def _stop(data_dir: Path, stop_one) -> bool:
    data_dir = Path(data_dir).resolve()
    if not data_dir.is_dir():
        return False
    with state.locked(data_dir):
        known = state.load(data_dir)
        return bool(known) and stop_one(data_dir, known)


def stop(data_dir: Path) -> bool:
    """Stop both servers; True when one of them ran."""
    return any([stop_valkey(data_dir), stop_postgres(data_dir)])


def postgres_is_running(data_dir: Path) -> bool:
    """Whether PostgreSQL runs on this data folder at this moment."""
    data_dir = Path(data_dir).resolve()
    known = state.load(data_dir)
    return bool(known) and postgres.postmaster(state.place_of(data_dir, known) / "postgres") is not None


def valkey_is_running(data_dir: Path) -> bool:
    """Whether Valkey runs on this data folder at this moment."""
    known = state.load(Path(data_dir).resolve())
    return bool(known) and valkey.is_running(known)


def remove(data_dir: Path) -> None:
    """End both servers and delete their files and their state, damaged or not. There is no way back.

    What else stands in the data folder is left alone. Takes the folder's lock.
    """
    data_dir = Path(data_dir).resolve()
    with state.locked(data_dir):
        for place in {data_dir, closed_place(data_dir)}:
            postgres.end(place)
            valkey.end(place)
            for name in ("postgres", "postgres.part", "valkey", "programs"):
                shutil.rmtree(place / name, ignore_errors=True)
            (place / "valkey-server").unlink(missing_ok=True)
        shutil.rmtree(closed_place(data_dir), ignore_errors=True)
        for name in ("servers.json", "secret_key"):
            (data_dir / name).unlink(missing_ok=True)


@contextmanager
def running_postgres(data_dir: Path) -> Iterator[dict[str, str]]:
    """PostgreSQL for the length of a block, with the addresses; stopped again only if it was started here."""
    started = start_postgres(data_dir)
    try:
        yield urls(data_dir)
    finally:
        if started:
            stop_postgres(data_dir)
