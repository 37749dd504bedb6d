"""A bank line and an invoice take no more than they have, whoever comes at once; each with a control."""

import pytest

from tests.race.crowd import at_once, in_between, tally
from tests.race.mutated import mutated
from tests.sql.holds import broken_rules
from tests.sql.invoices import ready
from tests.sql.matches import invoiced, left, line, match, status, take_back

PEOPLE = 8
LINE_LOCK = "('staff_admin', 'staff_ops') FOR NO KEY UPDATE;"
INVOICE_LOCK = "jsonb_array_elements(p_parts) x) ORDER BY i.id FOR NO KEY UPDATE;"


@pytest.fixture
def account(app_connection, cast):
    return ready(app_connection, cast, "USD")["USD"]


@pytest.fixture
def invoice_of(owner, app_connection, cast, deal):
    return lambda amount: invoiced(owner, app_connection(cast.sam), deal, cast.aldgate, amount)


def one_line_twice(owner, superuser, cast, app_connection, account, invoice_of):
    """Two people, one line of 100.00, an invoice of 100.00 each."""
    wire, first, second = line(owner, account, "100.00"), invoice_of("100.00"), invoice_of("100.00")
    sam, ada = app_connection(cast.sam), app_connection(cast.ada)
    answer = in_between(
        superuser, sam, lambda c: match(c, wire, (first, "100.00")), ada, lambda c: match(c, wire, (second, "100.00"))
    )
    return wire, answer


def test_of_two_on_one_line_one_wins(owner, superuser, cast, app_connection, account, invoice_of):
    wire, answer = one_line_twice(owner, superuser, cast, app_connection, account, invoice_of)
    assert (answer, left(owner, wire)) == ("22023", 0)
    assert broken_rules(owner) == []


def test_control_without_its_lock_a_line_is_matched_twice(owner, superuser, cast, app_connection, account, invoice_of):
    with mutated(owner, "fees/fn_match", LINE_LOCK, "('staff_admin', 'staff_ops');"):
        wire, _ = one_line_twice(owner, superuser, cast, app_connection, account, invoice_of)
    assert left(owner, wire) == -100


def test_of_two_lines_for_one_invoice_one_wins(owner, superuser, cast, app_connection, account, invoice_of):
    invoice, wires = invoice_of("100.00"), [line(owner, account, "100.00") for _ in range(2)]
    sam, ada = app_connection(cast.sam), app_connection(cast.ada)
    answer = in_between(
        superuser, sam, lambda c: match(c, wires[0], (invoice, "100.00")),
        ada, lambda c: match(c, wires[1], (invoice, "100.00")),
    )  # fmt: skip
    assert (answer, status(owner, invoice)[0], left(owner, wires[1])) == ("22023", "paid", 100)
    assert broken_rules(owner) == []


def test_many_in_any_order(owner, cast, app_connection, account, invoice_of):
    """Lines that pay the same two invoices, named in both orders: nobody waits in a circle; nothing is paid twice."""
    invoices = [invoice_of("40.00"), invoice_of("40.00")]
    wires = [line(owner, account, "20.00") for _ in range(PEOPLE)]
    staff = [app_connection(cast.sam) for _ in range(PEOPLE)]

    def pays(connection, i):
        n = staff.index(connection)
        parts = [(invoice, "10.00") for invoice in (invoices if n % 2 else reversed(invoices))]
        return bool(match(connection, wires[n], *parts))

    assert tally(at_once(staff, pays)) == {"served": 4, "22023": 4}
    assert [status(owner, invoice)[0] for invoice in invoices] == ["paid", "paid"]
    assert broken_rules(owner) == []


def test_a_match_is_taken_back_by_one(owner, superuser, cast, app_connection, account, invoice_of):
    sam, ada = app_connection(cast.sam), app_connection(cast.ada)
    invoice, wire = invoice_of("100.00"), line(owner, account, "100.00")
    (made,) = match(sam, wire, (invoice, "100.00"))
    answer = in_between(superuser, sam, lambda c: take_back(c, made), ada, lambda c: take_back(c, made))
    assert (answer, left(owner, wire)) == ("22023", 100)
    assert broken_rules(owner) == []
