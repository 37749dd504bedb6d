"""The tests' databases: one template built by the migrations, one clone per worker, its rows laid anew between tests.

The schema is built as verso_owner, tests run as verso_app: a suite that ran as superuser would prove nothing.
"""

import fcntl
import hashlib
import os
import tempfile
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus

ROOT = Path(__file__).resolve().parents[1]
DATABASE_SQL = ROOT / "migrations_sql/roles/database.sql"
ROWS_SQL = ROOT / "tests/rows.sql"
PRISTINE = "pristine"  # the rows that the migrations made, and no others
LENT = ("app", "readonly")
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
        self.state, self.dirty = PRISTINE, False
        self._things: dict[str, dict[str, object]] = {}
        self._cleaner: psycopg.Connection | None = None
        self._owner: psycopg.Connection | None = None
        self._idle: dict[tuple, list[psycopg.Connection]] = {}

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

    @contextmanager
    def as_owner(self):
        """The one session of verso_owner that tests have in turn: a new one would compile every trigger anew."""
        self.dirty = True
        if self._owner is None or self._owner.closed:
            self._owner = self.connect("owner", options="-c lock_timeout=10s")
        yield self._owner
        try:
            self._owner.rollback()
            self._owner.execute("reset all")
        except psycopg.Error:
            self._owner.close()

    def lend(self, role: str, **options) -> psycopg.Connection:
        """A session of a role, one from an earlier test where it can be: a new one would plan every function anew."""
        idle = self._idle.get((role, *sorted(options.items())), [])
        while idle:
            connection = idle.pop()
            if not connection.closed:
                return connection
        return self.connect(role, **options)

    def take_back(self, connection: psycopg.Connection, role: str, **options) -> None:
        """Keep a session that is as a new one would be, once it is reset. One of the superuser may hold anything."""
        idle = self._idle.setdefault((role, *sorted(options.items())), [])
        if role in LENT and len(idle) < 8 and _is_reset(connection, options):
            idle.append(connection)
        else:
            connection.close()

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
        self._cleaner.execute("set lock_timeout = '10s'")
        self._cleaner.execute(ROWS_SQL.read_text())
        self.keep(PRISTINE, {})

    def drop(self) -> None:
        connections["default"].close()
        for connection in (*filter(None, (self._owner, self._cleaner)), *sum(self._idle.values(), [])):
            connection.close()
        with self._admin() as admin, _one_process_at_a_time(self.prefix):
            _run(admin, "drop database if exists {} with (force)", self.name)
            # The last worker of a run takes the template away with it.
            others = admin.execute("select 1 from pg_database where starts_with(datname, %s)", [self.run_prefix])
            if not REUSE and not others.fetchone():
                _run(admin, "drop database if exists {} with (force)", self.template)

    @contextmanager
    def scratch(self, empty: bool = False):
        """A clone of the template, or an empty database, on which Django acts as the owner.

        Gives a way to connect to it as superuser.
        """
        name = f"{self.name}_scratch"
        with self._admin() as admin:
            template = "template0" if empty else self.template
            _run(admin, "create database {} owner verso_owner template {}", name, template)
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
            # What migrations tell the audit log stands on a lane that no test counts on.
            connections["default"].cursor().execute("set app.audit_lane = '128'")
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

    # --- the rows that tests begin with

    def keep(self, state: str, things: dict[str, object]) -> None:
        """Keep the rows that stand in the tables now, under a name, and what a test calls them."""
        self._cleaner.execute("select tests.keep(%s)", [state])
        self._things[state] = things
        self.state, self.dirty = state, False

    def keeps(self, state: str) -> bool:
        return state in self._things

    def begin(self, state: str = PRISTINE) -> None:
        """Take every table to the rows of a state: those the migrations made, or what was kept."""
        if self.dirty or self.state != state:
            self._cleaner.execute("select tests.lay(%s)", [state])
            self.state, self.dirty = state, False

    def thing(self, name: str):
        """What stands in the tables by this name from the beginning, or None."""
        return deepcopy(self._things[self.state].get(name))


def _is_reset(connection: psycopg.Connection, options: dict) -> bool:
    """Take back all that a test may have set; whether that could be done, and nothing is left that cannot be seen."""
    busy = connection.closed or connection.info.transaction_status == TransactionStatus.ACTIVE
    if busy or connection._notice_handlers or connection._notify_handlers:
        return False
    try:
        connection.rollback()
        connection.autocommit = True
        for what in ("reset session authorization", "reset all", "close all", "unlisten *"):
            connection.execute(what)
        connection.autocommit = options.get("autocommit", True)
        connection.isolation_level = connection.read_only = connection.deferrable = None
        connection.row_factory = options.get("row_factory", psycopg.rows.tuple_row)
    except psycopg.Error:
        return False
    return True


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


def _exists(admin, name: str) -> bool:
    return admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone() is not None


def _run(admin, statement: str, *names: str) -> None:
    admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
