"""fn_cancel_reservation, fn_expire_reservations, fn_finalize_allocation: once, however often they run."""

import uuid
from decimal import Decimal as D
from types import SimpleNamespace

import pytest

from tests import factories
from tests.sql.commitments import approved_by_hand, committed, decide, offer
from tests.sql.holds import broken_rules, let_lapse, refusal, reserve, set_status, state


def cancel(connection, hold):
    return connection.execute("select public.fn_cancel_reservation(%s)", [hold]).fetchone()


def finalize(connection, hold):
    return connection.execute("select public.fn_finalize_allocation(%s)", [hold]).fetchone()[0]


def expire(connection, *limit):
    call = "select public.fn_expire_reservations(%s)" if limit else "select public.fn_expire_reservations()"
    return connection.execute(call, limit).fetchone()[0]


@pytest.fixture
def hold(cast, deal, app_connection):
    """6,000 units over lots A and B, held by Alice."""
    return reserve(app_connection(cast.alice), deal, cast.aldgate, 6_000)


def approve(owner, hold, by):
    factories.add_approval(owner, "reservation", hold, status="approved", decided_by=by.id)


# --- cancel


def test_cancel_gives_back_exactly_the_lot_items_once(owner, cast, hold, app_connection):
    alice = app_connection(cast.alice)
    cancel(alice, hold)
    after = state(owner)
    cancel(alice, hold)
    assert state(owner) == after
    assert owner.execute("select units_remaining from share_lots order by acquired_at").fetchall() == [
        (D(5000),),
        (D(3000),),
        (D(2000),),
    ]
    assert factories.value(owner, "select status from reservations") == "cancelled"
    assert broken_rules(owner) == []


def test_only_the_hold_s_own_side_and_staff_cancel(owner, cast, hold, app_connection):
    before = state(owner)
    for who in (cast.mallory, cast.bob, cast.larry, cast.ingrid, None):
        assert refusal(cancel, app_connection(who), hold) == ("42501", "")
    assert refusal(cancel, app_connection(cast.alice), uuid.uuid4()) == ("42501", "")
    assert state(owner) == before
    cancel(app_connection(cast.sam), hold)
    assert broken_rules(owner) == []


@pytest.mark.parametrize(
    "taken",
    [
        "update profiles set is_active = false where id = %s",
        "delete from investor_users where user_id = %s",
        "update deal_memberships set accepted_at = null where user_id = %s",
    ],
)
def test_who_lost_a_part_of_the_right_cancels_nothing(owner, cast, hold, app_connection, taken):
    owner.execute(taken, [cast.alice.id])
    before = state(owner)
    assert refusal(cancel, app_connection(cast.alice), hold) == ("42501", "")
    assert state(owner) == before


def test_units_given_back_to_a_blocked_lot_stay_blocked(owner, cast, deal, hold, app_connection):
    owner.execute("update share_lots set status = 'held' where id = %s", [deal.lots["A"]])
    cancel(app_connection(cast.alice), hold)
    lot = owner.execute("select units_remaining, status from share_lots where id = %s", [deal.lots["A"]])
    assert lot.fetchone() == (D(5000), "held")
    assert broken_rules(owner) == []


def test_ending_a_hold_leaves_one_audit_row(owner, cast, deal, app_connection):
    """Who cancels is named; what lapsed ended by the clock, whoever's turn it was to look."""
    alice = app_connection(cast.alice)
    cancelled, lapsed = (reserve(alice, deal, cast.aldgate, 10) for _ in range(2))
    cancel(alice, cancelled)
    let_lapse(owner, lapsed)
    expire(app_connection(cast.sam))
    rows = owner.execute(
        "select action, entity_id, actor_user_id::text, deal_id, after ->> 'requested_units' from audit_log"
        " where action in ('hold.cancelled', 'hold.lapsed') order by action"
    ).fetchall()
    assert rows == [
        ("hold.cancelled", cancelled, str(cast.alice.id), deal.id, "10.00000000"),
        ("hold.lapsed", lapsed, "00000000-0000-4000-8000-000000000001", deal.id, "10.00000000"),
    ]


def test_cancelling_a_lapsed_hold_ends_it_as_lapsed(owner, cast, hold, app_connection):
    let_lapse(owner, hold)
    cancel(app_connection(cast.alice), hold)
    assert factories.value(owner, "select status from reservations") == "expired"
    assert broken_rules(owner) == []


