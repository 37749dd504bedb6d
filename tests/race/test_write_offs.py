"""An invoice is given up once, and never what was paid meanwhile; each with a control."""

import pytest

from tests.factories import value
from tests.race.crowd import in_between
from tests.race.mutated import mutated
from tests.sql.commitments import decide
from tests.sql.holds import broken_rules
from tests.sql.invoices import credit, ready
from tests.sql.matches import invoiced, line, match, status
from tests.sql.write_offs import asked_about, propose, reverse, state_of

DECISION_LOCK = "FOR NO KEY UPDATE OF i;  -- [1]"


@pytest.fixture
def account(app_connection, cast):
    return ready(app_connection, cast, "USD")["USD"]


@pytest.fixture
def sam(app_connection, cast):
    return app_connection(cast.sam)


@pytest.fixture
def ada(app_connection, cast):
    return app_connection(cast.ada)


@pytest.fixture
def abe(app_connection, cast):
    return app_connection(cast.abe)


@pytest.fixture
def invoice(owner, sam, cast, deal, account):
    return invoiced(owner, sam, deal, cast.aldgate, "100.00")


def test_of_two_proposals_one_waits(owner, superuser, sam, ada, invoice):
    answer = in_between(
        superuser, sam, lambda c: propose(c, invoice, "100.00"), ada, lambda c: propose(c, invoice, "100.00")
    )
    assert answer == "22023" and broken_rules(owner) == []


def test_parts_that_are_proposed_at_once_count_together(owner, superuser, cast, deal, sam, ada, invoice):
    other = invoiced(owner, sam, deal, cast.aldgate, "100.00")
    second = in_between(
        superuser, sam, lambda c: propose(c, invoice, "60.00"), ada, lambda c: propose(c, other, "60.00")
    )
    assert value(owner, "select steps_needed from approvals where id = %s", asked_about(owner, second)) == 2


def test_of_two_who_approve_one_is_told(owner, cast, superuser, sam, ada, abe, invoice):
    ask = asked_about(owner, propose(sam, invoice, "100.00"))
    answer = in_between(superuser, ada, lambda c: decide(c, ask), abe, lambda c: decide(c, ask))
    assert (answer, status(owner, invoice)[0]) == ("DL006", "paid")
    assert broken_rules(owner) == []


def paid_while_decided(owner, superuser, sam, abe, account, invoice):
    """A payment of 100.00 is matched and not yet committed when the write-off of 100.00 is approved."""
    ask, wire = asked_about(owner, propose(sam, invoice, "100.00")), line(owner, account, "100.00")
    return in_between(superuser, sam, lambda c: match(c, wire, (invoice, "100.00")), abe, lambda c: decide(c, ask))


def test_an_invoice_paid_while_it_is_written_off(owner, superuser, sam, abe, account, invoice):
    assert paid_while_decided(owner, superuser, sam, abe, account, invoice) == "DL005"
    assert (status(owner, invoice)[0], broken_rules(owner)) == ("paid", [])


def test_control_without_its_lock_what_is_open_is_read_too_early(owner, superuser, sam, abe, account, invoice):
    """The decision goes past the hash, and only what settles the invoice refuses it."""
    with mutated(owner, "fees/write_off_asked", DECISION_LOCK, ";"):
        assert paid_while_decided(owner, superuser, sam, abe, account, invoice) == "22023"
    assert broken_rules(owner) == []


def test_written_off_while_it_is_paid(owner, superuser, sam, abe, account, invoice):
    """The other way round: whoever matches is told that nothing is open any more."""
    ask, wire = asked_about(owner, propose(sam, invoice, "100.00")), line(owner, account, "100.00")
    answer = in_between(superuser, abe, lambda c: decide(c, ask), sam, lambda c: match(c, wire, (invoice, "100.00")))
    assert (answer, status(owner, invoice)[0]) == ("22023", "paid")
    assert broken_rules(owner) == []


def test_credited_while_it_is_written_off(owner, superuser, sam, abe, invoice):
    ask = asked_about(owner, propose(sam, invoice, "60.00"))
    assert in_between(superuser, abe, lambda c: decide(c, ask), sam, lambda c: credit(c, invoice)) == "22023"
    assert broken_rules(owner) == []


def test_a_write_off_is_taken_back_by_one(owner, superuser, sam, ada, abe, invoice):
    made = propose(sam, invoice, "100.00")
    decide(abe, asked_about(owner, made))
    answer = in_between(superuser, ada, lambda c: reverse(c, made), abe, lambda c: reverse(c, made))
    assert (answer, state_of(owner, made), status(owner, invoice)[0]) == ("DL006", "reversed", "sent")
    assert broken_rules(owner) == []
