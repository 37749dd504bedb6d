"""Credit is promised and paid once, and a refund is in one file, whoever comes at once; each with a control."""

import pytest

from tests.factories import value
from tests.race.crowd import in_between
from tests.race.mutated import mutated
from tests.sql.commitments import decide
from tests.sql.holds import broken_rules
from tests.sql.invoices import invoice as _invoice
from tests.sql.invoices import ready
from tests.sql.matches import invoiced, match
from tests.sql.refunds import approved, cancel, export, overpaid, paid_by, propose, status_of
from tests.sql.write_offs import asked_about

EXPORT_LOCK = "ORDER BY f.id FOR NO KEY UPDATE;  -- [2]"


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
def wire(owner, sam, cast, account):
    return overpaid(owner, sam, account, cast.aldgate)


@pytest.fixture
def refund(owner, sam, abe, cast, wire):
    return approved(owner, sam, abe, cast.aldgate, wire)


def test_credit_is_promised_to_one(owner, superuser, cast, sam, ada, wire):
    answer = in_between(
        superuser, sam, lambda c: propose(c, cast.aldgate, wire), ada, lambda c: propose(c, cast.aldgate, wire)
    )
    assert (answer, value(owner, "select count(*) from refunds")) == ("22023", 1)


def test_a_refund_exported_by_two_is_in_one_file(owner, superuser, sam, ada, refund):
    answer = in_between(superuser, sam, lambda c: export(c, refund), ada, lambda c: export(c, refund))
    assert (answer, value(owner, "select count(*) from refund_batches")) == ("DL006", 1)
    assert broken_rules(owner) == []


def test_control_without_its_lock_only_the_guard_keeps_it_out_of_a_second_file(owner, superuser, sam, ada, refund):
    with mutated(owner, "fees/fn_export_refunds", EXPORT_LOCK, ";"):
        answer = in_between(superuser, sam, lambda c: export(c, refund), ada, lambda c: export(c, refund))
    assert answer == "42501"
    assert value(owner, "select count(*) from refund_batches") == 1


def test_exported_while_it_is_cancelled(owner, superuser, sam, ada, refund):
    assert in_between(superuser, ada, lambda c: cancel(c, refund), sam, lambda c: export(c, refund)) == "DL006"
    assert (status_of(owner, refund), broken_rules(owner)) == ("cancelled", [])


def test_cancelled_while_it_is_paid(owner, superuser, sam, ada, account, refund):
    out = paid_by(owner, account)
    answer = in_between(
        superuser, sam, lambda c: match(c, out, ("refund", refund, "-30.00")), ada, lambda c: cancel(c, refund)
    )
    assert (answer, status_of(owner, refund)) == ("DL006", "paid")
    assert broken_rules(owner) == []


def test_of_two_lines_one_pays_it(owner, superuser, sam, ada, account, refund):
    first, second = paid_by(owner, account), paid_by(owner, account)
    part = ("refund", refund, "-30.00")
    answer = in_between(superuser, sam, lambda c: match(c, first, part), ada, lambda c: match(c, second, part))
    assert (answer, status_of(owner, refund)) == ("22023", "paid")
    assert broken_rules(owner) == []


def test_credit_spent_while_its_refund_is_approved(owner, superuser, cast, deal, sam, abe, wire):
    ask = asked_about(owner, propose(sam, cast.aldgate, wire))
    invoice = invoiced(owner, sam, deal, cast.aldgate, "30.00")
    spend = "select public.fn_apply_credit(%s, 30.00)"
    answer = in_between(superuser, sam, lambda c: c.execute(spend, [invoice]), abe, lambda c: decide(c, ask))
    assert (answer, _invoice(owner, invoice)[2]) == ("22023", "paid")
    assert broken_rules(owner) == []
