"""Roles and database, made by an administrator before the first migration. Works without Django."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
from psycopg import sql

FILES = Path(__file__).resolve().parents[1] / "migrations_sql" / "roles"
LOGINS = {"owner": "verso_owner", "app": "verso_app", "readonly": "verso_readonly"}
# Any number that nobody else uses: two bootstraps of one cluster follow each other.
BOOTSTRAP_LOCK = 7_306_215_094


class CannotBootstrap(Exception):
    """One sentence for the person at the terminal. A second run finishes what was left half done."""


def database_of(url: str) -> str:
    """The name of the database in an address. Raises CannotBootstrap when there is none."""
    name = unquote(urlsplit(url).path.lstrip("/"))
    if not name:
        raise CannotBootstrap("DATABASE_OWNER_URL names no database: postgres://verso_owner:password@host:5432/verso")
    return name


def check_logins(urls: dict[str, str]) -> None:
    """The policies and grants name the roles, so the addresses must use these. Raises CannotBootstrap."""
    for who, login in LOGINS.items():
        used = unquote(urlsplit(urls.get(who) or "").username or "")
        if urls.get(who) and used != login:
            raise CannotBootstrap(f"The address of the {who} logs in as {used or 'nobody'}; it must be {login}.")


def as_script(database: str) -> str:
    """What an administrator runs with psql instead of giving us DATABASE_ADMIN_URL."""
    name = sql.Identifier(database).as_string()
    literal = sql.Literal(database).as_string()
    create = f"CREATE DATABASE {name} OWNER verso_owner TEMPLATE template0 ENCODING 'UTF8'"
    passwords = "\n".join(f"\\password {login}" for login in LOGINS.values())
    return (
        f"-- Run with psql, as an administrator: psql -f roles.sql postgres\n{_read('roles.sql')}\n"
        f"-- psql asks for the passwords of the three that log in.\n{passwords}\n\n"
        f"SELECT {sql.Literal(create).as_string()}\n"
        f" WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = {literal}) \\gexec\n"
        f"\\connect {name}\n{_read('database.sql')}"
    )


def _read(name: str) -> str:
    return (FILES / name).read_text(encoding="utf-8")


def make_roles_and_database(admin_url: str, urls: dict[str, str]) -> bool:
    """Make roles, passwords and database as far as they are missing; whether it made the database.

    ``urls`` has the addresses by ``owner``, ``app``, ``readonly``. Raises CannotBootstrap.
    Takes an advisory lock.
    """
    database = database_of(urls["owner"])
    try:
        with psycopg.connect(admin_url, autocommit=True, connect_timeout=10) as admin:
            admin.execute("SELECT pg_advisory_lock(%s)", [BOOTSTRAP_LOCK])
            admin.execute(_read("roles.sql"))
            for who, login in LOGINS.items():
                _set_password(admin, login, urls.get(who))
            made = _make_database(admin, database)
            with psycopg.connect(admin_url, dbname=database, autocommit=True, connect_timeout=10) as inside:
                inside.execute(_read("database.sql"))
    except psycopg.Error as error:
        raise CannotBootstrap(f"Roles and database could not be made: {one_line(error)}") from error
    return made


def _set_password(admin: psycopg.Connection, login: str, url: str | None) -> None:
    password = unquote(urlsplit(url or "").password or "")
    if not password:
        return
    # Hashed here: the server's log never sees the password.
    hashed = admin.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256").decode()
    admin.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(login), sql.Literal(hashed)))


def _make_database(admin: psycopg.Connection, database: str) -> bool:
    if admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
        return False
    statement = "CREATE DATABASE {} OWNER verso_owner TEMPLATE template0 ENCODING 'UTF8'"
    admin.execute(sql.SQL(statement).format(sql.Identifier(database)))
    return True


def drop_database(admin_url: str, database: str) -> None:
    """Drop a database with everything in it, ending its sessions. Raises CannotBootstrap."""
    try:
        with psycopg.connect(admin_url, autocommit=True, connect_timeout=10) as admin:
            admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(database)))
    except psycopg.Error as error:
        raise CannotBootstrap(f"The database could not be dropped: {one_line(error)}") from error


@contextmanager
def one_at_a_time(owner_url: str) -> Iterator[None]:
    """Two bootstraps of one database take turns. Raises CannotBootstrap where the owner cannot log in."""
    try:
        guard = psycopg.connect(owner_url, autocommit=True, connect_timeout=10)
    except psycopg.Error as error:
        raise CannotBootstrap(
            f"The database cannot be reached as verso_owner: {one_line(error)} Give DATABASE_ADMIN_URL, or "
            f"run what `manage.py bootstrap --print-roles-sql` prints."
        ) from error
    with guard:
        guard.execute("SELECT pg_advisory_lock(%s)", [BOOTSTRAP_LOCK])
        yield


def one_line(error: Exception) -> str:
    """A database error as one sentence."""
    lines = [line.strip() for line in str(error).strip().splitlines() if line.strip()]
    return (lines[0] if lines else type(error).__name__).rstrip(".") + "."
