"""fn_reserve_inventory: the numbers of domain-rules §4, every refusal, and that a refusal changes nothing."""

import uuid
from decimal import Decimal as D

import pytest

from tests import factories
from tests.sql.holds import broken_rules, let_lapse, refusal, reserve, set_status, split, state


@pytest.mark.parametrize(
    "units, lots",
    [
        ("500", {D(25): D(500)}),
        ("6000", {D(25): D(5000), D("22.5"): D(1000)}),
        ("10000", {D(25): D(5000), D("22.5"): D(3000), D(26): D(2000)}),
    ],
)
def test_takes_the_oldest_lots_first(owner, cast, deal, app_connection, units, lots):
    hold = reserve(app_connection(cast.alice), deal, cast.aldgate, units)
    assert split(owner, hold) == {cost.normalize(): taken.normalize() for cost, taken in lots.items()}
    assert broken_rules(owner) == []


def test_order_gives_way_to_nothing_but_concurrency(owner, cast, deal, app_connection):
    """A 400 left and B 3,000: 500 units are A 400 + B 100, although B alone would cover them."""
    owner.execute("update share_lots set units_total = 400, units_remaining = 400 where id = %s", [deal.lots["A"]])
    hold = reserve(app_connection(cast.alice), deal, cast.aldgate, 500)
    assert split(owner, hold) == {D(25): D(400), D("22.5"): D(100)}


def test_one_unit_too_many_is_refused_and_changes_nothing(owner, cast, deal, app_connection):
    alice = app_connection(cast.alice)
    before = state(owner)
    assert refusal(reserve, alice, deal, cast.aldgate, "10001") == ("DL001", "10000")
    assert refusal(reserve, alice, deal, cast.aldgate, "10000.00000001") == ("DL001", "10000")
    assert state(owner) == before


def test_the_last_unit_exhausts_a_lot_and_a_partly_used_one_stays_sellable(owner, cast, deal, app_connection):
    alice = app_connection(cast.alice)
    reserve(alice, deal, cast.aldgate, 4_999)
    assert factories.value(owner, "select status from share_lots where id = %s", deal.lots["A"]) == "available"
    reserve(alice, deal, cast.aldgate, 1)
    assert factories.value(owner, "select status from share_lots where id = %s", deal.lots["A"]) == "exhausted"
    assert broken_rules(owner) == []


@pytest.mark.parametrize("units", ["-1", "0", "NaN", "Infinity", "-Infinity", "1e-9", "1.123456789", "1e400", "9" * 40])
def test_bad_units(owner, cast, deal, app_connection, units):
    before = state(owner)
    refused = refusal(reserve, app_connection(cast.alice), deal, cast.aldgate, units)
    assert refused in (("22023", ""), ("22023", "amount")) or refused[0] == "22003"
    assert state(owner) == before


@pytest.mark.parametrize("price", ["-1", "0", "NaN", "Infinity", "28.5000001", "28.49", "28.51", "1e400"])
def test_bad_prices_and_any_but_the_offer(owner, cast, deal, app_connection, price):
    before = state(owner)
    assert refusal(reserve, app_connection(cast.alice), deal, cast.aldgate, 10, price)[0] in ("22023", "22003")
    assert state(owner) == before


def test_a_wrong_price_is_named_before_a_lack_of_units(cast, deal, app_connection):
    """Else whoever reads a stale page is told that the deal is sold out."""
    alice = app_connection(cast.alice)
    assert refusal(reserve, alice, deal, cast.aldgate, 20_000, "28.51") == ("22023", "offer_price")
    assert refusal(reserve, alice, deal, cast.aldgate, 20_000, "28.50")[0] == "DL001"


@pytest.mark.parametrize("price", ["NaN", "Infinity", "0", "28.5000001", "1000000000000"])
def test_bad_prices_in_the_name_of_staff(owner, cast, deal, app_connection, price):
    """Staff are not bound to the offer, only to what is a price."""
    before = state(owner)
    assert refusal(reserve, app_connection(cast.sam), deal, cast.aldgate, 10, price)[0] == "22023"
    assert state(owner) == before


