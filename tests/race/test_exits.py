"""Exits at once: no unit is sold twice, no proposal is lost, and positions are the sum of what moved them."""

from decimal import Decimal as D

import pytest

from tests import factories
from tests.race.crowd import at_once, in_between, tally
from tests.race.mutated import mutated
from tests.sql.commitments import committed, decide
from tests.sql.exits import allocated, approval_about, held, items, propose_exit
from tests.sql.holds import broken_rules, reserve


@pytest.fixture
def thousand(owner, cast, deal):
    return allocated(owner, deal, cast.aldgate, 1000)


def test_an_exit_approved_by_many_at_once_sells_its_units_once(owner, cast, deal, thousand, app_connection):
    asked = approval_about(owner, propose_exit(app_connection(cast.sam), deal, "0.6"))
    staff = [app_connection(person) for person in (cast.ada, cast.abe, cast.rita) for _ in range(3)]
    answers = at_once(staff, lambda connection, i: decide(connection, asked))
    assert sorted(answers) == ["42501"] * 3 + ["DL006"] * 5 + ["approved"]
    assert [row[1] for row in items(owner)] == [D(600)]
    assert held(owner, thousand) == (D(400), D("11400.00"))
    assert broken_rules(owner) == []


def both_propose(superuser, cast, deal, app_connection):
    sam, rita = app_connection(cast.sam), app_connection(cast.rita)
    return in_between(superuser, sam, lambda c: propose_exit(c, deal), rita, lambda c: propose_exit(c, deal))


def test_the_second_proposer_is_told(owner, superuser, cast, deal, thousand, app_connection):
    assert both_propose(superuser, cast, deal, app_connection) == "22023"
    assert factories.value(owner, "select count(*) from deal_exits") == 1


def test_control_without_the_lock_the_second_proposer_collides(owner, superuser, cast, deal, thousand, app_connection):
    with mutated(owner, "inventory/fn_propose_exit", " FOR NO KEY UPDATE;", ";"):
        assert both_propose(superuser, cast, deal, app_connection) == "23505"


def test_buyers_go_on_while_a_deal_is_sold(owner, superuser, cast, deal, thousand, app_connection):
    asked = approval_about(owner, propose_exit(app_connection(cast.sam), deal))
    alice = app_connection(cast.alice)
    answer = in_between(
        superuser,
        app_connection(cast.abe),
        lambda c: decide(c, asked),
        alice,
        lambda c: reserve(c, deal, cast.aldgate, 10),
    )
    assert not isinstance(answer, str)


def test_an_exit_and_an_allocation_of_one_position_add_up(owner, cast, deal, thousand, app_connection):
    """The position shrinks by 1,000 and grows by 100, whichever comes first."""
    asked = approval_about(owner, propose_exit(app_connection(cast.sam), deal))
    bought = committed(owner, app_connection(cast.alice), deal, cast.aldgate, 100).approval
    deciders = {app_connection(cast.ada): asked, app_connection(cast.abe): bought}
    answers = at_once(list(deciders), lambda connection, i: decide(connection, deciders[connection]))
    assert tally(answers) == {"approved": 2}
    assert owner.execute("select units, cost_basis from positions").fetchall() == [(D(100), D("2850.00"))]
    assert broken_rules(owner) == []
