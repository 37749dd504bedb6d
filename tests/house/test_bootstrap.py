"""Bootstrap on servers given from outside: by a superuser, by a lesser administrator, and by none."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from launcher import embedded
from launcher.embedded.places import account_for, postgres_bin
from tests.installation import static_files

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def server():
    """The addresses of a PostgreSQL without anything of VERSO, and an administrator who is no superuser."""
    data_dir = Path(tempfile.mkdtemp(prefix="verso-house-")).resolve()
    embedded.start_postgres(data_dir, durable=False)
    urls = embedded.urls(data_dir)
    with psycopg.connect(urls["DATABASE_ADMIN_URL"], autocommit=True) as admin:
        admin.execute("create role house_admin login createrole createdb password 'house-admin'")
    port = urlsplit(urls["DATABASE_ADMIN_URL"]).port
    yield urls | {
        "DATA_DIR": str(data_dir),
        "STATIC_ROOT": str(static_files()),
        "ADMIN": f"postgres://house_admin:house-admin@127.0.0.1:{port}/postgres",
    }
    embedded.remove(data_dir)
    shutil.rmtree(data_dir)


def bootstrap(server: dict[str, str], *arguments: str, **changed: str | None) -> subprocess.CompletedProcess:
    environment = os.environ | server | changed
    return subprocess.run(
        [sys.executable, "manage.py", "bootstrap", *arguments],
        cwd=ROOT,
        env={name: value for name, value in environment.items() if value is not None},
        capture_output=True,
        text=True,
        timeout=300,
    )


def rows(url: str, query: str) -> list[tuple]:
    with psycopg.connect(url, autocommit=True) as connection:
        return connection.execute(query).fetchall()


def drop_database(server: dict[str, str]) -> None:
    with psycopg.connect(server["DATABASE_ADMIN_URL"], autocommit=True) as admin:
        admin.execute("drop database if exists verso with (force)")


def test_an_administrator_who_is_no_superuser_can_do_it_twice(server):
    drop_database(server)
    first, second = (bootstrap(server, DATABASE_ADMIN_URL=server["ADMIN"]) for _ in range(2))
    assert (first.returncode, first.stderr) == (second.returncode, second.stderr) == (0, "")
    assert re.findall(r"^(.+): done", first.stdout, re.MULTILINE)[0] == "roles and database"
    database = "select rolname from pg_database d join pg_roles r on r.oid = d.datdba where datname = 'verso'"
    assert rows(server["DATABASE_URL"], database) == [("verso_owner",)]
    assert rows(server["DATABASE_READONLY_URL"], "select current_user") == [("verso_readonly",)]


def test_the_roles_may_do_only_what_they_must(server):
    bootstrap(server)
    may = """select rolname, rolcanlogin, rolsuper or rolbypassrls or rolcreatedb or rolcreaterole
               from pg_roles where rolname like 'verso%' order by 1"""
    assert rows(server["DATABASE_OWNER_URL"], may) == [
        ("verso_app", True, False),
        ("verso_definer", False, False),
        ("verso_owner", True, False),
        ("verso_readonly", True, False),
    ]
    members = """select m.rolname, r.rolname from pg_auth_members a join pg_roles r on r.oid = a.roleid
                   join pg_roles m on m.oid = a.member where m.rolname like 'verso%'"""
    assert rows(server["DATABASE_OWNER_URL"], members) == [("verso_owner", "verso_definer")]
    for attempt in ("create temp table t (a int)", "create table public.t (a int)", "create schema s"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            rows(server["DATABASE_URL"], attempt)


def test_the_printed_script_does_the_same_by_psql(server):
    drop_database(server)
    printed = bootstrap(server, "--print-roles-sql", DATABASE_ADMIN_URL=None)
    assert printed.returncode == 0
    script = re.sub(r"^\\password .*$", "", printed.stdout, flags=re.MULTILINE)
    assert printed.stdout.count("\\password") == 3
    data_dir = Path(server["DATA_DIR"])
    psql = postgres_bin(data_dir, account_for(data_dir / "postgres")) / "psql"
    command = [psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", server["DATABASE_ADMIN_URL"]]
    for _ in range(2):
        done = subprocess.run(command, input=script, capture_output=True, text=True)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    # From here on no administrator is needed.
    assert bootstrap(server, DATABASE_ADMIN_URL=None).returncode == 0


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        (
            {"DATABASE_URL": "postgres://postgres:x@127.0.0.1:1/verso"},
            "CommandError: The address of the app logs in as postgres; it must be verso_app.\n",
        ),
        (
            {"DATABASE_OWNER_URL": "postgres://verso_owner:x@127.0.0.1:1/"},
            "VERSO cannot start: DATABASE_OWNER_URL must be like postgres://user:password@localhost:5432/verso"
            r" \(see .env.example\)\n",
        ),
        (
            {"DATABASE_ADMIN_URL": "postgres://postgres:x@127.0.0.1:1/postgres"},
            "CommandError: Roles and database could not be made: connection failed: .*Connection refused.\n",
        ),
        (
            {"DATABASE_ADMIN_URL": None, "DATABASE_OWNER_URL": "postgres://verso_owner:x@127.0.0.1:1/verso"},
            "CommandError: The database cannot be reached as verso_owner: .* what `manage.py bootstrap"
            " --print-roles-sql` prints.\n",
        ),
    ],
)
def test_what_is_wrong_is_one_sentence(server, changed, sentence):
    done = bootstrap(server, **changed)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(sentence, done.stderr)


def test_a_role_that_may_too_much_stops_it(server):
    bootstrap(server)
    with psycopg.connect(server["DATABASE_ADMIN_URL"], autocommit=True) as admin:
        admin.execute("alter role verso_app bypassrls")
        try:
            done = bootstrap(server)
        finally:
            admin.execute("alter role verso_app nobypassrls")
    assert done.returncode == 1
    assert done.stderr == (
        "CommandError: Roles and database could not be made: may do more than VERSO allows: verso_app.\n"
    )


@pytest.mark.parametrize("other", ["0003_bounds", "0999_of_later"])
def test_tables_that_this_version_does_not_know_are_left_alone(server, other):
    """Of a newer version, or of one before the first that upgrades."""
    bootstrap(server)
    with psycopg.connect(server["DATABASE_OWNER_URL"], autocommit=True) as owner:
        owner.execute("insert into django_migrations (app, name, applied) values ('deals', %s, now())", [other])
        try:
            done = bootstrap(server)
        finally:
            owner.execute("delete from django_migrations where name = %s", [other])
    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert f"does not know deals.{other}, which made this database." in done.stderr