@pytest.mark.parametrize("minutes", [-1, 0, 1441, 100_000])
def test_bad_hold_minutes(owner, cast, deal, app_connection, minutes):
    before = state(owner)
    assert refusal(reserve, app_connection(cast.alice), deal, cast.aldgate, 10, minutes=minutes)[0] == "22023"
    assert state(owner) == before


def test_how_long_a_hold_lasts(owner, cast, deal, app_connection):
    alice = app_connection(cast.alice)
    minutes = "select round(extract(epoch from expires_at - created_at) / 60) from reservations where id = %s"
    assert factories.value(owner, minutes, reserve(alice, deal, cast.aldgate, 1)) == 30
    assert factories.value(owner, minutes, reserve(alice, deal, cast.aldgate, 1, minutes=1440)) == 1440
    owner.execute("update deals set hold_minutes = 45")
    assert factories.value(owner, minutes, reserve(alice, deal, cast.aldgate, 1)) == 45


def test_the_ticket_sizes_bind_investors(owner, cast, deal, app_connection):
    owner.execute('update deals set terms_schema = \'{"min_ticket": "14250.00", "max_ticket": "285000"}\'')
    alice, sam = app_connection(cast.alice), app_connection(cast.sam)
    assert refusal(reserve, alice, deal, cast.aldgate, 499) == ("22023", "min_ticket")
    assert reserve(alice, deal, cast.aldgate, 500)
    assert reserve(sam, deal, cast.aldgate, 499)
    assert refusal(reserve, alice, deal, cast.aldgate, 10_001) == ("22023", "max_ticket")


@pytest.mark.parametrize("currency, units", [("USD", "0.0001"), ("JPY", "0.01")])
def test_an_amount_that_rounds_to_nothing_is_no_hold(owner, cast, deal, app_connection, currency, units):
    owner.execute("alter table deals disable trigger guard_deal")
    owner.execute("update deals set currency = %s", [currency])
    owner.execute("alter table deals enable trigger guard_deal")
    before = state(owner)
    for who in (cast.alice, cast.sam):
        assert refusal(reserve, app_connection(who), deal, cast.aldgate, units) == ("22023", "amount")
    assert state(owner) == before


def test_units_are_sold_to_investors_in_multiples(owner, cast, deal, app_connection):
    owner.execute("update deals set lot_size = 12.5")
    alice, sam = app_connection(cast.alice), app_connection(cast.sam)
    before = state(owner)
    assert refusal(reserve, alice, deal, cast.aldgate, 30) == ("22023", "lot_size")
    assert refusal(reserve, alice, deal, cast.aldgate, 1) == ("22023", "lot_size")
    assert state(owner) == before
    assert reserve(alice, deal, cast.aldgate, "37.5")
    assert reserve(sam, deal, cast.aldgate, 30)


def test_staff_reserve_on_behalf_at_another_price(owner, cast, deal, app_connection):
    hold = reserve(app_connection(cast.sam), deal, cast.aldgate, 10, "27.00")
    assert owner.execute(
        "select investor_id, created_by, proposed_unit_price from reservations where id = %s", [hold]
    ).fetchone() == (cast.aldgate, cast.sam.id, D("27.000000"))


