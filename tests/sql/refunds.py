"""Refunds from psql's side, for tests."""

from uuid import uuid4

from psycopg.types.json import Jsonb

from tests.factories import value
from tests.sql.commitments import decide
from tests.sql.matches import line, match
from tests.sql.write_offs import ALL_TABLES, asked_about

PAYEE = {
    "name": "Aldgate Family Office", "bic": "BYLADEM1001", "street": "3, rue de l'Exemple", "postcode": "L-0003",
    "town": "Luxembourg", "country": "LU",
}  # fmt: skip
PAYER_IBAN = "DE02120300000000202051"
TODAY = "current_date"  # of the session; the house may be a day ahead, so that files are for tomorrow


def overpaid(owner, connection, account, investor, amount="30.00", **columns):
    """A payment that became an investor's credit: the bank line."""
    wire = line(owner, account, amount, **columns)
    match(connection, wire, ("credit_of", investor, amount))
    return wire


def propose(connection, investor, wire, amount="30.00", reason="Paid twice", **payee):
    asked = "select public.fn_propose_refund(%s, %s, %s::numeric, %s, %s)"
    return value(connection, asked, investor, wire, amount and str(amount), Jsonb(PAYEE | payee), reason)


def approved(owner, proposer, approver, investor, wire, amount="30.00", **payee):
    """A refund that waits for a file."""
    made = propose(proposer, investor, wire, amount, **payee)
    assert decide(approver, asked_about(owner, made)) == "approved"
    return made


def export(connection, *refunds, batch=None, ahead=1):
    asked = f"select public.fn_export_refunds(%s, %s::uuid[], {TODAY} + %s::int)"
    return value(connection, asked, batch or uuid4(), list(refunds), ahead)


def cancel(connection, refund, reason="Not needed"):
    connection.execute("select public.fn_cancel_refund(%s, %s)", [refund, reason])


def status_of(owner, refund) -> str:
    return value(owner, "select status from refunds where id = %s", refund)


def paid_by(owner, account, amount="-30.00", **columns):
    """A bank line by which money went out."""
    return line(owner, account, amount, **columns)


def everything(owner) -> list:
    """All that a refused call might have touched."""
    tables = (*ALL_TABLES, "refunds", "refund_batches")
    return [owner.execute(f"select * from {table} order by 1, 2").fetchall() for table in tables] + [
        owner.execute("select count(*) from audit_log").fetchall()
    ]
