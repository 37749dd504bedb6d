"""Write-offs from psql's side, for tests."""

from tests.factories import value
from tests.sql.matches import MATCH_TABLES

ALL_TABLES = (*MATCH_TABLES, "write_offs", "approvals")


def propose(connection, invoice, amount, reason="The fund is in liquidation", line=None):
    """The write-off. The amount goes over as text, as a person would type it in psql."""
    asked = "select public.fn_propose_write_off(%s, %s::numeric, %s, %s)"
    return value(connection, asked, invoice, amount and str(amount), reason, line)


def withdraw(connection, write_off):
    connection.execute("select public.fn_withdraw_write_off(%s)", [write_off])


def reverse(connection, write_off, reason="The investor paid after all"):
    return value(connection, "select public.fn_reverse_write_off(%s, %s)", write_off, reason)


def asked_about(owner, write_off):
    """The last question asked about it."""
    return value(owner, "select id from approvals where entity_id = %s order by created_at desc limit 1", write_off)


def state_of(owner, write_off) -> str:
    return value(owner, "select status from write_offs where id = %s", write_off)


def everything(owner) -> list:
    """All that a refused call might have touched."""
    return [owner.execute(f"select * from {table} order by 1, 2").fetchall() for table in ALL_TABLES] + [
        owner.execute("select count(*) from audit_log").fetchall()
    ]
