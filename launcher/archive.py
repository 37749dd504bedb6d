"""One file that holds an installation: a dump, papers, audit anchors, and a manifest that proves it whole."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import psycopg.conninfo
from psycopg import sql

from launcher.embedded.places import Account, postgres_bin
from launcher.roles import one_line

FORMAT = 1
DUMP, MANIFEST = "database.dump", "manifest.json"


class BadArchive(Exception):
    """The file is not a whole backup of ours; one line says what is wrong with it."""


class ToolFailed(Exception):
    """pg_dump or pg_restore did not do its work; the last line of what it said."""


def program(name: str, data_dir: Path) -> Path:
    """pg_dump or pg_restore: the machine's, else the embedded server's. Raises ToolFailed where there is none."""
    ours = postgres_bin(data_dir, Account()) / name
    found = ours if ours.exists() else shutil.which(name)
    if not found:
        raise ToolFailed(f"{name} is not here: install PostgreSQL's client programs.")
    return Path(found)


def run(program_path: Path, *arguments: str, url: str = "") -> str:
    """Run a PostgreSQL program, the password in its environment and not on its command line; what it printed."""
    parts = psycopg.conninfo.conninfo_to_dict(url)
    environment = os.environ | {"PGPASSWORD": parts.pop("password", "") or "", "PGCONNECT_TIMEOUT": "10"}
    address = psycopg.conninfo.make_conninfo(**parts)
    done = subprocess.run(
        [str(program_path), *arguments, *(["--dbname", address] if url else [])],
        env=environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise ToolFailed(f"{program_path.name}: {(done.stderr.strip() or 'failed').splitlines()[-1]}")
    return done.stdout


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def count_rows(connection: psycopg.Connection) -> dict[str, int]:
    """Rows of every table, in the snapshot of the connection's transaction."""
    tables = [
        name
        for (name,) in connection.execute(
            "select quote_ident(n.nspname) || '.' || quote_ident(c.relname) from pg_class c"
            " join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r'"
            " and n.nspname in ('public', 'app') order by 1"
        )
    ]
    count = sql.SQL("select count(*) from {}")
    return {name: connection.execute(count.format(sql.SQL(name))).fetchone()[0] for name in tables}


def migrations_of(connection: psycopg.Connection) -> list[str]:
    """What the schema is made of, as ``app.name``."""
    rows = connection.execute("select app || '.' || name from django_migrations order by 1")
    return [name for (name,) in rows]


def pack(folder: Path, target: Path, facts: dict) -> None:
    """Write the folder's files and a manifest into one private file, whole or not at all."""
    parts = {str(path.relative_to(folder)): sha256_of(path) for path in _files(folder)}
    (folder / MANIFEST).write_text(json.dumps(facts | {"format": FORMAT, "parts": parts}, indent=2))
    unfinished = target.with_suffix(".part")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file, tarfile.open(fileobj=file, mode="w") as archive:
        for path in _files(folder):
            archive.add(path, arcname=str(path.relative_to(folder)))
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(target)


def unpack(source: Path, folder: Path) -> dict:
    """Unpack a backup after checking every part of it; its manifest. Raises BadArchive, and then nothing was used."""
    try:
        with tarfile.open(source, mode="r:") as archive:
            archive.extractall(folder, filter="data")
        manifest = json.loads((folder / MANIFEST).read_text())
        parts, known = dict(manifest["parts"]), manifest["format"]
        named = dict(manifest["rows"]), list(manifest["migrations"]), str(manifest["version"]), manifest["made_at"]
    except (OSError, tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise BadArchive(f"{source.name} is no whole backup of VERSO: {one_line(error)}") from error
    if known != FORMAT:
        raise BadArchive(f"{source.name} was written in format {known}; this VERSO reads format {FORMAT}.")
    found = {str(path.relative_to(folder)) for path in _files(folder)} - {MANIFEST}
    if DUMP not in parts or not all(named) or found != set(parts):
        raise BadArchive(f"{source.name} is no whole backup: its list and its parts differ. Nothing was changed.")
    for name, expected in parts.items():
        if sha256_of(folder / name) != expected:
            raise BadArchive(f"{source.name} is damaged: {name} is not what was written. Nothing was changed.")
    return manifest


def check_versions(manifest: dict, ours: str, migrations: set[str], apps: set[str]) -> None:
    """Refuse what a newer VERSO wrote: its tables are not known here. Raises BadArchive, before anything changes."""
    theirs = manifest["version"]
    unknown = sorted(name for name in set(manifest["migrations"]) - migrations if name.split(".")[0] in apps)
    if _number(theirs) > _number(ours) or unknown:
        raise BadArchive(
            f"it was made by VERSO {theirs}, and this is {ours}"
            + (f", which does not know {', '.join(unknown)}" if unknown else "")
            + ". Install that version first. Nothing was changed."
        )


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def check_server(contents: str, server_version: int) -> None:
    """Refuse a dump of a newer server, by what pg_restore says of it. Raises BadArchive, before anything changes."""
    found = re.search(r"Dumped from database version: (\d+)", contents)
    if found and int(found[1]) > server_version // 10_000:
        raise BadArchive(
            f"it comes from PostgreSQL {found[1]}, and this server is {server_version // 10_000}. Restore it on"
            f" PostgreSQL {found[1]} or newer. Nothing was changed."
        )


def statements(script: Path) -> Iterator[tuple[str, Iterator[bytes] | None]]:
    """What pg_restore wrote, piece by piece: SQL, and with a COPY the lines of its rows."""
    with script.open("rb") as file:
        lines: list[bytes] = []
        for line in file:
            if line.startswith(b"COPY ") and line.endswith(b" FROM stdin;\n"):
                yield b"".join(lines).decode(), None
                lines = []
                yield line.decode(), iter(file.readline, b"\\.\n")
            elif not line.startswith((b"\\restrict ", b"\\unrestrict ")):
                lines.append(line)
        yield b"".join(lines).decode(), None


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]
