"""app.invariant_breaks finds each rule that does not hold, and names the row. Broken by the owner, on purpose."""

import uuid
from decimal import Decimal

import psycopg
import pytest

from tests import factories
from tests.sql.holds import broken_rules, reserve


def rules(owner) -> set[str]:
    return {row[0] for row in broken_rules(owner)}


@pytest.fixture
def hold(cast, deal, app_connection):
    return reserve(app_connection(cast.alice), deal, cast.aldgate, 500)


def test_sound_books_break_nothing(owner, hold):
    assert broken_rules(owner) == []


def test_units_that_went_missing(owner, superuser, deal, hold):
    superuser.execute("set session_replication_role = replica")
    superuser.execute("update share_lots set units_remaining = units_remaining - 1 where id = %s", [deal.lots["A"]])
    assert broken_rules(owner) == [
        ("lot: total = remaining + pending holds + allocations", deal.lots["A"], "5000.00000000", "4999.00000000")
    ]


def test_a_lot_marked_exhausted_that_is_not(owner, superuser, deal, hold):
    superuser.execute("set session_replication_role = replica")
    superuser.execute("update share_lots set status = 'exhausted' where id = %s", [deal.lots["B"]])
    assert rules(owner) == {"lot: exhausted exactly at 0"}


def test_lot_items_that_do_not_add_up(owner, deal, hold):
    owner.execute("update reservation_lot_items set units = units - 1")
    owner.execute("update share_lots set units_remaining = units_remaining + 1 where id = %s", [deal.lots["A"]])
    assert rules(owner) == {"hold: lot items add up"}


def test_an_allocated_hold_without_its_allocation(owner, superuser, hold):
    superuser.execute("set session_replication_role = replica")
    superuser.execute("update reservations set status = 'approved'")
    assert "hold: allocated ones have their allocation" in rules(owner)


def test_an_allocation_without_a_position(owner, deal, cast):
    factories.insert(
        owner,
        "allocations",
        deal_id=deal.id,
        investor_id=cast.aldgate,
        units=Decimal(5),
        unit_price=Decimal("28.50"),
        status="approved",
    )
    assert rules(owner) == {"allocation: lot items add up", "allocation: approved ones moved a position"}


def test_an_undecided_commitment_without_its_units_and_an_ended_one_with_them(owner, deal, cast, hold):
    undecided = factories.add_commitment(owner, deal.id, cast.aldgate, 500, decide_by=factories.in_days(3))
    assert [row[:2] for row in broken_rules(owner)] == [("commitment: an undecided one keeps its units", undecided)]
    owner.execute("update reservations set commitment_id = %s", [undecided])
    assert broken_rules(owner) == []
    owner.execute("update deal_commitments set status = 'rejected'")
    assert [row[:2] for row in broken_rules(owner)] == [("commitment: an ended one keeps none", undecided)]


def test_a_commitment_to_other_units_than_its_holds(owner, deal, cast, hold):
    asked = factories.add_commitment(owner, deal.id, cast.aldgate, 499, decide_by=factories.in_days(3))
    owner.execute("update reservations set commitment_id = %s", [asked])
    assert broken_rules(owner) == [
        ("commitment: an undecided one keeps its units", asked, "499.00000000", "500.00000000")
    ]


def test_two_undecided_commitments_of_one_investor_on_a_deal(owner, deal, cast):
    owner.execute("drop index deal_commitments_one_undecided")
    for _ in range(2):
        factories.add_commitment(owner, deal.id, cast.aldgate)
    assert broken_rules(owner) == [("commitment: one undecided for each investor on a deal", deal.id, "1", "2")]


def test_a_replaced_commitment_that_goes_on_or_names_a_stranger(owner, deal, cast):
    strange = factories.add_commitment(owner, deal.id, cast.morland, status="rejected")
    it = factories.add_commitment(owner, deal.id, cast.aldgate, status="cancelled", replaced_by=strange)
    rule = "commitment: a replaced one ended and names its successor"
    assert [row[:2] for row in broken_rules(owner)] == [(rule, it)]
    owner.execute("update deal_commitments set investor_id = %s, status = 'approved' where id = %s", [cast.morland, it])
    assert [row[:2] for row in broken_rules(owner)] == [(rule, it)]


def test_a_cancelled_deal_that_still_holds(owner, deal, hold):
    owner.execute("alter table deals disable trigger release_cancelled_deal")
    owner.execute("update deals set status = 'cancelled' where id = %s", [deal.id])
    owner.execute("alter table deals enable trigger release_cancelled_deal")
    assert [row[:2] for row in broken_rules(owner)] == [("deal: a cancelled one holds nothing", hold)]


def test_only_staff_and_jobs_may_ask(app_connection, cast, deal):
    ask = "select * from app.invariant_breaks()"
    assert app_connection(cast.sam).execute(ask).fetchall() == []
    for who in (cast.alice, cast.larry, None, uuid.uuid4()):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app_connection(who).execute(ask)
