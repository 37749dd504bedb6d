"""app.write_off_breaks: what is told of write-offs that invoices, questions and books do not bear out."""

import pytest

from tests.sql.commitments import decide
from tests.sql.holds import broken_rules
from tests.sql.invoices import ready
from tests.sql.matches import invoiced
from tests.sql.write_offs import asked_about, propose, reverse


@pytest.fixture
def made(owner, cast, deal, app_connection):
    """A write-off that counts."""
    ready(app_connection, cast, "USD")
    sam = app_connection(cast.sam)
    found = propose(sam, invoiced(owner, sam, deal, cast.aldgate, "100.00"), "40.00")
    decide(app_connection(cast.abe), asked_about(owner, found))
    return found


def rules(connection) -> set[str]:
    return {rule for rule, *_ in broken_rules(connection) if rule.startswith("write-off")}


def broken_by(superuser, statement) -> set[str]:
    """What is told when rows say what no function writes; afterwards they are as they were."""
    with superuser.transaction(force_rollback=True):
        for table in ("write_offs", "payments", "ledger_postings"):
            superuser.execute(f"alter table {table} disable trigger user")
        superuser.execute(statement)
        return rules(superuser)


APPLIED = "write-off: it is applied to its invoice once approved, and not before"
REVERSED = "write-off: one that is reversed is answered by a payment"
WAITS = "write-off: somebody is asked about each that waits"
BOOKS = "write-off: what was applied is in the books"


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("update write_offs set status = 'proposed'", {APPLIED, WAITS}),
        ("update write_offs set status = 'reversed'", {REVERSED}),
        ("update write_offs set payment_id = null", {APPLIED}),
        ("update write_offs set amount = 39", {APPLIED}),
        ("update payments set method = 'bank_fee' where method = 'write_off'", {APPLIED, BOOKS}),
        ("update payments set amount = 41 where method = 'write_off'", {APPLIED, BOOKS}),
        ("update ledger_postings set amount = amount + 1", {BOOKS}),
    ],
)
def test_what_is_told(owner, superuser, made, statement, told):
    assert rules(owner) == set()
    assert broken_by(superuser, statement) == told


def test_a_reversal_that_is_not_the_opposite(owner, cast, superuser, made, app_connection):
    reverse(app_connection(cast.ada), made)
    assert rules(owner) == set()
    assert broken_by(superuser, "update payments set amount = -39 where reverses_id is not null") == {
        REVERSED, BOOKS
    }  # fmt: skip
