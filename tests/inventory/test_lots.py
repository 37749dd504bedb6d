"""Lots as staff keep them, and what their pages read of them: the figures of the house's rules."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.identity import acting_as
from deals.models import Deal
from deals.services import cancel_deal
from deals.services.refusals import DealOver, DealRefused, ReasonMissing
from inventory import services
from inventory.models import ShareLot, ShareSource
from inventory.selectors import book as books
from inventory.selectors import units_of
from inventory.selectors.lots import lot_name, lots_of, units_by_lot
from inventory.services.lots import BadSource, LotInUse
from lib.db import NotAllowed
from tests import factories

D = Decimal
pytestmark = pytest.mark.django_db


@pytest.fixture
def sam(cast):
    with acting_as(cast.sam.id):
        return cast.sam.profile


@pytest.fixture
def reserve(cast, deal):
    """Reserve on the sample deal as Alice or Mallory, or as whoever is named."""

    def call(person, units, price="28.50", **more):
        with acting_as(person.id):
            profile = person.profile
        facts = {"investor_id": person.investor_id, "units": D(units), "unit_price": D(price)} | more
        return services.reserve_units(acting_user=profile, deal_id=deal.id, **facts)

    return call


def lots(sam, deal):
    with acting_as(sam.pk):
        return lots_of(Deal.objects.get(pk=deal.id))


def line(sam, deal, name):
    return lots(sam, deal).named(name)


# ---------- services ----------


def test_add_edit_block_and_unblock(sam, deal):
    source = services.add_source(acting_user=sam, kind="fund", counterparty_name=" Harbour Fund II ")
    lot_id = services.add_lot(acting_user=sam, deal_id=deal.id, units=D(500), unit_cost=D("27.10"), source_id=source.pk)
    services.edit_lot(acting_user=sam, lot_id=lot_id, units=D(700), unit_cost=D("27.20"), acquired_at=date(2025, 2, 1))
    services.block_lot(acting_user=sam, lot_id=lot_id, reason="Title is checked")
    with acting_as(sam.pk):
        lot = ShareLot.objects.get(pk=lot_id)
        assert (lot.units_total, lot.units_remaining, lot.status) == (D(700), D(700), "held")
        assert (lot.unit_cost, lot.source_id, lot.acquired_at) == (D("27.20"), None, date(2025, 2, 1))
    services.unblock_lot(acting_user=sam, lot_id=lot_id)
    assert line(sam, deal, "D").status == "available"
    assert source.counterparty_name == "Harbour Fund II"


def test_a_form_sent_twice_makes_one_lot(sam, deal):
    facts = {"acting_user": sam, "deal_id": deal.id, "units": D(5), "unit_cost": D(1), "lot_id": uuid4()}
    assert services.add_lot(**facts) == services.add_lot(**facts)
    assert len(lots(sam, deal).lots) == 4


def test_a_lot_never_shrinks_below_what_is_used(cast, sam, deal, reserve):
    reserve(cast.alice, 1200)
    with pytest.raises(LotInUse) as refusal:
        services.edit_lot(acting_user=sam, lot_id=deal.lots["A"], units=D(1199), unit_cost=D(25))
    assert (refusal.value.used, refusal.value.field) == (D(1200), "units")
    assert refusal.value.sentence == "This lot has 1,200 units on hold or allocated. Enter 1,200 or more."
    assert line(sam, deal, "A").units == D(5000)


@pytest.mark.parametrize(
    "bad, field",
    [
        ({"units": D("NaN")}, "units"),
        ({"units": D(0)}, "units"),
        ({"units": D("1.123456789")}, "units"),
        ({"unit_cost": D("-1")}, "unit_cost"),
        ({"unit_cost": D("Infinity")}, "unit_cost"),
        ({"acquired_at": date(1, 1, 1)}, "acquired_at"),
        ({"lockup_until": date(9999, 1, 1)}, "lockup_until"),
        ({"source_id": uuid4()}, "source"),
    ],
)
def test_bad_values_are_told_beside_their_field(sam, deal, bad, field):
    facts = {"units": D(5), "unit_cost": D(1)} | bad
    with pytest.raises(DealRefused) as refusal:
        services.add_lot(acting_user=sam, deal_id=deal.id, **facts)
    assert refusal.value.field == field
    with pytest.raises(DealRefused):
        services.edit_lot(acting_user=sam, lot_id=deal.lots["A"], **facts)
    assert [lot.units for lot in lots(sam, deal).lots] == [D(5000), D(3000), D(2000)]


def test_refusals_of_a_role_a_status_and_a_missing_reason(cast, sam, deal):
    with acting_as(cast.alice.id):
        alice = cast.alice.profile
    with pytest.raises(NotAllowed):
        services.add_lot(acting_user=alice, deal_id=deal.id, units=D(5), unit_cost=D(1))
    with pytest.raises(NotAllowed):
        services.edit_source(acting_user=sam, source_id=uuid4(), kind="fund", counterparty_name="X")
    with pytest.raises(ReasonMissing):
        services.block_lot(acting_user=sam, lot_id=deal.lots["A"], reason=" ")
    with pytest.raises(BadSource):
        services.add_lot(acting_user=sam, deal_id=deal.id, units=D(5), unit_cost=D(1), source_id=uuid4())
    with pytest.raises(DealRefused):
        services.add_source(acting_user=sam, kind="shop", counterparty_name="X")
    cancel_deal(acting_user=sam, deal_id=deal.id, reason="Off")
    with pytest.raises(DealOver):
        services.block_lot(acting_user=sam, lot_id=deal.lots["A"], reason="x")
    with acting_as(sam.pk):
        assert ShareSource.objects.count() == 1


# ---------- where the units are ----------


def test_names_go_from_a_to_z_and_on():
    assert [lot_name(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def test_the_sample_deal_before_anybody_reserves(sam, deal):
    found = lots(sam, deal)
    assert (found.units, found.available, found.on_hold, found.allocated) == (D(10_000), D(10_000), D(0), D(0))
    assert (found.weighted_cost, found.cost) == (D("24.45"), D("244500"))
    assert (found.spread_at_offer, found.spread_unit) == (D("40500"), D("4.05"))
    assert found.add_up


def test_holds_spread_and_lapse_by_lot(owner, cast, sam, deal, reserve):
    hold = reserve(cast.alice, 6000)
    a, b = line(sam, deal, "A"), line(sam, deal, "B")
    assert (a.on_hold, a.available, a.status, a.spread_on_hold) == (D(5000), D(0), "exhausted", D(17_500))
    assert (b.on_hold, b.available, b.spread_on_hold, b.spread_available) == (D(1000), D(2000), D(6000), D(12_000))
    assert [row.units for row in matrix(sam, deal)] == [[D(5000), D(1000), D(0)]]
    services.cancel_hold(acting_user=sam, reservation_id=hold)
    assert matrix(sam, deal) == []


def matrix(sam, deal):
    found = lots(sam, deal)
    with acting_as(sam.pk):
        return units_by_lot(found)


def test_a_lapsed_hold_counts_as_free_at_once(owner, cast, sam, deal):
    hold = factories.add_hold(owner, deal.id, cast.aldgate, 5000, lot_id=deal.lots["A"], minutes=-1)
    owner.execute("update share_lots set status = 'exhausted' where id = %s", [deal.lots["A"]])
    a = line(sam, deal, "A")
    assert (a.on_hold, a.available, a.status, a.adds_up) == (D(0), D(5000), "available", True)
    with acting_as(sam.pk):
        assert units_of([deal.id])[deal.id].available == D(10_000)
    assert hold


def test_a_blocked_lot_is_neither_free_nor_lost(sam, deal):
    services.block_lot(acting_user=sam, lot_id=deal.lots["C"], reason="Title is checked")
    found = lots(sam, deal)
    assert (found.available, found.blocked, found.add_up) == (D(8000), D(2000), True)


# ---------- the book ----------


@pytest.mark.parametrize(
    "units, parts, weighted, amount, spread, fee",
    [
        (500, ["A 500"], "25.000000", "14250.00", "1750", "712.50"),
        (6000, ["A 5000", "B 1000"], "24.583333", "171000.00", "23500", "8550.00"),
        (10_000, ["A 5000", "B 3000", "C 2000"], "24.450000", "285000.00", "40500", "14250.00"),
    ],
)
def test_the_table_of_the_rules(cast, sam, deal, reserve, units, parts, weighted, amount, spread, fee):
    reserve(cast.alice, units)
    (entry,) = entries(sam, deal)
    assert [f"{part.name} {part.units.normalize():f}" for part in entry.parts] == parts
    assert round(entry.weighted_cost, 6) == D(weighted)
    assert (entry.amount, entry.spread, entry.fee) == (D(amount), D(spread), D(fee))


def entries(sam, deal, **asked):
    with acting_as(sam.pk):
        deal = Deal.objects.get(pk=deal.id)
        return books.as_entries(deal, books.book_of(deal, **asked))


def totals(sam, deal, **asked):
    with acting_as(sam.pk):
        deal = Deal.objects.get(pk=deal.id)
        return books.totals_of(deal, books.book_of(deal, **asked))


def test_states_search_order_and_totals(owner, cast, sam, deal, reserve):
    running = reserve(cast.alice, 100)
    asked = reserve(cast.mallory, 300)
    services.commit_hold(shown_hash=None, acting_user=sam, reservation_id=asked)
    gone = reserve(cast.alice, 7)
    services.cancel_hold(acting_user=sam, reservation_id=gone)
    over = factories.add_hold(owner, deal.id, cast.morland, 9, lot_id=deal.lots["C"], minutes=-1)

    assert [(e.pk, e.status) for e in entries(sam, deal)] == [(running, "on_hold"), (asked, "committed")]
    assert {(e.pk, e.status) for e in entries(sam, deal, show="ended")} == {
        (gone, "released"),
        (over, "lapsed"),
    }
    assert len(entries(sam, deal, show="all")) == 4
    assert [e.pk for e in entries(sam, deal, words="aldgate")] == [running]
    assert [e.pk for e in entries(sam, deal, show="nonsense")] == [running, asked]

    found = totals(sam, deal)
    assert (found.lines, found.units, found.amount) == (2, D(400), D("11400.00"))
    assert (found.cost, found.spread, found.weighted_cost) == (D(10_000), D(1400), D(25))
    assert totals(sam, deal, words="nobody at all").units == 0


def test_another_price_is_in_the_spread_of_its_line(cast, sam, deal):
    facts = {"acting_user": sam, "deal_id": deal.id, "investor_id": cast.aldgate}
    services.reserve_units(units=D(100), unit_price=D("30.25"), **facts)
    (entry,) = entries(sam, deal)
    assert (entry.amount, entry.spread) == (D("3025.00"), D(525))


def test_reading_the_book_takes_as_many_queries_for_many_as_for_one(cast, sam, deal, reserve):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            entries(sam, deal), totals(sam, deal), lots(sam, deal), matrix(sam, deal)
        return len(seen)

    reserve(cast.alice, 6000)
    before = queries()
    for _ in range(5):
        reserve(cast.mallory, 3)
    assert queries() == before