def test_unknown_foreign_and_not_accepted_answer_alike(owner, cast, deal, app_connection):
    """Before any look at a status or a value: nobody learns that a deal exists."""
    factories.add_member(owner, deal.id, cast.bob, accepted=False)
    hidden = factories.add_deal(owner, "Hidden", code="hidden", status="draft")
    other = type(deal)(hidden, "hidden", deal.vehicle_id, deal.price)
    missing = type(deal)(uuid.uuid4(), "none", deal.vehicle_id, deal.price)
    no_member = factories.add_investor(owner, "No Member")
    before = state(owner)
    alice = app_connection(cast.alice)
    answers = [
        refusal(reserve, alice, missing, cast.aldgate, -5),
        refusal(reserve, alice, other, cast.aldgate, -5),
        refusal(reserve, alice, deal, cast.morland, 1),
        refusal(reserve, alice, deal, uuid.uuid4(), 1),
        refusal(reserve, app_connection(cast.bob), deal, cast.aldgate, 1),
        refusal(reserve, app_connection(cast.larry), deal, cast.aldgate, 1),
        refusal(reserve, app_connection(cast.ingrid), deal, cast.aldgate, 1),
        refusal(reserve, app_connection(), deal, cast.aldgate, 1),
        refusal(reserve, app_connection(cast.sam), deal, no_member, 1),
    ]
    assert set(answers) == {("42501", "")}
    assert state(owner) == before


def test_an_unlinked_profile_may_not_reserve_although_its_membership_names_the_investor(
    owner, cast, deal, app_connection
):
    owner.execute("delete from investor_users where user_id = %s", [cast.alice.id])
    assert refusal(reserve, app_connection(cast.alice), deal, cast.aldgate, 1)[0] == "42501"


@pytest.mark.parametrize("name", ["alice", "sam"])
def test_a_disabled_person_reserves_nothing(owner, cast, deal, app_connection, name):
    person = getattr(cast, name)
    owner.execute("update profiles set is_active = false where id = %s", [person.id])
    before = state(owner)
    assert refusal(reserve, app_connection(person), deal, cast.aldgate, 1) == ("42501", "")
    assert state(owner) == before


@pytest.mark.parametrize("status", ["draft", "closed", "cancelled", "allocation_pending"])
def test_only_an_open_deal_sells_to_investors(superuser, owner, cast, deal, app_connection, status):
    set_status(superuser, status)
    before = state(owner)
    assert refusal(reserve, app_connection(cast.alice), deal, cast.aldgate, 1)[0] == "DL003"
    assert state(owner) == before


def test_in_allocation_only_staff_reserve(superuser, cast, deal, app_connection):
    set_status(superuser, "allocation_pending")
    assert reserve(app_connection(cast.sam), deal, cast.aldgate, 1)
    assert refusal(reserve, app_connection(cast.alice), deal, cast.aldgate, 1)[0] == "DL003"


def test_past_its_date_investors_are_refused_before_any_job_ran(owner, cast, deal, app_connection):
    owner.execute("update deals set close_at = clock_timestamp() - interval '1 second'")
    assert refusal(reserve, app_connection(cast.alice), deal, cast.aldgate, 1) == ("DL003", "past its closing date")
    assert reserve(app_connection(cast.sam), deal, cast.aldgate, 1)


@pytest.mark.parametrize("kyc", ["pending", "in_review", "rejected", "expired", None])
def test_without_valid_kyc_nobody_reserves(owner, cast, deal, app_connection, kyc):
    owner.execute("update investors set kyc_status = %s where id = %s", [kyc, cast.aldgate])
    before = state(owner)
    assert refusal(reserve, app_connection(cast.alice), deal, cast.aldgate, 1)[0] == "DL004"
    assert refusal(reserve, app_connection(cast.sam), deal, cast.aldgate, 1)[0] == "DL004"
    assert state(owner) == before


def test_the_same_key_gives_back_the_same_hold_and_never_lengthens_it(owner, cast, deal, app_connection):
    alice, key = app_connection(cast.alice), uuid.uuid4()
    hold = reserve(alice, deal, cast.aldgate, 500, key=key)
    before = state(owner)
    assert reserve(alice, deal, cast.aldgate, 500, key=key) == hold
    assert refusal(reserve, alice, deal, cast.aldgate, 501, key=key) == ("22023", "request_key")
    assert refusal(reserve, alice, deal, cast.aldgate, 500, minutes=60, key=key) == ("22023", "request_key")
    assert state(owner) == before


def test_a_key_belongs_to_the_profile_that_used_it(cast, deal, app_connection):
    key = uuid.uuid4()
    first = reserve(app_connection(cast.alice), deal, cast.aldgate, 5, key=key)
    assert reserve(app_connection(cast.mallory), deal, cast.morland, 5, key=key) != first


