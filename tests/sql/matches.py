"""Bank lines and what they are matched to, from psql's side, for tests."""

import json
from datetime import date
from decimal import Decimal as D
from uuid import uuid4

from tests.factories import insert, value
from tests.sql.invoices import MONEY_TABLES, accrue, bill

MATCH_TABLES = (*MONEY_TABLES, "bank_transactions", "bank_statements", "reconciliations", "payer_aliases")


def line(owner, account, amount, payer="Aldgate Family Office", currency="USD", **columns):
    """A bank line as an import leaves it, with its entry in the ledger; its id."""
    facts = {
        "booking_date": date.today(), "value_date": date.today(), "counterparty": payer, "memo": "",
        "counterparty_account": "DE02120300000000202051", "account_ref": "LU280019400644750000",
    } | columns  # fmt: skip
    with owner.transaction():
        batch = insert(
            owner,
            "bank_statements",
            receiving_account_id=account,
            format="csv",
            sha256=uuid4().hex,
            currency=currency,
            is_whole=True,
        )
        made = insert(
            owner, "bank_transactions", amount=D(amount), currency=currency, receiving_account_id=account,
            import_batch_id=batch, fingerprint=uuid4().hex, **facts,
        )  # fmt: skip
        owner.execute("select app.post_bank_lines(%s)", [batch])
    return made


def invoiced(owner, connection, deal, investor, amount):
    """An invoice that is open, of exactly that amount; its id."""
    accrue(owner, deal, investor, amount)
    return bill(connection, deal, investor)


def match(connection, line_id, *parts, derivation=None, learn=True):
    """``parts``: (invoice id, amount), ("credit_of", investor id, amount) or ("refund", refund id, amount)."""
    asked = [
        {part[0]: str(part[1]), "amount": part[2]} if part[0] in ("credit_of", "refund")
        else {"invoice": str(part[0]), "amount": part[1]}
        for part in parts
    ]  # fmt: skip
    return value(
        connection, "select public.fn_match(%s, %s::jsonb, %s::jsonb, %s)", line_id, json.dumps(asked),
        json.dumps(derivation or {}), learn,
    )  # fmt: skip


def take_back(connection, match_id, reason="Matched to the wrong invoice"):
    return value(connection, "select public.fn_reverse_match(%s, %s)", match_id, reason)


def left(owner, line_id) -> D:
    return value(owner, "select app.line_left(%s)", line_id)


def status(owner, invoice_id) -> tuple:
    """An invoice's status and what it has open."""
    asked = "select status, app.invoice_open_amount(id) from invoices where id = %s"
    return owner.execute(asked, [invoice_id]).fetchone()


def everything(owner) -> list:
    """All that a refused call might have touched."""
    return [owner.execute(f"select * from {table} order by 1, 2").fetchall() for table in MATCH_TABLES] + [
        owner.execute("select count(*) from audit_log").fetchall()
    ]
