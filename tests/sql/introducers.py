"""Introducers from psql's side, for tests: who brought whom, what was funded, and what was earned by it."""

import json
from datetime import date
from decimal import Decimal as D
from uuid import uuid4

from tests import factories
from tests.factories import insert, value
from tests.sql.exits import allocated
from tests.sql.invoices import MONEY_TABLES

TABLES = (
    *MONEY_TABLES, "introducers", "introducer_agreements", "introductions", "introduction_alerts",
    "introducer_commissions", "introducer_payouts", "approvals", "reconciliations",
)  # fmt: skip
TODAY = date.today()
ADDRESS = {
    "street": "9, rue de l'Exemple", "postcode": "0009", "town": "Genève", "country": "CH",
    "iban": "LU280019400644750000", "bic": "BEEXLULL", "bank_name": "Banque de l'Exemple",
}  # fmt: skip


def introducer(owner, cast=None, name="Iversen Advisory", **columns):
    """An introducer that can be billed; Ingrid's where the cast is given."""
    facts = {"user_id": cast.ingrid.id} if cast else {}
    return insert(owner, "introducers", **(facts | {"legal_name": name} | ADDRESS | columns))


def agreed(owner, introducer_id, *, deal=None, rate=200, cap=None, since="2020-01-01", status="active", **columns):
    """Terms in force: the agreement on its paper, or those of a deal."""
    paper = None if deal else factories.add_document(owner, title=f"Agreement {uuid4().hex[:8]}")
    facts = {"rate_bps": rate, "cap_amount": cap, "valid_from": since, "document_id": paper, "status": status}
    if "tiers" in columns:
        columns["tiers"] = json.dumps(columns["tiers"])
    return insert(owner, "introducer_agreements", introducer_id=introducer_id, deal_id=deal, **(facts | columns))


def brought(owner, introducer_id, investor, deal=None, **columns):
    """An introduction of an investor, as recorded first."""
    facts = {"prospect_email": f"{uuid4().hex[:8]}@verso.example", "place": 1, "prospect_investor_id": investor}
    return insert(owner, "introductions", introducer_id=introducer_id, deal_id=deal, **(facts | columns))


def bought(owner, deal, investor, amount, price="100"):
    """An approved allocation of this amount, today; the triggers issue its funding invoice. Allocation and invoice."""
    made = allocated(owner, deal, investor, D(amount) / D(price), price=price, on=TODAY)
    return made, value(owner, "select id from invoices where allocation_id = %s", made)


def accrue(connection, deal, as_of=TODAY) -> int:
    return value(connection, "select public.fn_accrue_commissions(%s, %s)", deal.id, as_of)


def preview(connection, deal, as_of=TODAY) -> list:
    asked = "select basis_type, base, amount, reason from app.commission_preview(%s, %s) order by 1, 2"
    return connection.execute(asked, [deal.id, as_of]).fetchall()


def commissions(owner) -> list[tuple]:
    """Basis, step, base and amount of each, in the order in which they were made, with its status."""
    return owner.execute(
        "select basis_type, step, base_amount, accrual_amount, status from introducer_commissions"
        " order by created_at, basis_type, step"
    ).fetchall()


def earned(owner) -> D:
    """What was earned and not cancelled, together."""
    asked = "select coalesce(sum(accrual_amount), 0) from introducer_commissions where status <> 'cancelled'"
    return value(owner, asked)


def owed(owner, introducer_id, currency="USD") -> D:
    """What the ledger says is owed to an introducer."""
    asked = (
        "select coalesce(-sum(balance), 0) from ledger_accounts where kind = 'introducer_payable' and holder_id = %s"
        " and currency = %s"
    )
    return value(owner, asked, introducer_id, currency)


def breaks(owner) -> list:
    """What is broken of commissions and of the ledger; empty is good."""
    return owner.execute(
        "select rule, expected, found from app.invariant_breaks()"
        " where split_part(rule, ':', 1) in ('commission', 'introducer', 'entry', 'account', 'posting', 'bank line',"
        " 'receiving account', 'match')"
    ).fetchall()


def self_bill(connection, introducer_id, currency="USD"):
    return value(connection, "select public.fn_issue_self_billing(%s, %s)", introducer_id, currency)


def everything(owner) -> list:
    """All that a refused call might have touched."""
    return [owner.execute(f"select * from {table} order by 1, 2").fetchall() for table in TABLES] + [
        owner.execute("select count(*) from audit_log").fetchall()
    ]