def test_a_used_key_answers_even_when_the_deal_closed_meanwhile(superuser, cast, deal, app_connection):
    alice, key = app_connection(cast.alice), uuid.uuid4()
    hold = reserve(alice, deal, cast.aldgate, 5, key=key)
    set_status(superuser, "closed")
    assert reserve(alice, deal, cast.aldgate, 5, key=key) == hold


def test_lapsed_units_can_be_bought_in_the_same_second(owner, cast, deal, app_connection):
    """No job has run: the buyer's own sweep ends the lapsed holds, and its audit row names the system."""
    lapsed = [reserve(app_connection(cast.mallory), deal, cast.morland, 5_000) for _ in range(2)]
    alice = app_connection(cast.alice)
    assert refusal(reserve, alice, deal, cast.aldgate, 1) == ("DL001", "0")
    for hold in lapsed:
        let_lapse(owner, hold)
    hold = reserve(alice, deal, cast.aldgate, 10_000)
    assert split(owner, hold) == {D(25): D(5000), D("22.5"): D(3000), D(26): D(2000)}
    assert owner.execute("select status, count(*) from reservations group by status order by 1").fetchall() == [
        ("expired", 2),
        ("pending", 1),
    ]
    swept = owner.execute("select distinct actor_user_id::text, actor_role from audit_log where action = 'hold.lapsed'")
    assert swept.fetchall() == [("00000000-0000-4000-8000-000000000001", "staff_admin")]
    assert broken_rules(owner) == []


def test_a_sweep_leaves_live_holds_alone(owner, cast, deal, app_connection):
    """The slow path gives back what lapsed and nothing else."""
    mallory = app_connection(cast.mallory)
    live, lapsed = (reserve(mallory, deal, cast.morland, 4_000) for _ in range(2))
    let_lapse(owner, lapsed)
    reserve(app_connection(cast.alice), deal, cast.aldgate, 6_000)
    status = "select status from reservations where id = %s"
    assert [factories.value(owner, status, hold) for hold in (live, lapsed)] == ["pending", "expired"]
    assert broken_rules(owner) == []


def test_a_refusal_counts_lapsed_units_as_free(owner, cast, deal, app_connection):
    let_lapse(owner, reserve(app_connection(cast.mallory), deal, cast.morland, 10_000))
    assert refusal(reserve, app_connection(cast.alice), deal, cast.aldgate, "10000.5") == ("DL001", "10000")


def test_a_blocked_lot_is_not_sold_and_takes_its_lapsed_units_back(owner, cast, deal, app_connection):
    hold = reserve(app_connection(cast.mallory), deal, cast.morland, 5_000)
    owner.execute("update share_lots set status = 'held' where id = %s", [deal.lots["A"]])
    let_lapse(owner, hold)
    alice = app_connection(cast.alice)
    assert refusal(reserve, alice, deal, cast.aldgate, 5_001) == ("DL001", "5000")
    mine = reserve(alice, deal, cast.aldgate, 5_000)
    assert split(owner, mine) == {D("22.5"): D(3000), D(26): D(2000)}
    assert broken_rules(owner) == []


def test_a_lock_up_date_in_the_future_does_not_stop_a_sale(owner, cast, deal, app_connection):
    owner.execute("update share_lots set lockup_until = current_date + 365")
    assert reserve(app_connection(cast.alice), deal, cast.aldgate, 1)


def test_each_hold_leaves_one_audit_row(owner, cast, deal, app_connection):
    hold = reserve(app_connection(cast.alice), deal, cast.aldgate, 500)
    assert owner.execute(
        "select actor_user_id, actor_role, deal_id, after ->> 'requested_units', after -> 'lots' from audit_log"
        " where action like 'hold.%%' and entity_id = %s",
        [hold],
    ).fetchall() == [(cast.alice.id, "investor", deal.id, "500.00000000", {str(deal.lots["A"]): 500})]
