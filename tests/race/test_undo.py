"""Undoing meets money, credits, billing and itself: one comes first, the other finds it so. Each with a control."""

import threading
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from tests.factories import value
from tests.race.crowd import at_once, in_between, waiting
from tests.race.mutated import mutated
from tests.sql.commitments import decide
from tests.sql.exits import approval_about
from tests.sql.holds import broken_rules
from tests.sql.invoices import accrue, balances, bill, credit, pay, ready
from tests.sql.matches import left, line, match
from tests.sql.undo import FUNDS, given, propose_undo, waits_for_the_last

LOCK = "WHERE i.id = ANY (v_all) ORDER BY i.id FOR NO KEY UPDATE;"
ALLOCATION = "select status from allocations"


@pytest.fixture
def account(app_connection, cast):
    return ready(app_connection, cast, "USD")["USD"]


@pytest.fixture
def allocation(owner, cast, deal, account, app_connection):
    return given(owner, cast, deal, app_connection)


def paid_first(owner, superuser, cast, account, allocation, app_connection):
    """The wire is matched and not yet committed when Abe approves the undoing."""
    wire, funds = line(owner, account, "14962.50"), value(owner, FUNDS, allocation)
    last = waits_for_the_last(owner, cast, app_connection, allocation)
    return in_between(
        superuser, app_connection(cast.sam), lambda c: match(c, wire, (funds, "14962.50")),
        app_connection(cast.abe), lambda c: decide(c, last),
    )  # fmt: skip


def test_what_is_paid_at_this_moment_stays(owner, superuser, cast, account, allocation, app_connection):
    assert paid_first(owner, superuser, cast, account, allocation, app_connection) == "22023"
    assert value(owner, ALLOCATION) == "settled"
    assert broken_rules(owner) == []


def paid_halfway(owner, superuser, cast, allocation, app_connection, open_connection):
    """A payment holds its invoice; the undoing begins; then the payment goes on to settle the allocation."""
    funds, payer = value(owner, FUNDS, allocation), open_connection("owner")
    last, abe = waits_for_the_last(owner, cast, app_connection, allocation), app_connection(cast.abe)
    payer.execute("begin")
    payer.execute("select 1 from invoices where id = %s for no key update", [funds])
    with ThreadPoolExecutor(1) as pool:
        undone = pool.submit(lambda: at_once([abe], lambda c, i: decide(c, last))[0])
        for _ in range(200):
            if waiting(superuser):
                break
            threading.Event().wait(0.02)
        try:
            pay(payer, funds, "14962.50")
            payer.execute("commit")
            return "paid", undone.result(timeout=30)
        except psycopg.Error as error:
            payer.execute("rollback")
            return error.sqlstate, undone.result(timeout=30)


def test_a_payment_that_goes_on_is_not_met_the_other_way_round(
    owner, superuser, cast, allocation, app_connection, open_connection
):
    came = paid_halfway(owner, superuser, cast, allocation, app_connection, open_connection)
    assert came == ("paid", "22023")
    assert value(owner, ALLOCATION) == "settled"


def test_control_without_its_lock_the_two_wait_in_a_circle(
    owner, superuser, cast, allocation, app_connection, open_connection
):
    with mutated(owner, "fees/undo_fees", LOCK, "WHERE false;"):
        came = paid_halfway(owner, superuser, cast, allocation, app_connection, open_connection)
    assert "40P01" in came


def test_what_is_undone_at_this_moment_is_not_paid(owner, superuser, cast, account, allocation, app_connection):
    """The match waits for the invoice, finds nothing open, and the wire stays in suspense."""
    wire, funds = line(owner, account, "14962.50"), value(owner, FUNDS, allocation)
    last = waits_for_the_last(owner, cast, app_connection, allocation)
    answer = in_between(
        superuser, app_connection(cast.abe), lambda c: decide(c, last),
        app_connection(cast.sam), lambda c: match(c, wire, (funds, "14962.50")),
    )  # fmt: skip
    assert (answer, left(owner, wire), value(owner, ALLOCATION)) == ("22023", 14962.5, "rejected")
    assert broken_rules(owner) == []


def credited_first(owner, superuser, cast, allocation, app_connection):
    funds = value(owner, FUNDS, allocation)
    last = waits_for_the_last(owner, cast, app_connection, allocation)
    return in_between(
        superuser, app_connection(cast.sam), lambda c: credit(c, funds),
        app_connection(cast.abe), lambda c: decide(c, last),
    )  # fmt: skip


def test_what_is_credited_at_this_moment_is_credited_once(owner, superuser, cast, allocation, app_connection):
    assert credited_first(owner, superuser, cast, allocation, app_connection) == "approved"
    assert value(owner, "select count(*) from invoices where kind = 'credit_note'") == 1
    assert (balances(owner), broken_rules(owner)) == ({}, [])


def test_what_is_billed_at_this_moment_is_credited(owner, superuser, cast, deal, allocation, app_connection):
    """The run holds the fee and makes its invoice; the undoing waits for the fee and takes the new invoice too."""
    accrue(owner, deal, cast.aldgate, "71.05", allocation_id=allocation)
    last = waits_for_the_last(owner, cast, app_connection, allocation)
    answer = in_between(
        superuser, app_connection(cast.sam), lambda c: bill(c, deal, cast.aldgate),
        app_connection(cast.abe), lambda c: decide(c, last),
    )  # fmt: skip
    assert answer == "approved"
    assert value(owner, "select count(*) from invoices where kind = 'credit_note'") == 2
    assert (balances(owner), broken_rules(owner)) == ({}, [])


def test_of_two_last_approvers_one_undoes(owner, cast, deal, account, app_connection):
    """Sam gave the first approval; both administrators give the last."""
    allocation = given(owner, cast, deal, app_connection, 100)
    made = propose_undo(app_connection(cast.rita), allocation)
    decide(app_connection(cast.sam), approval_about(owner, made))
    last = approval_about(owner, made)
    answers = at_once([app_connection(cast.ada), app_connection(cast.abe)], lambda c, i: decide(c, last))
    assert sorted(answers) == ["DL006", "approved"]
    assert value(owner, "select sum(units_remaining) from share_lots") == 10_000
    assert (balances(owner), broken_rules(owner)) == ({}, [])


def proposed_twice(owner, superuser, cast, allocation, app_connection):
    sam, ada = app_connection(cast.sam), app_connection(cast.ada)
    return in_between(superuser, sam, lambda c: propose_undo(c, allocation), ada, lambda c: propose_undo(c, allocation))


def test_of_two_who_propose_one_asks(owner, superuser, cast, allocation, app_connection):
    assert proposed_twice(owner, superuser, cast, allocation, app_connection) == "22023"
    assert value(owner, "select count(*) from allocation_undos") == 1


def test_control_without_its_lock_the_last_resort_alone_refuses(owner, superuser, cast, allocation, app_connection):
    lock = "WHERE d.id = v.deal_id FOR NO KEY UPDATE;  -- [1]"
    with mutated(owner, "inventory/fn_propose_undo", lock, "WHERE false;"):
        assert proposed_twice(owner, superuser, cast, allocation, app_connection) == "23505"
