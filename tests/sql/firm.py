"""Recording who the firm is and its accounts from psql's side, for tests."""

from psycopg.types.json import Jsonb

IDENTITY = {
    "from": "2026-01-01", "legal_name": "VERSO Example House S.A.",
    "street": "1, rue de l'Exemple", "postcode": "L-0001",
    "town": "Luxembourg", "country": "LU", "vat_id": "LU12345613", "register_number": "B 000001",
    "email": "invoices@verso.example", "phone": "+352 000 000",
}  # fmt: skip
ACCOUNT = {
    "currency": "EUR", "holder": "VERSO Example House S.A.",
    "bank": "Banque de l'Exemple", "iban": "LU280019400644750000",
    "number": "", "bic": "BEEXLULL", "street": "2, rue de l'Exemple", "postcode": "L-0002", "town": "Luxembourg",
    "country": "LU", "is_default": True, "replaces": None, "reason": "The first",
}  # fmt: skip
BILLING = {
    "from": "2026-01-01", "legal_name": "Aldgate Family Office", "street": "3, rue de l'Exemple", "postcode": "L-0003",
    "town": "Luxembourg", "country": "LU", "vat_id": "LU12345613", "treatment": "domestic", "rate": 1700,
    "email": "invoices@aldgate.example", "language": "en",
}  # fmt: skip


def _call(connection, function, values):
    marks = ", ".join(["%s"] * len(values))
    return connection.execute(f"select public.{function}({marks})", list(values)).fetchone()[0]


def record_identity(connection, replaces=None, reason="We moved", **changed):
    values = [*(IDENTITY | changed).values(), reason, replaces]
    return _call(connection, "fn_record_house_identity", values)


def record_billing(connection, investor, replaces=None, reason="As they asked", **changed):
    values = [investor, *(BILLING | changed).values(), reason, replaces]
    return _call(connection, "fn_record_billing", values)


def propose_account(connection, **changed):
    return _call(connection, "fn_propose_receiving_account", (ACCOUNT | changed).values())


def agree_to_account(connection, account):
    return _call(connection, "fn_agree_to_receiving_account", [account])


def end_account(connection, account, reason="Closed"):
    return _call(connection, "fn_end_receiving_account", [account, reason])


def change_settings(connection, changes, before, reason="Agreed with the auditor"):
    return _call(connection, "fn_change_house_settings", [Jsonb(changes), Jsonb(before), reason])


def everything(owner) -> list:
    """All that a refused call might have touched."""
    tables = ("house_identity", "receiving_accounts", "house_settings", "investor_billing")
    return [owner.execute(f"select * from {table} order by 1").fetchall() for table in tables] + [
        owner.execute("select count(*) from audit_log").fetchall()
    ]
