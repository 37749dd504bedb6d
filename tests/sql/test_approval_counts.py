"""app.counted_amount: limits are passed neither by splitting, nor over deals and days, nor by moving the price."""

from decimal import Decimal as D

import pytest

from tests import factories
from tests.sql.commitments import committed, decide, finalize, offer, one, open_approval
from tests.sql.holds import refusal, state


@pytest.fixture
def priced(owner, cast, deal):
    """Units at 1.00, and an investor who has something approved: amounts are units."""
    factories.add_commitment(owner, deal.id, cast.aldgate, status="approved")
    offer(owner, deal, "1.00", 5_000_000)
    return deal


def second_deal(owner, cast):
    vehicle = factories.add_vehicle(owner, "Second SPV")
    deal = factories.Deal(
        factories.add_deal(owner, "Second", code="second_2027", vehicle_id=vehicle, offer_unit_price=D(1)),
        "second_2027", vehicle, D(1),
    )  # fmt: skip
    factories.add_lot(owner, deal.id, 5_000_000)
    factories.add_fee_plan(owner, deal.id)
    factories.add_member(owner, deal.id, cast.alice)
    return deal


def buy(owner, cast, deal, app_connection, units):
    return committed(owner, app_connection(cast.alice), deal, cast.aldgate, units, "1")


def carry_out(app_connection, person, it):
    assert decide(app_connection(person), it.approval) == "approved"
    finalize(app_connection(person), it.hold)


def test_split_on_one_deal(owner, cast, priced, app_connection):
    carry_out(app_connection, cast.sam, buy(owner, cast, priced, app_connection, "30000"))
    it = buy(owner, cast, priced, app_connection, "20000.01")
    before = state(owner)
    assert refusal(decide, app_connection(cast.sam), it.approval) == ("42501", "above_limit")
    assert state(owner) == before
    assert one(app_connection(cast.sam), "select * from app.approval_counts(%s)", it.approval).counted == D("50000.01")


def test_exactly_the_limit_together(owner, cast, priced, app_connection):
    carry_out(app_connection, cast.ada, buy(owner, cast, priced, app_connection, "30000"))
    carry_out(app_connection, cast.sam, buy(owner, cast, priced, app_connection, "20000"))


def test_what_one_person_approved_on_other_deals_within_30_days(owner, cast, priced, app_connection):
    carry_out(app_connection, cast.sam, buy(owner, cast, priced, app_connection, "30000"))
    it = buy(owner, cast, second_deal(owner, cast), app_connection, "20000.01")
    assert refusal(decide, app_connection(cast.sam), it.approval) == ("42501", "above_limit")
    owner.execute("update approvals set decided_at = decided_at - interval '30 days' where decided_at is not null")
    assert decide(app_connection(cast.sam), it.approval) == "approved"


def test_what_a_second_account_of_theirs_approved_counts(owner, cast, priced, app_connection):
    owner.execute("insert into account_makers (maker_id, account_id) values (%s, %s)", [cast.ada.id, cast.sam.id])
    carry_out(app_connection, cast.ada, buy(owner, cast, priced, app_connection, "30000"))
    it = buy(owner, cast, second_deal(owner, cast), app_connection, "20000.01")
    assert refusal(decide, app_connection(cast.sam), it.approval) == ("42501", "above_limit")


def test_what_others_approved_on_other_deals_does_not_count(owner, cast, priced, app_connection):
    carry_out(app_connection, cast.ada, buy(owner, cast, priced, app_connection, "30000"))
    it = buy(owner, cast, second_deal(owner, cast), app_connection, "40000")
    assert decide(app_connection(cast.sam), it.approval) == "approved"


def test_a_million_in_parts_takes_two_people(owner, cast, priced, app_connection):
    carry_out(app_connection, cast.ada, buy(owner, cast, priced, app_connection, "990000"))
    it = buy(owner, cast, priced, app_connection, "10000.01")
    assert one(owner, "select steps_needed, amount from approvals where id = %s", it.approval).__dict__ == {
        "steps_needed": 2,
        "amount": D("10000.01"),
    }
    assert decide(app_connection(cast.ada), it.approval) == "second_approval"
    assert refusal(finalize, app_connection(cast.ada), it.hold)[0] == "DL005"
    assert decide(app_connection(cast.abe), open_approval(owner, it.id)) == "approved"


def test_a_million_over_two_deals_takes_a_second_person(owner, cast, priced, app_connection):
    """Asked alone it takes one; given by who gave the other one, two."""
    carry_out(app_connection, cast.ada, buy(owner, cast, priced, app_connection, "990000"))
    it = buy(owner, cast, second_deal(owner, cast), app_connection, "10000.01")
    assert one(owner, "select steps_needed from approvals where id = %s", it.approval).steps_needed == 1
    assert decide(app_connection(cast.ada), it.approval) == "second_approval"
    assert decide(app_connection(cast.abe), open_approval(owner, it.id)) == "approved"


def test_a_first_quarter_million_in_parts_takes_two_people(owner, cast, deal, app_connection):
    offer(owner, deal, "1.00", 5_000_000)
    it = buy(owner, cast, deal, app_connection, "250000.01")
    assert one(owner, "select steps_needed from approvals where id = %s", it.approval).steps_needed == 2


def test_the_highest_offer_price_of_the_last_30_days_counts(owner, cast, deal, app_connection):
    """2,000 units at 28.50, for a minute at 1.00: 57,000.00 counts and not 2,000.00."""
    owner.execute("update deals set offer_unit_price = 1 where id = %s", [deal.id])
    it = buy(owner, cast, deal, app_connection, "2000")
    assert one(owner, "select amount from approvals where id = %s", it.approval).amount == D("57000.00")
    assert refusal(decide, app_connection(cast.sam), it.approval) == ("42501", "above_limit")
    owner.execute("update offer_prices set set_at = now() - interval '31 days' where unit_price > 1")
    owner.execute("update offer_prices set set_at = now() - interval '30 days' where unit_price = 1")
    owner.execute("update approvals set amount = 2000")
    assert decide(app_connection(cast.sam), it.approval) == "approved"


def test_investors_are_told_nothing_of_it(cast, priced, owner, app_connection):
    it = buy(owner, cast, priced, app_connection, "100")
    assert app_connection(cast.alice).execute("select * from app.approval_counts(%s)", [it.approval]).fetchall() == []
