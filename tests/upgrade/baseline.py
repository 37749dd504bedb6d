"""What was released never changes: the database of a release with rows in it, and the sums of all that made it.

``make baseline`` writes both for the version at hand, in ``tests/upgrade/``, once, with the release.
"""

import gzip
import hashlib
import re
import sys
import tempfile
from pathlib import Path

import psycopg

from config.settings import VERSION
from launcher import archive
from tests.factories import insert
from tests.installation import ROOT, installed, manage
from tests.matrix.rows import Catalog

HERE = Path(__file__).parent
# What pg_dump writes and an older server, or a database that has its schema public, does not take.
UNWANTED = re.compile(
    r"^(?:\\(?:un)?restrict \S+|SET transaction_timeout = 0;|(?:CREATE|ALTER) SCHEMA public\b.*"
    r"|COMMENT ON SCHEMA public .*)\n",
    re.M,
)


def versions() -> list[str]:
    """The releases of which a database is kept, the newest last."""
    found = (path.name.removesuffix(".sql.gz") for path in HERE.glob("*.sql.gz"))
    return sorted(found, key=number_of)


def number_of(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


# --- sums


def released_files() -> dict[str, str]:
    """The sha256 of every migration and of every version of an SQL object, by path."""
    paths = sorted([*ROOT.glob("*/migrations/0*.py"), *ROOT.glob("migrations_sql/*/*.v*.sql")])
    return {str(path.relative_to(ROOT)): hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def sums_of(version: str) -> dict[str, str]:
    """The files of a release as they were."""
    lines = (HERE / f"{version}.sha256").read_text().splitlines()
    return {path: digest for digest, _, path in (line.partition("  ") for line in lines)}


# --- the database


def restore(connection: psycopg.Connection, version: str) -> None:
    """Load the database of a release into an empty one, as superuser."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "dump.sql")
        script.write_bytes(gzip.decompress((HERE / f"{version}.sql.gz").read_bytes()))
        with connection.transaction():
            for statement, rows in archive.statements(script):
                if rows is None:
                    connection.execute(statement)
                else:
                    with connection.cursor().copy(statement) as copy:
                        copy.write(b"".join(rows))
    connection.execute("reset all")


def fill(owner: psycopg.Connection) -> None:
    """A plain row for every table that the sample data leaves empty."""
    catalog = Catalog(owner)
    for table in catalog.columns:
        if catalog.is_empty(table):
            insert(owner, table, **catalog.row(table, {}))


def dump(data_dir: Path) -> str:
    """The sample data, an anchor and a row of everything else, as SQL that PostgreSQL 15 takes as well."""
    script = data_dir / "dump.sql"
    with installed(data_dir) as urls:
        manage(data_dir, "bootstrap", "--sample-data")
        manage(data_dir, "export_audit_anchor")
        with psycopg.connect(urls["DATABASE_OWNER_URL"], autocommit=True) as owner:
            fill(owner)
        options = ("--format=plain", "--no-large-objects", "--schema=public", "--schema=app", f"--file={script}")
        archive.run(archive.program("pg_dump", data_dir), *options, url=urls["DATABASE_OWNER_URL"])
        return UNWANTED.sub("", script.read_text())


def main() -> int:
    with tempfile.TemporaryDirectory(prefix="verso-baseline-") as folder:
        text = dump(Path(folder))
    (HERE / f"{VERSION}.sql.gz").write_bytes(gzip.compress(text.encode(), 9, mtime=0))
    sums = released_files()
    (HERE / f"{VERSION}.sha256").write_text("".join(f"{digest}  {path}\n" for path, digest in sums.items()))
    print(f"The database of {VERSION} and the sums of {len(sums)} files stand in {HERE.relative_to(ROOT)}/.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
