"""What only the owner of the tables can do for the sample data: the first administrator, passwords, the past."""

from datetime import timedelta

import psycopg
from django.conf import settings
from django.contrib.auth.hashers import make_password

from sample_data.cast import PASSWORD, email_of


def connect() -> psycopg.Connection:
    return psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=True, connect_timeout=10)


def is_empty() -> bool:
    """Whether nobody but the jobs' own profile is there, and no deal."""
    with connect() as owner:
        return not owner.execute(
            "select exists (select from profiles where email is not null) or exists (select from deals)"
        ).fetchone()[0]


def make_first_admin() -> None:
    """What createsuperuser does on an empty installation."""
    with connect() as owner:
        owner.execute(
            "insert into profiles (role, display_name, email, title) values ('staff_admin', 'Ada Adler', %s, %s)",
            [email_of("ada"), "Head of operations"],
        )


def give_passwords() -> None:
    """One demo password for all."""
    with connect() as owner:
        owner.execute("update profiles set password = %s where email is not null", [make_password(PASSWORD)])


def leave_no_mail() -> None:
    """What the story told people counts as mailed: nobody there reads it, and it would bury what a start prints."""
    with connect() as owner:
        owner.execute("update notices set mailed_at = now() where mailed_at is null")


def move_into_the_past(table: str, row_id, ago: timedelta, *columns: str) -> None:
    """Date a row's moments back, as if it had been made then."""
    moved = psycopg.sql.SQL(", ").join(
        psycopg.sql.SQL("{0} = {0} - %s").format(psycopg.sql.Identifier(column)) for column in columns
    )
    statement = psycopg.sql.SQL("update {} set {} where id = %s").format(psycopg.sql.Identifier(table), moved)
    with connect() as owner:
        owner.execute(statement, [ago] * len(columns) + [row_id])


def move_all_into_the_past(table: str, ago: timedelta, column: str) -> None:
    """Date one moment of every row of a table back."""
    statement = psycopg.sql.SQL("update {0} set {1} = {1} - %s")
    with connect() as owner:
        owner.execute(statement.format(psycopg.sql.Identifier(table), psycopg.sql.Identifier(column)), [ago])


def hold_since(deal_id, day) -> None:
    """Let what was allocated of a deal count from an earlier day on. Entries never change: only here, and for once."""
    guard = "alter table position_entries {} trigger append_only_rows"
    with connect() as owner, owner.transaction():
        owner.execute(guard.format("disable"))
        owner.execute("update position_entries set effective_date = %s where deal_id = %s", [day, deal_id])
        owner.execute(guard.format("enable always"))


def bill_since(invoice_id, ago: timedelta) -> None:
    """Let an invoice have been issued so long ago. What was issued never changes: only here, and for once."""
    days = ago.days
    with connect() as owner, owner.transaction():
        owner.execute("alter table invoices disable trigger keep_invoice")
        owner.execute(
            "update invoices set issue_date = issue_date - %s, due_date = due_date - %s, issued_at = issued_at - %s"
            " where id = %s",
            [days, days, ago, invoice_id],
        )
        owner.execute("alter table invoices enable always trigger keep_invoice")
        owner.execute("alter table ledger_entries disable trigger append_only_rows")
        owner.execute(
            "update ledger_entries set effective_date = effective_date - %s, asked_date = asked_date - %s"
            " where source_id = %s",
            [days, days, invoice_id],
        )
        owner.execute("alter table ledger_entries enable always trigger append_only_rows")


def be_no_new_house() -> None:
    """The sample house is years old: what passes over for a new one (relax_new_house) is not its rule."""
    with connect() as owner:
        owner.execute("delete from approval_rules where relaxes <> '{}'")
