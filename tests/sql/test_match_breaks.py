"""app.match_breaks, asked through app.invariant_breaks: each rule that does not hold is found. Broken on purpose."""

import pytest

from tests.sql.holds import broken_rules
from tests.sql.invoices import ready
from tests.sql.matches import invoiced, line, match, take_back

RULES = {
    "update bank_transactions set amount = 59": "bank line: no more is matched than it brought",
    "update payments set amount = 59 where amount = 60": "match: its payment is of the same amount, invoice and line",
    "update reconciliations set matched_amount = -2 where reverses_id is not null": (
        "match: a reversal is the opposite of one match"
    ),
    "update bank_transactions set amount = 101": "bank line: what it brought is in the books",
    "delete from reconciliations where matched_amount = 60": (
        "receiving account: suspense is what its lines have left"
    ),
    "insert into ledger_accounts (kind, currency, investor_id, balance, seq) select 'credit', 'USD', investor_id, 1, 0"
    " from invoices": "investor: no more credit is spent than there was",
    "update invoices set status = 'sent'": "invoice: its status is what was applied to it",
}


@pytest.mark.parametrize(("statement", "rule"), RULES.items())
def test_what_does_not_hold_is_found(owner, superuser, cast, deal, app_connection, statement, rule):
    sam = app_connection(cast.sam)
    account = ready(app_connection, cast, "USD")["USD"]
    wire, invoice = line(owner, account, "100.00"), invoiced(owner, sam, deal, cast.aldgate, "100.00")
    match(sam, wire, (invoice, "60.00"))
    take_back(sam, match(sam, wire, (invoice, "1.00"))[0])
    assert broken_rules(owner) == []
    with superuser.transaction(force_rollback=True):
        for table in ("bank_transactions", "payments", "reconciliations", "invoices"):
            superuser.execute(f"alter table {table} disable trigger user")
        superuser.execute(statement)
        found = {row[0] for row in broken_rules(superuser)}
    assert rule in found
    assert broken_rules(owner) == []
