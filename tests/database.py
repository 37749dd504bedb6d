"""The tests' databases: one template built by the migrations, one clone per worker, cleaned between tests.

The schema is built as verso_owner, tests run as verso_app: a suite that ran as superuser would prove nothing.
"""

import fcntl
import hashlib
import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

ROOT = Path(__file__).resolve().parents[1]
DATABASE_SQL = ROOT / "migrations_sql/roles/database.sql"
REUSE = os.environ.get("VERSO_REUSE_DB") == "1"


class Database:
    """The databases of one test process. ``name`` is this worker's; all URLs come from the settings."""

    def __init__(self, worker: str, run: str):
        if not settings.DATABASE_ADMIN_URL:
            raise RuntimeError("Tests make their own database: DATABASE_ADMIN_URL is needed (make test sets it).")
        base = conninfo_to_dict(settings.DATABASE_APP_URL)["dbname"]
        self.template = f"{base}_t_{_fingerprint()}" + ("" if REUSE else f"_{run[:8]}")
        self.run_prefix = f"{base}_w_{run[:8]}_"
        self.name = self.run_prefix + worker
        self.prefix = f"{base}_t_"
        self.dirty = False
        self._pristine: dict[str, bytes] = {}
        self._columns: dict[str, str] = {}
        self._cleaner: psycopg.Connection | None = None

    def url(self, role: str, dbname: str | None = None) -> str:
        """The connection string of one role (app, owner, admin, readonly) to this worker's database."""
        urls = {
            "app": settings.DATABASE_APP_URL,
            "owner": settings.DATABASE_OWNER_URL,
            "admin": settings.DATABASE_ADMIN_URL,
            "readonly": settings.DATABASE_READONLY_URL
            or make_conninfo(settings.DATABASE_APP_URL, user="verso_readonly"),
        }
        return make_conninfo(urls[role], dbname=dbname or self.name)

    def url_of(self, role: str) -> str:
        """As :meth:`url`, as an address (postgres://…), for the environment of a program."""
        parts = conninfo_to_dict(self.url(role))
        login = ":".join(quote(parts[part], safe="") for part in ("user", "password") if parts.get(part))
        return f"postgres://{login}@{parts['host']}:{parts['port']}/{parts['dbname']}"

    def connect(self, role: str, **options) -> psycopg.Connection:
        return psycopg.connect(self.url(role), **{"autocommit": True, **options})

    # --- building

    def create(self) -> None:
        with self._admin() as admin, _one_process_at_a_time(self.prefix):
            if not _exists(admin, self.template):
                self._drop_old_templates(admin)
                self._drop_what_killed_runs_left(admin)
                self._build_template(admin)
            _run(admin, "create database {} owner verso_owner template {}", self.name, self.template)
            self._cleaner = self.connect("admin")
        self._cleaner.execute(DATABASE_SQL.read_text())  # a clone does not take over rights on the database itself
        self._point_django_at(self.name, settings.DATABASE_APP_URL)
        self._remember_pristine_rows()

    def drop(self) -> None:
        self.dirty = False  # nothing left to clean after the last test
        connections["default"].close()
        if self._cleaner:
            self._cleaner.close()
        with self._admin() as admin, _one_process_at_a_time(self.prefix):
            _run(admin, "drop database if exists {} with (force)", self.name)
            # The last worker of a run takes the template away with it.
            others = admin.execute("select 1 from pg_database where starts_with(datname, %s)", [self.run_prefix])
            if not REUSE and not others.fetchone():
                _run(admin, "drop database if exists {} with (force)", self.template)

    @contextmanager
    def scratch(self):
        """A clone of the template on which Django acts as the owner; gives a way to connect as superuser."""
        name = f"{self.name}_scratch"
        with self._admin() as admin:
            _run(admin, "create database {} owner verso_owner template {}", name, self.template)
        self._point_django_at(name, settings.DATABASE_OWNER_URL)
        opened = []

        def connect() -> psycopg.Connection:
            opened.append(psycopg.connect(self.url("admin", name), autocommit=True))
            return opened[-1]

        try:
            yield connect
        finally:
            for connection in opened:
                connection.close()
            self._point_django_at(self.name, settings.DATABASE_APP_URL)
            with self._admin() as admin:
                _run(admin, "drop database if exists {} with (force)", name)

    def _build_template(self, admin) -> None:
        _run(admin, "create database {} owner verso_owner template template0", self.template)
        try:
            with psycopg.connect(self.url("admin", self.template), autocommit=True) as inside:
                inside.execute(DATABASE_SQL.read_text())
            self._point_django_at(self.template, settings.DATABASE_OWNER_URL)
            call_command("migrate", verbosity=0)
        except BaseException:
            connections["default"].close()
            _run(admin, "drop database if exists {} with (force)", self.template)
            raise
        connections["default"].close()

    def _drop_old_templates(self, admin) -> None:
        if REUSE:
            old = admin.execute("select datname from pg_database where starts_with(datname, %s)", [self.prefix])
            for (name,) in old.fetchall():
                _run(admin, "drop database if exists {} with (force)", name)

    def _drop_what_killed_runs_left(self, admin) -> None:
        """Databases of runs that nobody is connected to: each worker holds a connection as long as it lives."""
        found = admin.execute(
            "select d.datname, substr(d.datname, length(%(w)s) + 1, 8) as run,"
            " exists (select 1 from pg_stat_activity a where a.datname = d.datname) as lives"
            " from pg_database d where starts_with(d.datname, %(w)s)",
            {"w": self.prefix.removesuffix("t_") + "w_"},
        ).fetchall()
        living = {run for _, run, lives in found if lives}
        for name, run, _ in found:
            if run not in living:
                _run(admin, "drop database if exists {} with (force)", name)

    def _admin(self):
        return psycopg.connect(settings.DATABASE_ADMIN_URL, autocommit=True)

    def _point_django_at(self, dbname: str, url: str) -> None:
        parts = conninfo_to_dict(url)
        connection = connections["default"]
        connection.close()
        connection.settings_dict.update(
            NAME=dbname,
            USER=parts.get("user", ""),
            PASSWORD=parts.get("password", ""),
            HOST=parts.get("host", ""),
            PORT=str(parts.get("port", "")),
        )

    # --- cleaning

    def _tables(self) -> list[str]:
        found = self._cleaner.execute(
            "select c.oid::regclass::text from pg_class c where c.relnamespace = 'public'::regnamespace"
            " and c.relkind = 'r' and c.relname not in"
            " ('django_migrations', 'django_content_type', 'auth_permission') order by 1"
        )
        return [name for (name,) in found.fetchall()]

    def _filled(self, tables: list[str]) -> list[str]:
        asked = " union all ".join(f"select '{t}' where exists (select 1 from {t})" for t in tables)
        return [name for (name,) in self._cleaner.execute(asked).fetchall()]

    def _remember_pristine_rows(self) -> None:
        self._cleaner.execute("set lock_timeout = '10s'")
        for table in self._filled(self._tables()):
            columns = self._insertable_columns(table)
            with self._cleaner.cursor().copy(f"copy (select {columns} from {table}) to stdout") as copy:
                self._pristine[table] = b"".join(copy)

    def clean(self) -> None:
        """Take every table back to the rows the migrations made. As superuser: the log is append-only."""
        with self._cleaner.transaction():
            self._cleaner.execute("set local session_replication_role = replica")
            for table in self._filled(self._tables()):
                with _always_off(self._cleaner, table):
                    self._cleaner.execute(f"delete from {table}")
            for table, rows in self._pristine.items():
                columns = self._insertable_columns(table)
                with (
                    _always_off(self._cleaner, table),
                    self._cleaner.cursor().copy(f"copy {table} ({columns}) from stdin") as copy,
                ):
                    copy.write(rows)
        self.dirty = False

    def _insertable_columns(self, table: str) -> str:
        if table not in self._columns:
            self._columns[table] = self._cleaner.execute(
                "select string_agg(quote_ident(attname), ', ' order by attnum) from pg_attribute"
                " where attrelid = %s::regclass and attnum > 0 and not attisdropped and attgenerated = ''",
                [table],
            ).fetchone()[0]
        return self._columns[table]


def _fingerprint() -> str:
    """A hash over everything the schema is built from."""
    digest = hashlib.sha256()
    for path in sorted([*ROOT.glob("migrations_sql/**/*.sql"), *ROOT.glob("*/migrations/*.py")]):
        digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:10]


@contextmanager
def _one_process_at_a_time(name: str):
    with (Path(tempfile.gettempdir()) / f"verso-tests-{name}{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _always_off(connection, table: str):
    """Triggers marked ALWAYS fire even for a replica: switch them off by name for a moment."""
    always = connection.execute(
        "select tgname from pg_trigger where tgrelid = %s::regclass and tgenabled = 'A'", [table]
    ).fetchall()
    for (trigger,) in always:
        connection.execute(f'alter table {table} disable trigger "{trigger}"')
    yield
    for (trigger,) in always:
        connection.execute(f'alter table {table} enable always trigger "{trigger}"')


def _exists(admin, name: str) -> bool:
    return admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone() is not None


def _run(admin, statement: str, *names: str) -> None:
    admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
