"""What one investor may have of a deal: so many running holds, and no more than the largest ticket in all."""

import uuid

import pytest

from tests import factories
from tests.sql.commitments import commit_hold, commit_units, committed, decide, finalize, withdraw
from tests.sql.holds import let_lapse, refusal, reserve, state


def cap(owner, *, holds=None, ticket=None):
    terms = None if ticket is None else f'{{"max_ticket": "{ticket}"}}'
    owner.execute("update deals set max_holds = %s, terms_schema = %s::jsonb", [holds, terms])


def cancel(connection, hold):
    connection.execute("select public.fn_cancel_reservation(%s)", [hold])


@pytest.mark.parametrize("who", ["alice", "sam"])
def test_no_more_running_holds_than_the_deal_allows(owner, cast, deal, app_connection, who):
    cap(owner, holds=3)
    person = app_connection(getattr(cast, who))
    holds = [reserve(person, deal, cast.aldgate, 1) for _ in range(3)]
    before = state(owner)
    assert refusal(reserve, person, deal, cast.aldgate, 1) == ("22023", "max_holds")
    assert state(owner) == before
    cancel(person, holds[0])
    assert reserve(person, deal, cast.aldgate, 1)


def test_lapsed_and_pinned_holds_and_those_of_others_do_not_count(owner, cast, deal, app_connection):
    cap(owner, holds=1)
    alice = app_connection(cast.alice)
    let_lapse(owner, reserve(alice, deal, cast.aldgate, 1))
    commit_hold(alice, reserve(alice, deal, cast.aldgate, 1))
    reserve(app_connection(cast.mallory), deal, cast.morland, 1)
    assert reserve(alice, deal, cast.aldgate, 1)
    assert refusal(reserve, alice, deal, cast.aldgate, 1) == ("22023", "max_holds")


def test_without_a_cap_there_is_none(owner, cast, deal, app_connection):
    alice = app_connection(cast.alice)
    assert len({reserve(alice, deal, cast.aldgate, 1) for _ in range(12)}) == 12


@pytest.mark.parametrize("who", ["alice", "sam"])
def test_all_of_one_investor_is_within_the_largest_ticket_to_the_cent(owner, cast, deal, app_connection, who):
    """100 × 28.50 are 2,850.00: 60 units, and 40 more; not one besides."""
    cap(owner, ticket="2850.00")
    person = app_connection(getattr(cast, who))
    reserve(person, deal, cast.aldgate, 60)
    before = state(owner)
    assert refusal(reserve, person, deal, cast.aldgate, "40.00000001") == ("22023", "max_total")
    assert refusal(commit_units, person, deal, cast.aldgate, units="40.00000001") == ("22023", "max_total")
    assert state(owner) == before
    reserve(person, deal, cast.aldgate, 40)
    assert refusal(reserve, person, deal, cast.aldgate, 1)[1] == "max_total"
    assert reserve(app_connection(cast.mallory), deal, cast.morland, 100)


def test_what_is_committed_and_allocated_counts_at_its_own_price(owner, cast, deal, app_connection):
    """30 units allocated at 28.50 and 20 committed at 50.00 are 1,855.00; at 29.00 each, 34 more fit into 2,850.00."""
    cap(owner, ticket="2850.00")
    alice, sam = app_connection(cast.alice), app_connection(cast.sam)
    first = committed(owner, alice, deal, cast.aldgate, 30)
    decide(app_connection(cast.ada), first.approval)
    finalize(app_connection(cast.ada), first.hold)
    second = committed(owner, sam, deal, cast.aldgate, 20, "50")
    owner.execute("update deals set offer_unit_price = 29")
    assert refusal(reserve, alice, deal, cast.aldgate, 35, "29") == ("22023", "max_total")
    reserve(alice, deal, cast.aldgate, 34, "29")
    withdraw(sam, second.id)
    assert reserve(alice, deal, cast.aldgate, 34, "29")


def test_what_went_back_counts_no_more(owner, cast, deal, app_connection):
    cap(owner, ticket="2850.00")
    alice = app_connection(cast.alice)
    cancel(alice, reserve(alice, deal, cast.aldgate, 100))
    let_lapse(owner, reserve(alice, deal, cast.aldgate, 100))
    assert reserve(alice, deal, cast.aldgate, 100)


def test_the_same_request_again_is_no_second_hold(owner, cast, deal, app_connection):
    cap(owner, holds=1, ticket="2850.00")
    alice, key = app_connection(cast.alice), uuid.uuid4()
    hold = reserve(alice, deal, cast.aldgate, 100, key=key)
    assert reserve(alice, deal, cast.aldgate, 100, key=key) == hold


@pytest.mark.parametrize("most", [0, 1001])
def test_a_cap_is_1_to_1000(owner, deal, most):
    assert refusal(cap, owner, holds=most)[0] == "23514"
    assert factories.value(owner, "select max_holds from deals") is None
