"""fn_finalize_allocation asks again, under its locks, what allowed the request: weeks may lie in between."""

from decimal import Decimal as D

import pytest

from tests import factories
from tests.sql.commitments import approved_by_hand, committed, decide, finalize
from tests.sql.holds import refusal, state


@pytest.fixture
def it(owner, cast, deal, app_connection):
    """100 units of Aldgate's, approved by Sam and not yet allocated."""
    it = committed(owner, app_connection(cast.alice), deal, cast.aldgate, 100)
    approved_by_hand(owner, it, cast.sam.id)
    return it


def refused(owner, cast, app_connection, it) -> tuple[str, str]:
    before = state(owner)
    word = refusal(finalize, app_connection(cast.sam), it.hold)
    assert state(owner) == before
    return word


def test_nor_is_a_decision_recorded_that_cannot_be_carried_out(owner, cast, deal, app_connection):
    it = committed(owner, app_connection(cast.alice), deal, cast.aldgate, 100)
    owner.execute("update investors set kyc_status = 'rejected' where id = %s", [cast.aldgate])
    before = state(owner)
    assert refusal(decide, app_connection(cast.sam), it.approval) == ("DL004", "")
    assert state(owner) == before


@pytest.mark.parametrize("status", ["pending", "in_review", "rejected", "expired"])
def test_without_valid_kyc_nothing_is_allocated(owner, cast, it, app_connection, status):
    owner.execute("update investors set kyc_status = %s where id = %s", [status, cast.aldgate])
    assert refused(owner, cast, app_connection, it) == ("DL004", "")
    owner.execute("update investors set kyc_status = 'approved'")
    assert finalize(app_connection(cast.sam), it.hold)


@pytest.mark.parametrize(
    "gone",
    [
        "update profiles set is_active = false where display_name = 'Alice Aldgate'",
        "delete from investor_users where user_id = (select id from profiles where display_name = 'Alice Aldgate')",
        "delete from deal_memberships where user_id = (select id from profiles where display_name = 'Alice Aldgate')",
        "update deal_memberships set accepted_at = null",
    ],
)
def test_with_nobody_left_to_act_for_the_investor_nothing_is_allocated(owner, cast, it, app_connection, gone):
    """Bob acts for the same investor and is no member of the deal."""
    owner.execute(gone)
    assert refused(owner, cast, app_connection, it) == ("22023", "membership")


def test_another_member_of_the_investor_suffices(owner, cast, deal, it, app_connection):
    factories.add_member(owner, deal.id, cast.bob)
    owner.execute("update profiles set is_active = false where id = %s", [cast.alice.id])
    assert finalize(app_connection(cast.sam), it.hold)


def test_another_offer_price_since_changes_nothing_of_what_was_committed(owner, cast, deal, it, app_connection):
    owner.execute("update deals set offer_unit_price = 99")
    allocation = finalize(app_connection(cast.sam), it.hold)
    assert factories.value(owner, "select unit_price from allocations where id = %s", allocation) == D("28.50")


@pytest.mark.parametrize(
    "edit",
    [
        "update reservations set proposed_unit_price = 0.01",
        "update reservations set requested_units = 101",
        "update reservations set investor_id = (select id from investors where legal_name = 'Morland Partners')",
        "update term_sheets set price_per_unit = 0.01",
        "update term_sheets set fee_plan_id = null",
        "update deal_commitments set status = 'cancelled'",
    ],
)
def test_what_is_not_what_was_committed_to_is_not_allocated(owner, cast, it, app_connection, edit):
    owner.execute(edit)
    assert refused(owner, cast, app_connection, it) == ("DL005", "not_as_committed")
