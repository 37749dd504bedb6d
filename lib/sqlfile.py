"""Install a database object from its versioned file, as a migration operation.

One object, one immutable file per version: ``migrations_sql/<app>/<object>.v<N>.sql``.
"""

from pathlib import Path

from django.db import migrations

ROOT = Path(__file__).resolve().parents[1] / "migrations_sql"


def read_sql(name: str, version: int) -> str:
    """The text of one version of an object. Raises FileNotFoundError for a version nobody wrote."""
    return (ROOT / f"{name}.v{version}.sql").read_text(encoding="utf-8")


def read_drop(name: str) -> str:
    """What removes the object for good: ``<object>.drop.sql``."""
    return (ROOT / f"{name}.drop.sql").read_text(encoding="utf-8")


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
        before = read_sql(self.name, self.version - 1) if self.version > 1 else read_drop(self.name)
        _execute(schema_editor, before)


def _execute(schema_editor, sql: str) -> None:
    # A function can only be handed to verso_definer while that role may create in the schema: for this moment.
    # Without parameters psycopg sends the text as it is, so a percent sign in a function body is safe.
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA IF NOT EXISTS app")
        cursor.execute("GRANT USAGE, CREATE ON SCHEMA public, app TO verso_definer")
        cursor.execute(sql)
        cursor.execute("REVOKE CREATE ON SCHEMA public, app FROM verso_definer")
