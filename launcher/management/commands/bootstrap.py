import gc
import hashlib
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path

import environ
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader

from launcher import embedded, roles, staging
from launcher.embedded import places
from launcher.management.commands.restore import is_restored
from lib.progress import Progress


def connect_as(url: str) -> None:
    """From here on this process's database connection is the one of that address."""
    connection.close()
    new = environ.Env.db_url_config(url)
    connection.settings_dict.update({part: new.get(part, "") for part in ("USER", "PASSWORD", "HOST", "PORT", "NAME")})


def fingerprint_of_static_files() -> str:
    """Changes with the name, size or time of any static file of ours or of a package."""
    found = ((path, os.stat(store.path(path))) for finder in get_finders() for path, store in finder.list([]))
    seen = sorted(f"{path} {stat.st_size} {stat.st_mtime_ns}" for path, stat in found)
    return hashlib.sha256("\n".join([settings.VERSION, *seen]).encode()).hexdigest()


class Command(BaseCommand):
    help = "Make roles, database, tables and static files, as far as they are missing. Can be run again."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--sample-data", action="store_true", help="load the sample data if the database is empty")
        parser.add_argument(
            "--print-roles-sql",
            action="store_true",
            help="print what an administrator runs instead, and do nothing",
        )

    def handle(self, *args, sample_data, print_roles_sql, **options):
        if print_roles_sql:
            self.stdout.write(roles.as_script(roles.database_of(settings.DATABASE_APP_URL)))
            return
        try:
            running = embedded.running_postgres(settings.DATA_DIR) if settings.EMBEDDED else nullcontext()
            with Progress(self.stdout) as self.progress, running as own:
                self.make(self.addresses(own), sample_data)
        except (roles.CannotBootstrap, embedded.EmbeddedError) as error:
            raise CommandError(str(error)) from error

    def addresses(self, own: dict[str, str] | None) -> dict[str, str]:
        if own:  # The settings were read before the servers existed.
            settings.DATABASE_APP_URL = own["DATABASE_URL"]
            for name in ("DATABASE_ADMIN_URL", "DATABASE_OWNER_URL", "DATABASE_READONLY_URL"):
                setattr(settings, name, own[name])
        return {who: getattr(settings, f"DATABASE_{who.upper()}_URL") for who in ("admin", *roles.LOGINS)}

    def make(self, urls: dict[str, str], sample_data: bool) -> None:
        roles.check_logins(urls)
        self.drop_half_loaded(urls)
        if urls["admin"]:
            with self.step("roles and database"):
                roles.make_roles_and_database(urls["admin"], urls)
        # The files are compressed beside the rest: neither waits for what the other uses.
        with roles.one_at_a_time(urls["owner"]), ThreadPoolExecutor(1) as beside:
            files = beside.submit(self.collect_static_files)
            staging.finish(settings.DATA_DIR, is_restored)  # a restore that was cut off after its commit
            connect_as(urls["owner"])
            with self.step("tables"):
                refuse_unknown_tables()
                gc.set_threshold(50_000, 20, 100)  # Looking for garbage among the models of every migration takes 2 s.
                call_command("migrate", interactive=False, verbosity=0)
            if sample_data:
                connect_as(urls["app"])
                self.load_sample_data()
            else:
                relax_new_house()
            files.result()

    def collect_static_files(self) -> None:
        marker, content = Path(settings.STATIC_ROOT, ".collected"), fingerprint_of_static_files()
        if marker.exists() and marker.read_text() == content:
            return
        with self.step("static files"):
            call_command("collectstatic", interactive=False, verbosity=0)
            places.open_to_all(Path(settings.STATIC_ROOT))  # Who serves them may be another account.
            marker.write_text(content)

    def step(self, what: str):
        return Step(self.progress, what)

    def load_sample_data(self) -> None:
        import sample_data as sample  # Every app's services; only this step needs them.

        with self.step("sample data") as step:
            if not sample.is_empty():
                step.outcome = "not added, the database is not empty"
                return
            accounts = [account._asdict() for account in sample.demo_accounts()]
            embedded.write_private(self.half_loaded, json.dumps(accounts))
            sample.load()
            self.half_loaded.rename(settings.DATA_DIR / "sample_data.json")

    @property
    def half_loaded(self) -> Path:
        """There while sample data goes into an empty database, before anybody can sign in."""
        return settings.DATA_DIR / "sample_data.part"

    def drop_half_loaded(self, urls: dict[str, str]) -> None:
        """A first start that was cut off while it loaded begins again. Only our own embedded database."""
        if settings.EMBEDDED and self.half_loaded.exists():
            roles.drop_database(urls["admin"], roles.database_of(urls["owner"]))
            self.half_loaded.unlink()


def refuse_unknown_tables() -> None:
    """Leave a database alone that other migrations made: those of a newer VERSO, or of one before 0.2.0."""
    loader = MigrationLoader(connection)
    ours = {app.label for app in apps.get_app_configs()}
    unknown = sorted(f"{app}.{name}" for app, name in set(loader.applied_migrations) - set(loader.disk_migrations)
                     if app in ours)  # fmt: skip
    if unknown:
        raise CommandError(
            f"tables: VERSO {settings.VERSION} does not know {', '.join(unknown)}, which made this database. It comes"
            " from a newer VERSO, or from one before 0.2.0. Nothing was changed; `make reset` makes sample data anew."
        )


def relax_new_house() -> None:
    """Let the first people of an empty installation decide for each other, although one of them adds them all."""
    with connection.cursor() as cursor:
        cursor.execute("select app.relax_new_house()")


class Step:
    """One line that says what was done and how long it took; a database error in it becomes one sentence."""

    def __init__(self, progress: Progress, what: str):
        self.progress, self.what, self.outcome = progress, what, "done"

    def __enter__(self):
        self.began, self.moving = time.monotonic(), self.progress.step(self.what)
        self.moving.__enter__()
        return self

    def __exit__(self, kind, error, traceback):
        self.moving.__exit__(None, None, None)
        if error is None:
            self.progress.say(f"{self.what}: {self.outcome} ({time.monotonic() - self.began:.1f} s)")
        elif isinstance(error, DatabaseError):
            raise CommandError(f"{self.what}: {roles.one_line(error)}") from error
