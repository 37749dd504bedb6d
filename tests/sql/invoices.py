"""Billing from psql's side, for tests: a house that can bill, events that accrued, and what came of them."""

from datetime import date
from decimal import Decimal as D

from psycopg.types.json import Jsonb

from tests import factories
from tests.factories import value
from tests.sql.firm import IDENTITY, agree_to_account, propose_account, record_identity

MONEY_TABLES = (
    "fee_events", "invoices", "invoice_lines", "invoice_taxes", "payments", "number_series", "ledger_entries",
    "ledger_postings", "ledger_accounts", "allocations",
)  # fmt: skip


def ready(app_connection, cast, *currencies, identity=True) -> dict:
    """A house that says who it is and where each currency is received; the accounts by currency."""
    if identity:
        record_identity(app_connection(cast.ada), **{"from": "2020-01-01"}, legal_name=IDENTITY["legal_name"])
    accounts = {}
    for currency in currencies or ("USD",):
        accounts[currency] = propose_account(app_connection(cast.ada), currency=currency)
        agree_to_account(app_connection(cast.abe), accounts[currency])
    return accounts


def accrue(owner, deal, investor, amount="100.00", **columns):
    """One accrued event, with its entry in the ledger as accrual posts it; its id."""
    facts = {"kind": "management", "event_date": date(2026, 3, 31), "currency": "USD"} | columns
    event = factories.insert(
        owner, "fee_events", deal_id=deal.id, investor_id=investor, computed_amount=D(str(amount)), **facts
    )
    if D(str(amount)) and not facts.get("house_only"):
        lines = [
            {"account": "accrued_fees", "investor": str(investor), "amount": str(amount)},
            {"account": f"fee_income_{facts['kind']}", "amount": str(-D(str(amount)))},
        ]
        owner.execute(
            "select app.post_entry('fee_accrued', %s, %s, %s, 'fee_events', %s, '', %s)",
            [f"fee_event:{event}", facts["event_date"], facts["currency"], event, Jsonb(lines)],
        )
    return event


def bill(connection, deal, investor):
    return value(connection, "select public.fn_invoice_fees(%s, %s)", deal.id, investor)


def credit(connection, invoice, reason="Agreed", lines=None):
    asked = None if lines is None else Jsonb(lines)
    return value(connection, "select public.fn_credit_invoice(%s, %s, %s)", invoice, reason, asked)


def invoice(owner, invoice_id) -> dict:
    """Columns of an invoice that tests look at."""
    names = "number, kind, status, subtotal, tax, total, currency, due_date - issue_date, generated_from"
    return owner.execute(f"select {names} from invoices where id = %s", [invoice_id]).fetchone()


def lines(owner, invoice_id) -> list:
    question = "select position, kind, amount, vat_rate_bps from invoice_lines where invoice_id = %s order by position"
    return owner.execute(question, [invoice_id]).fetchall()


def pay(owner, invoice_id, amount):
    """Apply money to an invoice as a match does, but for the bank: payments, ledger, status."""
    whose = "select investor_id, currency from invoices where id = %s"
    investor, currency = owner.execute(whose, [invoice_id]).fetchone()
    with owner.transaction():
        owner.execute("select 1 from invoices where id = %s for no key update", [invoice_id])
        facts = {"amount": D(amount), "currency": currency, "method": "bank"}
        payment = factories.insert(owner, "payments", investor_id=investor, invoice_id=invoice_id, **facts)
        posted = [
            {"account": "receivable", "investor": str(investor), "amount": str(-D(amount))},
            {"account": "suspense", "amount": amount},
        ]
        owner.execute(
            "select app.post_entry('match', %s, %s, %s, 'payments', %s, '', %s)",
            [f"payment:{payment}", date(2026, 4, 1), currency, payment, Jsonb(posted)],
        )
        return value(owner, "select app.settle_invoice(%s)", invoice_id)


def balances(owner) -> dict:
    """What every account of one kind holds together, but for those at zero."""
    rows = owner.execute(
        "select a.kind, sum(p.amount) from ledger_postings p join ledger_accounts a on a.id = p.account_id"
        " group by 1 having sum(p.amount) <> 0"
    )
    return dict(rows.fetchall())


def money(owner) -> list:
    """Everything that a refused call might have touched."""
    return [owner.execute(f"select * from {table} order by 1, 2").fetchall() for table in MONEY_TABLES] + [
        owner.execute("select count(*) from audit_log").fetchall()
    ]