def test_an_allocated_or_committed_hold_cannot_be_cancelled(owner, cast, deal, hold, app_connection):
    commitment = factories.add_commitment(owner, deal.id, cast.aldgate, 6_000)
    owner.execute("update reservations set commitment_id = %s", [commitment])
    before = state(owner)
    assert refusal(cancel, app_connection(cast.alice), hold) == ("DL006", "in_approval")
    assert state(owner) == before
    approve(owner, hold, cast.ada)
    finalize(app_connection(cast.ada), hold)
    assert refusal(cancel, app_connection(cast.alice), hold) == ("DL006", "approved")


# --- expire


def test_expire_gives_back_every_hold_of_one_lot_once(owner, cast, deal, app_connection):
    alice = app_connection(cast.alice)
    holds = [reserve(alice, deal, cast.aldgate, 2_000) for _ in range(3)]
    live = reserve(alice, deal, cast.aldgate, 1_000)
    for hold in holds:
        let_lapse(owner, hold)
    ada = app_connection(cast.ada)
    assert expire(ada) == 3
    after = state(owner)
    assert expire(ada) == 0
    assert state(owner) == after
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == 9_000
    assert factories.value(owner, "select status from reservations where id = %s", live) == "pending"
    assert broken_rules(owner) == []


def test_expire_works_in_batches(owner, cast, deal, app_connection):
    alice = app_connection(cast.alice)
    for _ in range(5):
        let_lapse(owner, reserve(alice, deal, cast.aldgate, 10))
    ada = app_connection(cast.ada)
    assert [expire(ada, 2) for _ in range(4)] == [2, 2, 1, 0]


def test_staff_the_system_profile_and_the_owner_expire_nobody_else(owner, cast, hold, app_connection):
    let_lapse(owner, hold)
    before = state(owner)
    for who in (cast.alice, cast.larry, None):
        assert refusal(expire, app_connection(who)) == ("42501", "")
    assert state(owner) == before
    assert expire(app_connection("00000000-0000-4000-8000-000000000001")) == 1
    assert expire(app_connection(cast.sam)) == 0
    assert expire(owner) == 0


# --- finalise


def test_finalise_allocates_and_moves_the_position(owner, cast, deal, hold, app_connection):
    """Cost basis is units × price paid, never our own cost."""
    approve(owner, hold, cast.ada)
    allocation = finalize(app_connection(cast.ada), hold)
    assert owner.execute(
        "select units, unit_price, status, approved_by, reservation_id from allocations where id = %s", [allocation]
    ).fetchone() == (D(6000), D("28.50"), "approved", cast.ada.id, hold)
    assert owner.execute("select lot_id, units from allocation_lot_items order by units desc").fetchall() == [
        (deal.lots["A"], D(5000)),
        (deal.lots["B"], D(1000)),
    ]
    assert owner.execute("select investor_id, vehicle_id, units, cost_basis from positions").fetchall() == [
        (cast.aldgate, deal.vehicle_id, D(6000), D("171000.00"))
    ]
    assert factories.value(owner, "select status from reservations") == "approved"
    assert broken_rules(owner) == []


def test_finalising_again_gives_the_same_allocation_and_moves_nothing(owner, cast, hold, app_connection):
    approve(owner, hold, cast.ada)
    allocation = finalize(app_connection(cast.ada), hold)
    after = state(owner)
    assert finalize(app_connection(cast.abe), hold) == allocation
    assert state(owner) == after


def test_positions_add_up_over_holds(owner, cast, deal, app_connection):
    alice, ada = app_connection(cast.alice), app_connection(cast.ada)
    for units in (500, 250):
        hold = reserve(alice, deal, cast.aldgate, units)
        approve(owner, hold, cast.ada)
        finalize(ada, hold)
    assert owner.execute("select units, cost_basis from positions").fetchall() == [(D(750), D("21375.00"))]


@pytest.fixture
def added(owner, cast, deal, app_connection):
    """Two holds of one commitment, approved and not carried out yet."""
    alice = app_connection(cast.alice)
    first = committed(owner, alice, deal, cast.aldgate, "1000.1")
    second = committed(owner, alice, deal, cast.aldgate, "6000.2")
    approved_by_hand(owner, second, cast.ada.id)
    return SimpleNamespace(id=second.id, holds=[first.hold, second.hold])


@pytest.mark.parametrize("which", [0, 1])
def test_all_holds_of_a_commitment_are_allocated_together(owner, cast, deal, added, app_connection, which):
    """1,000.1 and 6,000.2 at 28.50 are 28,502.85 and 171,005.70; what is paid is 199,508.55."""
    allocation = finalize(app_connection(cast.ada), added.holds[which])
    assert owner.execute(
        "select reservation_id, units, status, commitment_id from allocations order by units"
    ).fetchall() == [
        (added.holds[0], D("1000.1"), "approved", added.id),
        (added.holds[1], D("6000.2"), "approved", added.id),
    ]
    assert (
        factories.value(owner, "select reservation_id from allocations where id = %s", allocation) == added.holds[which]
    )
    assert owner.execute("select units, cost_basis from positions").fetchall() == [(D("7000.3"), D("199508.55"))]
    assert owner.execute("select distinct status from reservations").fetchall() == [("approved",)]
    assert broken_rules(owner) == []
    after = state(owner)
    for hold in added.holds:
        finalize(app_connection(cast.ada), hold)
    assert state(owner) == after


