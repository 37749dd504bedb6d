import shutil
import tempfile
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from config.lib import archive

FRESH_SCHEMAS = """
drop schema if exists app cascade;
drop schema if exists public cascade;
create schema public;
create schema app;
grant usage, create on schema public, app to verso_definer;
"""


class Command(BaseCommand):
    help = (
        "Bring a backup back into the configured database, papers and anchors included. The file is checked whole "
        "before anything changes; row counts, the audit chain and all invariants are checked afterwards. "
        "Exit code 1 when something did not add up."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="replace what is there, people and all, for good")
        parser.add_argument("--dry-run", action="store_true", help="only check the file and the database")

    def handle(self, *, file, replace, dry_run, **options):
        try:
            with tempfile.TemporaryDirectory(prefix="verso-restore-") as name:
                folder = Path(name)
                manifest = archive.unpack(file, folder)
                self.check_target(replace)
                if dry_run:
                    rows = sum(manifest["rows"].values())
                    self.stdout.write(f"{file}: whole, {rows} rows of {manifest['made_at']}; nothing was changed.")
                    return
                self.restore(folder, manifest)
        except (archive.BadArchive, archive.ToolFailed, psycopg.Error, OSError) as error:
            raise CommandError(f"Not restored: {error}") from error
        self.stdout.write("Restored: rows, audit chain and invariants are as they were.")

    def check_target(self, replace: bool) -> None:
        """An installation with people in it is only replaced when that is asked for."""
        with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True) as owner:
            there = owner.execute("select to_regclass('public.profiles') is not null").fetchone()[0]
            people = there and owner.execute("select count(*) from profiles where email is not null").fetchone()[0]
        if people and not replace:
            raise CommandError(
                f"Not restored: the database has {people} people in it. --replace puts the backup in their place."
            )

    def restore(self, folder: Path, manifest: dict) -> None:
        url = settings.DATABASE_OWNER_URL
        connection.close()
        with psycopg.connect(url, autocommit=True) as owner:
            owner.execute(FRESH_SCHEMAS)
            self.stdout.write("restoring the database …")
            self.load(folder, url)
            owner.execute("revoke create on schema public, app from verso_definer")
            found = archive.count_rows(owner)
        wrong = {table: n for table, n in manifest["rows"].items() if found.get(table) != n}
        if wrong:
            raise CommandError(f"The rows of these tables do not add up: {', '.join(sorted(wrong))}.")
        for name, target in (("media", Path(settings.MEDIA_ROOT)), ("anchors", settings.DATA_DIR / "anchors")):
            if (folder / name).is_dir():
                shutil.copytree(folder / name, target, dirs_exist_ok=True)
        if (folder / "audit_signing_key").exists():
            shutil.copy2(folder / "audit_signing_key", settings.DATA_DIR)
        call_command("migrate", interactive=False, verbosity=0)  # A backup of an older version is brought up to date.
        self.check(folder / "anchors")

    def load(self, folder: Path, url: str) -> None:
        """Everything but the schemas first: a function can only be given to a role that may create in its schema."""
        pg_restore, dump = archive.program("pg_restore", settings.DATA_DIR), str(folder / archive.DUMP)
        # What PostgreSQL's own functions are taken away from is bootstrap's to say, not the owner's.
        listed = archive.run(pg_restore, "--list", dump).splitlines()
        contents = [line for line in listed if " ACL pg_catalog " not in line]
        of_schemas = [line for line in contents if " SCHEMA " in line and not line.startswith(";")]
        grants = [line for line in of_schemas if " ACL " in line]
        for name, lines in (("rest", [line for line in contents if line not in of_schemas]), ("grants", grants)):
            chosen = folder / f"{name}.list"
            chosen.write_text("\n".join(lines) + "\n")
            archive.run(pg_restore, "--exit-on-error", "--single-transaction", "-L", str(chosen), dump, url=url)

    def check(self, anchors: Path) -> None:
        self.stdout.write("checking …")
        call_command("check_invariants", stdout=self.stdout)
        given = ["--anchor", str(anchors)] if anchors.is_dir() and any(anchors.iterdir()) else []
        call_command("verify_audit_chain", *given, stdout=self.stdout)
