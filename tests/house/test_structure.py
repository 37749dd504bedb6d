"""The house keeps its order: files where they belong, SQL with its companions, migrations there and back."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from celery import current_app
from django.conf import settings
from django.core.management import call_command
from django.db import connection as django_connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.utils.module_loading import import_string

from lib import sqlfile
from lib.sqlfile import InstallSQL
from tests.house.code import APPS, OURS, ROOT, code_of
from tests.house.test_layers import LAYERS
from tests.mutants.catalogue import MUTANTS
from tests.schema import assert_equal, counted, schema

SQL = ROOT / "migrations_sql"

# Functions that Python never calls, each with its reason; all others the application may run have a caller.
FOR_POLICIES = "policies are built on it"
ARITHMETIC = "arithmetic, for SQL and for psql"
FOR_PSQL = "for people with psql, named in the contract"
UNCALLED = {
    "uid": FOR_POLICIES,
    "active_uid": FOR_POLICIES,
    "system_profile": FOR_POLICIES,
    "is_staff": FOR_POLICIES,
    "role": FOR_POLICIES,
    "visible_deals": FOR_POLICIES,
    "visible_investors": FOR_POLICIES,
    "visible_profiles": FOR_POLICIES,
    "staff_profiles": FOR_POLICIES,
    "visible_fee_plans": FOR_POLICIES,
    "visible_invoices": FOR_POLICIES,
    "visible_introducers": FOR_POLICIES,
    "visible_self_billing": FOR_POLICIES,
    "held_vehicles": FOR_POLICIES,
    "subscribed_vehicles": FOR_POLICIES,
    "own_accounts": FOR_POLICIES,
    "vehicles_of_visible_deals": FOR_POLICIES,
    "may_run_jobs": "asked by the functions that jobs call",
    "refuse_if_plan_in_use": "asked by the trigger guard_fee_plan",
    "money_round": ARITHMETIC,
    "fn_year_fraction": ARITHMETIC,
    "ends_february": ARITHMETIC,
    "days_of_30_360": ARITHMETIC,
    "years_by_calendar": ARITHMETIC,
    "leap_days": ARITHMETIC,
    **dict.fromkeys(
        "leap_years leap_days_until days_of_leap_years year_parts period_months day_of_month period_month fee_periods"
        " tiers_at_fault tiered bounded commission_amount part_days prorated period_fee mark performance_fee fee_round"
        " vat_of split fee_content".split(),
        ARITHMETIC,
    ),
    **dict.fromkeys(
        [
            "hurdle",
            "carry",
            "projected",
            "projected_management",
            "projected_fees",
            "projected_bends",
            "check_projected",
        ],
        ARITHMETIC,
    ),
    "is_line": "CHECK constraints are built on it",
    "is_currency": "CHECK constraints are built on it",
    "is_text": "CHECK constraints are built on it",
    "is_iban": "CHECK constraints are built on it",
    "setting_fits": "CHECK constraints are built on it",
    "folded": "searches and orders are built on it: lib/search.py",
    "fn_finalize_allocation": FOR_PSQL,
    "fn_release_commitment": FOR_PSQL,
    "user_is_staff": FOR_PSQL,
    "user_has_deal_access": FOR_PSQL,
    "user_linked_to_investor": FOR_PSQL,
}
# What the owner calls, which may call everything.
BY_THE_OWNER = {
    "audit_time": "the default of audit_log.ts, for rows that the owner inserts",
    "relax_new_house": "bootstrap, when an empty installation is made",
    "register_invariants": "the files of functions that say what is broken",
    "subject_refuses_by": "the files of what can be decided about",
    "reset_table": "lib/sqlfile.py, when a table's file is taken back",
    **dict.fromkeys(["period_amount", "terms_of_allocation"], "what accruals work out their rows with, and tests"),
    **dict.fromkeys(["post_entry", "reverse_entry", "ledger_account"], "what apps above post with, and tests"),
}
# Where a cursor may be opened; everywhere else SQL is called by name.
CURSORS = {
    "audit/identity.py": "names who acts",
    "desk/health.py": "asks whether the database answers",
    "lib/login.py": "asks what this login is",
    "lib/sqlfile.py": "installs SQL files",
}
FORBIDDEN_FOLDERS = {"utils", "util", "common", "core", "api", "helpers", "misc", "shared"}


# --- companions of SQL


def installed() -> dict[str, list[int]]:
    """Which versions of which object our migrations install, in order."""
    versions: dict[str, list[int]] = {}
    loader = MigrationLoader(None, ignore_no_migrations=True)
    for key in sorted(k for k in loader.disk_migrations if k[0] in APPS):
        for operation in loader.disk_migrations[key].operations:
            if isinstance(operation, InstallSQL):
                versions.setdefault(operation.name, []).append(operation.version)
    return versions


def sql_objects() -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for path in SQL.glob("*/*.v*.sql"):
        name, version = re.fullmatch(r"(.+)\.v(\d+)\.sql", path.name).groups()
        found.setdefault(f"{path.parent.name}/{name}", set()).add(int(version))
    return found


def test_every_sql_file_is_installed_once_and_in_order():
    versions = installed()
    assert {name: set(v) for name, v in versions.items()} == sql_objects()
    for name, numbers in versions.items():
        assert numbers == list(range(1, len(numbers) + 1)), name


def test_drop_files_say_only_what_no_rule_says():
    """What lib/sqlfile.py reads from the file itself is not said twice."""
    special = {path: path.read_text() for path in SQL.glob("*/*.drop.sql")}
    assert {str(p.relative_to(SQL)).removesuffix(".drop.sql") for p in special} <= set(sql_objects())
    for path, text in special.items():
        assert not re.search(r"DROP (?:FUNCTION|VIEW|TABLE|CONSTRAINT|INDEX)|reset_table", text), path.name


def test_going_back_a_version_takes_only_what_it_brought(monkeypatch, tmp_path):
    first = "CREATE OR REPLACE FUNCTION app.kept(int) RETURNS int\n"
    second = first + "CREATE OR REPLACE TRIGGER t BEFORE UPDATE\n    ON public.deals FOR EACH ROW EXECUTE …;\n"
    monkeypatch.setattr(sqlfile, "ROOT", tmp_path)
    (tmp_path / "thing.v1.sql").write_text(first)
    (tmp_path / "thing.v2.sql").write_text(second)
    assert sqlfile.undo("thing", 2) == f"DROP TRIGGER IF EXISTS t ON public.deals;\n{first}"
    assert "proname = 'kept'" in sqlfile.undo("thing", 1)


def test_no_two_objects_make_one_function():
    """A function is dropped by its name."""
    made = [set(re.findall(r"(?m)^CREATE OR REPLACE FUNCTION (\S+?)\(", p.read_text())) for p in SQL.glob("*/*.v1.sql")]
    assert len(set().union(*made)) == sum(map(len, made))


@pytest.fixture
def functions(superuser):
    """Name, body, whether the application may run it, whether it is a trigger; of every function of ours."""
    return superuser.execute(
        "select p.proname::text, p.prosrc, has_function_privilege('verso_app', p.oid, 'execute'),"
        " p.prorettype = 'trigger'::regtype from pg_proc p where p.pronamespace in"
        " ('app'::regnamespace, 'public'::regnamespace)"
    ).fetchall()


def test_every_function_stands_in_a_file_of_its_own_words(functions):
    files = "\n".join(p.read_text() for p in SQL.glob("*/*.v*.sql"))
    for name, *_ in functions:
        assert re.search(rf"FUNCTION (?:app|public)\.{name}\(", files), name


def test_every_function_has_its_caller(functions):
    callers = "\n".join((ROOT / app / "db.py").read_text() for app in APPS if (ROOT / app / "db.py").exists())
    missing = {
        name for name, _, callable_by_app, _ in functions
        if callable_by_app and name not in UNCALLED and not re.search(rf"\b(?:app|public)\.{name}\b", callers)
    }  # fmt: skip
    assert missing == set()
    assert {name for name in UNCALLED if name not in {f[0] for f in functions}} == set()


def test_what_the_application_cannot_call_something_else_does(functions, superuser):
    """An internal function that nothing calls is dead; a trigger function that no table has, too."""
    views = [view for (view,) in superuser.execute("select definition from pg_views where schemaname = 'public'")]
    in_sql = "\n".join([*(body for _, body, *_ in functions), *views])
    migrations = "\n".join(p.read_text() for p in SQL.glob("*/*.sql"))
    called = {*re.findall(r"\b(?:app|public)\.(\w+)\(", in_sql)}
    called |= {*re.findall(r"(?:SELECT|PERFORM) (?:app|public)\.(\w+)\(", migrations)}
    named = "select locks, hash, parties, counts, decided, refuses from approval_subjects"
    subjects = {name for row in superuser.execute(named) for name in row}
    subjects |= {name for (name,) in superuser.execute("select 'app.' || name from app.invariant_checks")}
    on_tables = {n for (n,) in superuser.execute("select distinct tgfoid::regproc::text from pg_trigger")}
    for name, _, callable_by_app, is_trigger in functions:
        if is_trigger:
            assert f"app.{name}" in on_tables, name
        elif not callable_by_app:
            assert name in called or f"app.{name}" in subjects or name in BY_THE_OWNER, name


def test_every_function_has_its_test(functions):
    """One calls it: in SQL by its name, or by a name put into the SQL. Words about it are no test."""
    files = {*(ROOT / "tests").rglob("test_*.py"), *(ROOT / "tests/sql").glob("*.py")}
    called = {name for path in files for name in SqlOf(path).called}
    assert {name for name, _, callable_by_app, _ in functions if callable_by_app and name not in called} == set()


def test_every_trigger_has_its_test(functions, superuser):
    """A file of its name, or of its object's, writes to a table that has it; or a mutant of it has a test to notice."""
    files = {path.name.split(".")[0]: path.read_text() for path in sorted(SQL.glob("*/*.v*.sql"))}
    mutated = {mutant.of.rpartition("/")[2] for mutant in MUTANTS}
    tables = superuser.execute("select tgfoid::regproc::text, tgrelid::regclass::text from pg_trigger").fetchall()
    untested = set()
    for name in (name for name, _, _, is_trigger in functions if is_trigger):
        objects = {stem for stem, text in files.items() if re.search(rf"FUNCTION \w+\.{name}\(", text)}
        own = [path for stem in {name, *objects} if (path := ROOT / f"tests/sql/test_{stem}.py").exists()]
        written = {table for path in own for table in SqlOf(path).written}
        if not objects & mutated and not written & {table for function, table in tables if function == f"app.{name}"}:
            untested.add(name)
    assert untested == set()