def test_what_is_paid_for_several_holds_is_rounded_once(owner, cast, deal, app_connection):
    """Twice 0.335 of a unit at 1.00: 0.34 each by itself, 0.67 together."""
    offer(owner, deal, "1.00")
    alice = app_connection(cast.alice)
    committed(owner, alice, deal, cast.aldgate, "0.335", "1")
    second = committed(owner, alice, deal, cast.aldgate, "0.335", "1")
    decide(app_connection(cast.ada), second.approval)
    finalize(app_connection(cast.ada), second.hold)
    assert factories.value(owner, "select cost_basis from positions") == D("0.67")
    amounts = "select (after ->> 'amount')::numeric from audit_log where action = 'allocation.made' order by id"
    assert owner.execute(amounts).fetchall() == [(D("0.34"),), (D("0.33"),)]


def test_one_lapsed_hold_of_a_commitment_stops_all_of_them(owner, cast, added, app_connection):
    let_lapse(owner, added.holds[0])
    before = state(owner)
    for hold in added.holds:
        assert refusal(finalize, app_connection(cast.ada), hold)[0] == "DL006"
    assert state(owner) == before


def test_holds_that_are_not_what_was_approved_are_not_allocated(owner, cast, added, app_connection):
    owner.execute("update reservations set commitment_id = null where id = %s", [added.holds[0]])
    before = state(owner)
    assert refusal(finalize, app_connection(cast.ada), added.holds[1]) == ("DL005", "not_as_committed")
    assert state(owner) == before


def test_without_an_approval_nothing_is_allocated(owner, cast, hold, app_connection):
    before = state(owner)
    assert refusal(finalize, app_connection(cast.ada), hold)[0] == "DL005"
    assert state(owner) == before
    factories.add_approval(owner, "reservation", hold, status="pending")
    factories.add_approval(owner, "reservation", uuid.uuid4(), status="approved", decided_by=cast.ada.id)
    assert refusal(finalize, app_connection(cast.ada), hold)[0] == "DL005"


def test_a_lapsed_hold_cannot_be_turned_into_anything(owner, cast, hold, app_connection):
    approve(owner, hold, cast.ada)
    let_lapse(owner, hold)
    before = state(owner)
    assert refusal(finalize, app_connection(cast.ada), hold)[0] == "DL006"
    assert state(owner) == before


def test_only_staff_finalise_and_never_the_jobs_profile(owner, cast, hold, app_connection):
    approve(owner, hold, cast.ada)
    before = state(owner)
    for who in (cast.alice, cast.mallory, cast.larry, None, "00000000-0000-4000-8000-000000000001"):
        assert refusal(finalize, app_connection(who), hold) == ("42501", "")
    assert refusal(finalize, app_connection(cast.ada), uuid.uuid4()) == ("42501", "")
    assert state(owner) == before


def test_on_a_deal_that_is_over_nothing_is_allocated(superuser, owner, cast, hold, app_connection):
    approve(owner, hold, cast.ada)
    for status in ("closed", "cancelled"):
        set_status(superuser, status)
        before = state(owner)
        assert refusal(finalize, app_connection(cast.ada), hold) == ("DL003", status)
        assert state(owner) == before


def test_cost_is_rounded_to_the_currency(owner, cast, deal, app_connection):
    """Half up, on the amount: 3 units at 0.335 are 1.01."""
    hold = reserve(app_connection(cast.sam), deal, cast.aldgate, 3, "0.335")
    approve(owner, hold, cast.ada)
    finalize(app_connection(cast.ada), hold)
    assert factories.value(owner, "select cost_basis from positions") == D("1.01")


def test_an_allocation_leaves_one_audit_row(owner, cast, deal, hold, app_connection):
    approve(owner, hold, cast.ada)
    allocation = finalize(app_connection(cast.ada), hold)
    finalize(app_connection(cast.ada), hold)
    rows = owner.execute(
        "select entity, entity_id, actor_user_id, actor_role, deal_id, after ->> 'amount' from audit_log"
        " where action = 'allocation.made'"
    ).fetchall()
    assert rows == [("allocations", allocation, cast.ada.id, "staff_admin", deal.id, "171000.00")]
