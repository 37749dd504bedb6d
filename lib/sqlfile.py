"""Install a database object from its versioned file, as a migration operation.

One object, one immutable file per version: ``migrations_sql/<app>/<object>.v<N>.sql``. What removes it again follows
from what the file makes; ``<object>.drop.sql`` says the rest, where there is any.
"""

import re
from pathlib import Path

from django.db import migrations

ROOT = Path(__file__).resolve().parents[1] / "migrations_sql"

# A function goes with all its signatures: the catalog knows them.
DROP_FUNCTION = """DO $$ DECLARE v_function regprocedure; BEGIN
    FOR v_function IN SELECT oid FROM pg_catalog.pg_proc
                       WHERE pronamespace = '{0}'::regnamespace AND proname = '{1}' LOOP
        EXECUTE 'DROP FUNCTION ' || v_function;
    END LOOP;
END $$"""
# What a statement makes, and what takes it away. Statements begin their line; what stands in a function is indented.
DROPS = {
    r"CREATE OR REPLACE FUNCTION (app|public)\.(\w+)\(": DROP_FUNCTION,
    r"CREATE (?:OR REPLACE|CONSTRAINT) TRIGGER (\w+)\s[^;]*?\bON ([\w.]+)": "DROP TRIGGER IF EXISTS {0} ON {1}",
    r'CREATE POLICY ("[^"]+") ON ([\w.]+)': "DROP POLICY IF EXISTS {0} ON {1}",
    r"CREATE OR REPLACE VIEW ([\w.]+)": "DROP VIEW IF EXISTS {0}",
    r"CREATE TABLE IF NOT EXISTS ([\w.]+)": "DROP TABLE IF EXISTS {0}",
    r"CREATE (?:UNIQUE )?INDEX IF NOT EXISTS (\w+)": "DROP INDEX IF EXISTS public.{0}",
    r"ALTER TABLE ([\w.]+) ADD CONSTRAINT (\w+)": "ALTER TABLE {0} DROP CONSTRAINT IF EXISTS {1}",
    r"SELECT app\.table_class\('([\w.]+)'": "SELECT app.reset_table('{0}')",
    r"SELECT app\.make_append_only\('([\w.]+)'": "DROP TRIGGER IF EXISTS append_only_rows ON {0};\n"
    "DROP TRIGGER IF EXISTS append_only_table ON {0}",
    r"SELECT app\.refuse_truncate\('([\w.]+)'": "DROP TRIGGER IF EXISTS append_only_table ON {0}",
    r"SELECT app\.register_invariants\('(\w+)'": "DELETE FROM app.invariant_checks WHERE name = '{0}'",
    r"SELECT app\.register_subject\('(\w+)'": "DELETE FROM public.approval_subjects WHERE entity_type = '{0}'",
}


def read_sql(name: str, version: int) -> str:
    """The text of one version of an object. Raises FileNotFoundError for a version nobody wrote."""
    return (ROOT / f"{name}.v{version}.sql").read_text(encoding="utf-8")


def drops_of(sql: str) -> list[str]:
    """The statements that take away what a file makes, last made first."""
    found = [
        (made.start(), drop.format(*made.groups()))
        for makes, drop in DROPS.items()
        for made in re.finditer(f"^{makes}", sql, re.M)
    ]
    return list(dict.fromkeys(drop for _, drop in sorted(found, reverse=True)))


def undo(name: str, version: int) -> str:
    """What takes an object back to the version before, or away for good at version 1."""
    made = drops_of(read_sql(name, version))
    if version > 1:
        before = read_sql(name, version - 1)
        return ";\n".join([*(drop for drop in made if drop not in drops_of(before)), before])
    special = ROOT / f"{name}.drop.sql"
    return (special.read_text(encoding="utf-8") if special.exists() else "") + ";\n".join(made)


class InstallSQL(migrations.RunSQL):
    """Install version N; going back installs the version before, or drops the object at version 1."""

    def __init__(self, name: str, version: int = 1):
        self.name, self.version = name, version
        super().__init__(sql="", reverse_sql="")

    def deconstruct(self):
        return (self.__class__.__name__, [self.name], {"version": self.version})

    def describe(self) -> str:
        return f"Install {self.name} version {self.version}"

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        _execute(schema_editor, read_sql(self.name, self.version))

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        _execute(schema_editor, undo(self.name, self.version))


def _execute(schema_editor, sql: str) -> None:
    # A function can only be handed to verso_definer while that role may create in the schema: for this moment.
    # Without parameters psycopg sends the text as it is, so a percent sign in a function body is safe.
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS app")
        cursor.execute("GRANT USAGE, CREATE ON SCHEMA public, app TO verso_definer")
        cursor.execute(sql)
        cursor.execute("REVOKE CREATE ON SCHEMA public, app FROM verso_definer")
