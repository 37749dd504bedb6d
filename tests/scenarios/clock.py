"""Hours pass in an installation: every moment it keeps moves back, and the jobs run as the clock would run them."""

from pathlib import Path

import psycopg
from psycopg import sql

from tests.installation import manage

JOBS = (
    "expire_reservations",
    "close_deals",
    "lapse_commitments",
    "warn_sla",
    "send_notices",
    "make_audit_partitions",
    "clearsessions",
)
_MOMENTS = """
SELECT c.relname, array_agg(a.attname::text)
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
 WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND NOT c.relispartition
   AND a.atttypid = 'timestamptz'::regtype AND a.attnum > 0 AND NOT a.attisdropped
   AND c.relname NOT LIKE 'audit%' AND c.relname <> 'django_migrations'
 GROUP BY 1"""
_TABLES = """
SELECT relnamespace::regnamespace::text, relname FROM pg_class
 WHERE relnamespace IN ('public'::regnamespace, 'app'::regnamespace)
   AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1, 2"""


def _superuser(urls: dict[str, str]) -> psycopg.Connection:
    return psycopg.connect(urls["DATABASE_ADMIN_URL"], dbname="verso", autocommit=True)


def let_hours_pass(urls: dict[str, str], hours: int) -> None:
    """Every moment outside the audit log was so many hours earlier, or is so many hours nearer.

    No trigger sees it: time passing is no change that anybody made.
    """
    with _superuser(urls) as connection, connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        for table, columns in connection.execute(_MOMENTS).fetchall():
            moved = sql.SQL(", ").join(
                sql.SQL("{0} = {0} - make_interval(hours => {1})").format(sql.Identifier(column), hours)
                for column in columns
            )
            connection.execute(sql.SQL("UPDATE {} SET {}").format(sql.Identifier(table), moved))


def run_jobs(data_dir: Path) -> None:
    """Every job once, by its command."""
    calls = "; ".join(f"call_command({name!r})" for name in JOBS)
    manage(data_dir, "shell", "-v", "0", "-c", f"from django.core.management import call_command; {calls}")


def all_rows(urls: dict[str, str]) -> dict[str, str]:
    """A fingerprint of the rows of each table, the audit log's among them."""
    with _superuser(urls) as connection:
        return {f"{schema}.{table}": _rows(connection, schema, table) for schema, table in connection.execute(_TABLES)}


def _rows(connection: psycopg.Connection, schema: str, table: str) -> str:
    question = sql.SQL(
        "SELECT count(*) || ' rows, ' || md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {} t"
    )
    return connection.execute(question.format(sql.Identifier(schema, table))).fetchone()[0]
