import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from launcher import archive
from lib import shared_folders
from lib.progress import Progress


class Command(BaseCommand):
    help = (
        "Write one private file with the database, papers and audit anchors. The dump is made as the owner of the "
        "tables, in one snapshot, and holds the number of rows of every table. Exit code 1 when it could not be made."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--output", type=Path, default=Path("."), help="a folder, or the file to write")
        parser.add_argument(
            "--without-key",
            action="store_true",
            help="leave the audit signing key out; the restored installation then needs it from elsewhere",
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would be written")

    def handle(self, *, output, without_key, dry_run, **options):
        made_at = datetime.now(UTC)
        if not output.is_dir() and (not output.parent.is_dir() or output.suffix != ".tar"):
            raise CommandError(
                f"{output} is neither a folder that is there nor the name of a .tar file in one. Nothing was written."
            )
        target = output / f"verso-{made_at:%Y%m%d-%H%M%S}.tar" if output.is_dir() else output
        if dry_run:
            self.stdout.write(f"{target} would be written; nothing was.")
            return
        if target.exists():
            raise CommandError(f"{target} is there already. Nothing was written.")
        try:
            with Progress(self.stdout, lines=True) as self.progress:
                facts = self.make(target, made_at, without_key)
        except (archive.ToolFailed, psycopg.Error, OSError) as error:
            raise CommandError(f"No backup was written: {error}") from error
        self.stdout.write(f"{target}: {sum(facts['rows'].values())} rows in {len(facts['rows'])} tables")

    def make(self, target: Path, made_at: datetime, without_key: bool) -> dict:
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as name:
            folder = Path(name)
            # Anchors before the snapshot and papers after it: what a file tells of, or a row names, is in the other.
            self.copy(settings.DATA_DIR / "anchors", folder)
            rows, migrations = self.dump(folder / archive.DUMP)
            self.copy(Path(settings.MEDIA_ROOT), folder, "media")
            self.copy_key(folder, without_key)
            facts = {
                "made_at": made_at.isoformat(),
                "version": settings.VERSION,
                "rows": rows,
                "migrations": migrations,
            }
            with self.progress.step("packing"):
                archive.pack(folder, target, facts)
        return facts

    def dump(self, target: Path) -> tuple[dict[str, int], list[str]]:
        """Dump and count in one snapshot, so that the two can be compared after a restore."""
        url = settings.DATABASE_OWNER_URL
        with psycopg.connect(url, autocommit=False, connect_timeout=10) as owner:
            owner.execute("set transaction isolation level repeatable read, read only")
            owner.execute("set local idle_in_transaction_session_timeout = 0")
            snapshot = owner.execute("select pg_export_snapshot()").fetchone()[0]
            with self.progress.step("dumping the database"):
                pg_dump = archive.program("pg_dump", settings.DATA_DIR)
                # Without large objects, of which we have none: one of another role would end the dump.
                archive.run(pg_dump, "-Fc", "-B", f"--snapshot={snapshot}", f"--file={target}", url=url)
                return archive.count_rows(owner), archive.migrations_of(owner)

    def copy(self, source: Path, folder: Path, name: str = "") -> None:
        """A folder, without the drafts that others are writing in it."""
        if source.is_dir():
            shared_folders.copy_tree(source, folder / (name or source.name))

    def copy_key(self, folder: Path, without_key: bool) -> None:
        key = settings.DATA_DIR / "audit_signing_key"
        if key.exists() and not without_key:
            shutil.copy2(key, folder / key.name)
