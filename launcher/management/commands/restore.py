import tempfile
import uuid
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import psycopg
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

import audit_verifier
from launcher import archive, staging
from lib.progress import Progress

FRESH_SCHEMAS = """
drop schema if exists app cascade;
drop schema if exists public cascade;
create schema public;
create schema app;
grant usage, create on schema public, app to verso_definer;
"""
# Others who use the installation are asked to stop first, and not waited for.
LIMITS = """
set lock_timeout = '20s'; set statement_timeout = 0; set idle_in_transaction_session_timeout = 0;
"""


class DoesNotAddUp(Exception):
    """What was loaded is not what was backed up: nothing of it is kept."""


def is_restored(mark: str) -> bool:
    """Whether the database is the one that a restore left this mark in."""
    found = "select obj_description(to_regnamespace('app')::oid, 'pg_namespace') = %s"
    with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True, connect_timeout=10) as owner:
        return bool(owner.execute(found, [mark]).fetchone()[0])


class Command(BaseCommand):
    help = (
        "Bring a backup back into the configured database, papers and anchors included. The file is checked whole "
        "before anything changes. It is loaded and verified (rows, invariants, audit chain) in one transaction: "
        "cut off or refused at any moment, the old installation is there as it was. "
        "Exit code 1 when it was not restored."
    )
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path)
        parser.add_argument("--replace", action="store_true", help="replace what is there, people and all, for good")
        parser.add_argument(
            "--with-faults",
            action="store_true",
            help="keep it although invariants or the audit log were broken when it was backed up; they are named",
        )
        parser.add_argument("--dry-run", action="store_true", help="only check the file and the database")

    def handle(self, *, file, replace, with_faults, dry_run, **options):
        self.with_faults = with_faults
        try:
            with tempfile.TemporaryDirectory(prefix="verso-restore-") as name:
                folder = Path(name)
                manifest = archive.unpack(file, folder)
                contents = self.check_file(folder, manifest)
                self.check_target(contents, replace)
                if dry_run:
                    rows = sum(manifest["rows"].values())
                    self.stdout.write(f"{file}: whole, {rows} rows of {manifest['made_at']}; nothing was changed.")
                    return
                with Progress(self.stdout, lines=True) as self.progress:
                    self.restore(folder, manifest, contents)
        except archive.BadArchive as error:
            raise CommandError(f"Not restored: {error}") from error
        except (archive.ToolFailed, psycopg.Error, OSError, DoesNotAddUp) as error:
            raise CommandError(f"Not restored, and everything is as it was: {error}") from error
        # A backup of an older version is brought up to date; `bootstrap` goes on with it where this is cut off.
        call_command("migrate", interactive=False, verbosity=0)
        said = "with the faults named above" if with_faults else "rows, audit chain and invariants are as they were"
        self.stdout.write(f"Restored: {said}.")

    def check_file(self, folder: Path, manifest: dict) -> str:
        """Refuse what this version cannot bring back; what the dump holds, as pg_restore lists it."""
        known = {".".join(key) for key in MigrationLoader(None, ignore_no_migrations=True).disk_migrations}
        ours = {config.label for config in apps.get_app_configs()}
        archive.check_versions(manifest, settings.VERSION, known, ours)
        return archive.run(archive.program("pg_restore", settings.DATA_DIR), "--list", str(folder / archive.DUMP))

    def check_target(self, contents: str, replace: bool) -> None:
        """The server can take it; and an installation with people in it is only replaced when that is asked for."""
        staging.finish(settings.DATA_DIR, is_restored)  # of an earlier restore that was cut off
        with psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True, connect_timeout=10) as owner:
            archive.check_server(contents, owner.info.server_version)
            there = owner.execute("select to_regclass('public.profiles') is not null").fetchone()[0]
            people = there and owner.execute("select count(*) from profiles where email is not null").fetchone()[0]
        if people and not replace:
            raise CommandError(
                f"Not restored: the database has {people} people in it. --replace puts the backup in their place."
            )

    def restore(self, folder: Path, manifest: dict, contents: str) -> None:
        """Files are laid beside the old ones, the database is replaced in one transaction, the files change places."""
        connection.close()
        mark = f"restored {uuid.uuid4()}"
        with self.progress.step("laying the files ready"):
            self.stage(folder, mark)
        try:
            self.replace_database(folder, manifest, contents, mark)
        finally:
            with self.progress.step("putting the files in their places"):
                staging.finish(settings.DATA_DIR, is_restored)

    def stage(self, folder: Path, mark: str) -> None:
        """Anchors that are here belong to another log: they stay beside, under another name, as the key does."""
        anchors, key = settings.DATA_DIR / "anchors", settings.DATA_DIR / "audit_signing_key"
        found = {
            place: folder / name if (folder / name).exists() else None
            for place, name in ((Path(settings.MEDIA_ROOT), "media"), (anchors, "anchors"))
        }
        if (folder / key.name).exists():
            found[key] = folder / key.name
        staging.stage(settings.DATA_DIR, mark, found, keep={anchors, key})

    def replace_database(self, folder: Path, manifest: dict, contents: str, mark: str) -> None:
        """Drop, load and verify in one transaction: whoever is cut off before its end has changed nothing."""
        scripts = self.scripts(folder, contents)
        with psycopg.connect(settings.DATABASE_OWNER_URL, connect_timeout=10) as owner:  # [1]
            owner.execute(LIMITS + FRESH_SCHEMAS)
            with self.progress.step("loading the database", sum(manifest["rows"].values())) as loaded:
                for script in scripts:
                    load(owner, script, loaded)
            owner.execute(f"reset all; {LIMITS}")  # the script had switched row level security off for its session
            owner.execute("revoke create on schema public, app from verso_definer")
            owner.execute(sql.SQL("comment on schema app is {}").format(sql.Literal(mark)))
            with self.progress.step("verifying"):
                self.verify(owner, folder, manifest)
            self.progress.say("committing …")

    def scripts(self, folder: Path, contents: str) -> list[Path]:
        """Everything but the schemas first: a function can only be given to a role that may create in its schema.

        What was taken from everybody in PostgreSQL's own schema is the database's, set by `bootstrap`, and stays.
        """
        lines = [line for line in contents.splitlines() if " ACL pg_catalog " not in line]
        of_schemas = [line for line in lines if " SCHEMA " in line and not line.startswith(";")]
        grants = [line for line in of_schemas if " ACL " in line]
        made = []
        for name, chosen in (("rest", [line for line in lines if line not in of_schemas]), ("grants", grants)):
            listed, script = folder / f"{name}.list", folder / f"{name}.sql"
            listed.write_text("\n".join(chosen) + "\n")
            pg_restore = archive.program("pg_restore", settings.DATA_DIR)
            archive.run(pg_restore, "-L", str(listed), "-f", str(script), str(folder / archive.DUMP))
            made.append(script)
        return made

    def verify(self, owner: psycopg.Connection, folder: Path, manifest: dict) -> None:
        """Rows, invariants and audit chain, before anything is kept. Raises DoesNotAddUp."""
        found = archive.count_rows(owner)
        if wrong := sorted(table for table, n in manifest["rows"].items() if found.get(table) != n):
            raise DoesNotAddUp(f"the rows of these tables do not add up: {', '.join(wrong)}.")
        faults = [f"{rule}: {row}" for rule, row in owner.execute("select rule, entity_id from app.invariant_breaks()")]
        given = folder / "anchors"
        try:
            anchors = audit_verifier.anchors_from(given) if given.is_dir() and any(given.iterdir()) else []
            faults += map(str, audit_verifier.verify(owner, anchors).findings)
        except (audit_verifier.CannotVerify, audit_verifier.AnchorUnreadable) as error:
            faults.append(f"the audit log could not be checked: {error}")
        for fault in faults:
            self.stderr.write(fault)
        if faults and not self.with_faults:
            raise DoesNotAddUp(f"{len(faults)} faults were found in it. --with-faults keeps it all the same.")


def load(owner: psycopg.Connection, script: Path, loaded: Callable[[int], None]) -> None:
    """Run what pg_restore wrote, in the connection's transaction."""
    for statement, rows in archive.statements(script):
        if rows is None:
            owner.execute(statement)
            continue
        with owner.cursor().copy(statement) as copy:
            while batch := list(islice(rows, 1000)):
                copy.write(b"".join(batch))
                loaded(len(batch))
