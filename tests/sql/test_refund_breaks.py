"""app.refund_breaks: what is told of refunds that bank lines, files and books do not bear out."""

import pytest

from tests.sql.holds import broken_rules
from tests.sql.invoices import ready
from tests.sql.matches import match
from tests.sql.refunds import approved, export, overpaid, paid_by, propose

PAID = "refund: one that is paid has its bank line, and no other has one"
CLEARING = "refund: what is ordered and not paid is in clearing"
FILE = "refund: its file says what it holds"
NONE = "refund: what waits or was refused is in no file"
WAITS = "refund: somebody is asked about each that waits"


@pytest.fixture
def house(owner, cast, app_connection):
    """A refund of 30.00 that is paid, one of 5.00 in a file, one of 1.00 that waits."""
    account = ready(app_connection, cast, "USD")["USD"]
    sam, abe = app_connection(cast.sam), app_connection(cast.abe)
    wire = overpaid(owner, sam, account, cast.aldgate, "50.00")
    paid, ordered = (approved(owner, sam, abe, cast.aldgate, wire, amount) for amount in ("30.00", "5.00"))
    export(sam, paid, ordered)
    match(sam, paid_by(owner, account), ("refund", paid, "-30.00"))
    propose(sam, cast.aldgate, wire, "1.00")


def rules(connection) -> set[str]:
    return {rule for rule, *_ in broken_rules(connection) if rule.startswith("refund")}


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("update refunds set status = 'exported' where status = 'paid'", {PAID, CLEARING}),
        ("update refunds set status = 'paid' where status = 'exported'", {PAID, CLEARING}),
        ("update refunds set amount = 6 where amount = 5", {CLEARING, FILE}),
        ("update refund_batches set total = 34", {FILE}),
        ("update refund_batches set refunds_count = 3", {FILE}),
        ("update refunds set batch_id = (select id from refund_batches) where status = 'proposed'", {FILE, NONE}),
        ("update approvals set status = 'withdrawn' where entity_type = 'refund' and status = 'pending'", {WAITS}),
        ("delete from reconciliations where refund_id is not null", {PAID}),
    ],
)  # fmt: skip
def test_what_is_told(owner, superuser, house, statement, told):
    assert rules(owner) == set()
    with superuser.transaction(force_rollback=True):
        for table in ("refunds", "refund_batches", "approvals", "reconciliations"):
            superuser.execute(f"alter table {table} disable trigger user")
        superuser.execute(statement)
        found = rules(superuser)
    assert found == told