class SqlOf:
    """The functions that the strings of a Python file call, and the tables that they write to; no docstring counts."""

    def __init__(self, path):
        tree = ast.parse(path.read_text())
        said = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        strings = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
        texts = [node.value for node in strings if id(node) not in said]
        self.called = {name for text in texts for name in re.findall(r"\b(\w+)\s*\(", text)}
        if any(text.endswith(("app.", "public.", "select ")) for text in texts):  # an f-string, with the name after it
            self.called |= {text.rpartition(".")[2] for text in texts}
        writes = r"(?i:insert into|update|delete from|truncate)(?: only)? (?:public\.)?(\w+)"
        self.written = {table for text in texts for table in [*re.findall(writes, text), text]}


def test_sql_functions_are_short(functions):
    code = {name: [x for x in body.splitlines() if x.strip()[:2] not in ("", "--")] for name, body, *_ in functions}
    assert {name: len(lines) for name, lines in code.items() if len(lines) > 70} == {}


def test_sql_files_say_why_first():
    for path in SQL.glob("*/*.v*.sql"):
        first = path.read_text().splitlines()[0]
        assert first.startswith("-- ") and len(first) > 30, path.name


# --- migrations


def test_models_and_migrations_agree(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_migration_can_be_taken_back():
    loader = MigrationLoader(None, ignore_no_migrations=True)
    for (label, name), migration in loader.disk_migrations.items():
        if label in APPS:
            assert all(operation.reversible for operation in migration.operations), (label, name)


def migrate(targets) -> None:
    """Take several apps at once to where ``targets`` says, given the loader of their migrations."""
    executor = MigrationExecutor(django_connection)
    executor.migrate(targets(executor.loader))


def test_there_and_back_again_gives_an_equal_schema(house_database, django_db_blocker):
    """All the way down, a stop before the first SQL file, and all the way up, with the same stop."""
    apps = [app for app in reversed(LAYERS) if app != "lib"]

    def without_sql(loader) -> list[tuple[str, str]]:
        first = {app: "0002" if app == "audit" else "0001" for app in apps}
        return [(app, loader.get_migration_by_prefix(app, prefix).name) for app, prefix in first.items()]

    with django_db_blocker.unblock(), house_database.scratch() as connect:
        before = schema(connect())
        migrate(without_sql)
        bare = schema(connect())
        assert bare["policies"] == set() and bare["triggers"] == set() and bare["views"] == set()
        migrate(lambda loader: [(app, None) for app in apps])
        left = connect().execute("select proname::text from pg_proc where pronamespace = 'app'::regnamespace")
        assert left.fetchall() == []
        migrate(without_sql)
        new = schema(connect())
        ours = {row[0] for row in new["tables"]}  # apps of others have not come back
        for what in ("tables", "columns", "constraints"):
            assert {row for row in bare[what] - new[what] if row[0] in ours} == set(), what
        assert bare["functions"] == new["functions"]
        migrate(lambda loader: loader.graph.leaf_nodes())
        assert_equal(schema(connect()), before)


def test_every_sql_file_can_be_run_again(house_database, django_db_blocker):
    """On a database that has it: an upgrade that was cut off, or a hand that runs one again, changes nothing."""
    loader = MigrationLoader(None)
    order = [node for leaf in loader.graph.leaf_nodes() for node in loader.graph.forwards_plan(leaf)]
    installs = [
        operation
        for node in dict.fromkeys(order)
        for operation in loader.graph.nodes[node].operations
        if isinstance(operation, InstallSQL)
    ]
    assert len(installs) > 100
    with django_db_blocker.unblock(), house_database.scratch() as connect:
        before, lines = schema(connect()), counted(connect())
        for install in installs:
            with django_connection.schema_editor() as editor:
                install.database_forwards("", editor, None, None)
        assert_equal(schema(connect()), before)
        assert counted(connect()) == lines


# --- calls by name


def test_what_settings_name_is_there():
    for path in [
        *sum(settings.DEAL_CHECKS.values(), []),
        *settings.NAV_COUNTS,
        *settings.APPROVAL_SUBJECTS,
        *settings.HOME_NEEDS,
        *settings.COMMITMENT_FACTS,
    ]:
        assert import_string(path), path


def test_scheduled_jobs_exist():
    current_app.loader.import_default_modules()
    scheduled = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert scheduled - set(current_app.tasks) == set()
    every = {name for name in current_app.tasks if name.partition(".")[0] in APPS}
    assert every - scheduled == set(), "a job that is scheduled nowhere"


# --- files and functions


def test_rooms_depend_downward_only():
    """In a process of its own: within one, import-linter silences every logger that the tests after it read."""
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_functions_are_short_and_files_are_not_long():
    long = {}
    for path in [*OURS, *(ROOT / "tests").rglob("*.py")]:
        text = path.read_text()
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno >= 70:
                long[f"{path.relative_to(ROOT)}:{node.name}"] = node.end_lineno - node.lineno + 1
        if path in OURS and len(text.splitlines()) > 620:
            long[str(path.relative_to(ROOT))] = len(text.splitlines())
    assert long == {}


def test_no_drawer_for_everything():
    folders = {p.name for p in ROOT.rglob("*") if p.is_dir() and not {".venv", "node_modules", ".git"} & set(p.parts)}
    assert folders & FORBIDDEN_FOLDERS == set()
    assert {p.stem for p in OURS} & FORBIDDEN_FOLDERS == set()


def test_apps_hold_only_files_with_a_meaning():
    known = {
        "__init__", "admin", "apps", "db", "forms", "models", "selectors", "services", "tasks", "urls",
        "views",
        "urls_investor", "urls_staff", "urls_accounts", "urls_invite", "views_investor", "views_staff",
        "views_accounts", "views_invite", "forms_staff", "forms_investor", "lists",
    }  # fmt: skip
    own = {
        "audit": {"identity", "middleware", "signing"},
        "approvals": {"subjects"},
        "deals": {"fee_choices", "pricing", "staff_pages", "subjects"},
        "documents": {"contents", "downloads", "links", "storage", "subjects"},
        "inventory": {"subjects"},
        "investors": {"adapters", "backends", "cache", "devices", "kept_forms", "lockout", "mail", "middleware",
                      "passwords", "senders", "sessions", "validators"},
        # Events of fees and invoices each have files of their own words.
        # So have the bank, what settles an invoice otherwise, and undoing.
        "fees": {"derivations", "fields", "forms_bank", "forms_events", "forms_settling", "lists_bank", "lists_events",
                 "lists_settling", "models_papers", "models_settling", "subjects", "urls_bank", "urls_events_investor",
                 "urls_events_staff", "urls_settling", "urls_undo_staff", "views_bank", "views_events",
                 "views_reconcile", "views_settling", "views_undo"},
        "house": {"clock", "heartbeat"},
        "introducers": {"derivations", "subjects"},
        "notifications": {"mail"},
        "portfolio": {"subjects"},
    }  # fmt: skip
    for app in APPS:
        stray = {p.stem for p in (ROOT / app).glob("*.py")} - known - own.get(app, set())
        assert stray == set(), app


def test_sql_is_called_from_db_py_alone():
    calls = re.compile(r"\bcursor\(|\.raw\(|\.extra\(|RawSQL\(")
    found = {str(p.relative_to(ROOT)) for p in OURS if calls.search(code_of(p)) and p.name != "db.py"}
    assert {p for p in found if not p.startswith(("launcher/management/", "audit_verifier/"))} == set(CURSORS)


def test_no_signals_no_cascades_and_only_gentle_locks():
    for path in OURS:
        text = code_of(path)
        assert not re.search(r"django\.dispatch|models\.signals|@receiver|contrib\.auth\.signals", text), path
        assert "CASCADE" not in text and "SET_NULL" not in text, path
        for lock in re.findall(r"select_for_update\(([^)]*)\)", text):
            gentle = "no_key=True" in lock or path.name == "db.py"  # where closing a deal locks it whole
            assert gentle, (path, "a plain FOR UPDATE stops every reserve at its foreign keys")
