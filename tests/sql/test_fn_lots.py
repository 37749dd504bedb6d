"""fn_add_lot, fn_edit_lot, fn_block_lot, fn_unblock_lot: lots keep adding up, whoever calls."""

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from tests import factories
from tests.sql.holds import broken_rules, let_lapse, refusal, reserve

D = Decimal
NOWHERE = "00000000-0000-4000-8000-00000000dead"


def add(connection, deal_id, units="500", cost="27.10", source=None, acquired=None, lockup=None, lot_id=None):
    return factories.value(
        connection,
        "select public.fn_add_lot(%s, %s::numeric, %s::numeric, %s, %s, %s, %s)",
        *(deal_id, units, cost, source, acquired, lockup, lot_id),
    )


def edit(connection, lot_id, units="5000", cost="25.00", source=None, acquired=date(2024, 12, 15), lockup=None):
    connection.execute(
        "select public.fn_edit_lot(%s, %s::numeric, %s::numeric, %s, %s, %s)",
        [lot_id, units, cost, source, acquired, lockup],
    )


def block(connection, lot_id, reason="Title is checked"):
    connection.execute("select public.fn_block_lot(%s, %s)", [lot_id, reason])


def unblock(connection, lot_id):
    connection.execute("select public.fn_unblock_lot(%s)", [lot_id])


def lot(owner, lot_id):
    return owner.execute(
        "select units_total, units_remaining, status, unit_cost, currency from share_lots where id = %s",
        [lot_id],
    ).fetchone()


def trail(owner, lot_id):
    return owner.execute(
        "select action, before, after from audit_log where entity_id = %s order by id", [lot_id]
    ).fetchall()


def everything(owner):
    return owner.execute("select l.*, (select count(*) from audit_log) from share_lots l order by id").fetchall()


@pytest.fixture
def sam(cast, app_connection):
    return app_connection(cast.sam)


# ---------- adding ----------


def test_a_new_lot_is_free_and_in_the_deals_currency(owner, deal, sam):
    euro = factories.add_deal(owner, "Clos du Lac", code="closdulac_2027", currency="EUR", status="draft")
    lot_id = add(sam, euro, "3000", "120")
    assert lot(owner, lot_id) == (D(3000), D(3000), "available", D(120), "EUR")
    ((action, before, after),) = trail(owner, lot_id)
    assert (action, before) == ("lot.added", None)
    assert (after["units_total"], after["unit_cost"], after["currency"]) == (3000, 120, "EUR")


def test_the_same_id_again_is_the_same_lot(owner, deal, sam):
    lot_id = uuid4()
    assert add(sam, deal.id, lot_id=lot_id) == add(sam, deal.id, "999", lot_id=lot_id) == lot_id
    assert lot(owner, lot_id)[0] == D(500)
    other = factories.add_deal(owner, "Other", code="other_deal")
    assert refusal(add, sam, other, lot_id=lot_id) == ("22023", "lot_id")


BAD_UNITS = ["-1", "0", "NaN", "Infinity", "1e400", "1e-9", "1.123456789", "9" * 40, "1e15"]
BAD_COSTS = ["-0.01", "NaN", "Infinity", "-Infinity", "1.1234567", "9" * 40, "1e12"]


@pytest.mark.parametrize("units", BAD_UNITS)
def test_units_that_are_none(owner, deal, sam, units):
    before = everything(owner)
    for refused in (refusal(add, sam, deal.id, units), refusal(edit, sam, deal.lots["A"], units)):
        assert refused == ("22023", "") or refused[0] == "22003"
    assert everything(owner) == before


@pytest.mark.parametrize("cost", BAD_COSTS)
def test_costs_that_are_none(owner, deal, sam, cost):
    before = everything(owner)
    for refused in (refusal(add, sam, deal.id, cost=cost), refusal(edit, sam, deal.lots["A"], cost=cost)):
        assert refused == ("22023", "") or refused[0] == "22003"
    assert everything(owner) == before


@pytest.mark.parametrize("day", ["infinity", "-infinity", "0001-01-01", "9999-12-31"])
def test_dates_that_cannot_be(owner, deal, sam, day):
    before = everything(owner)
    assert refusal(add, sam, deal.id, acquired=day) == ("22023", "date")
    assert refusal(add, sam, deal.id, lockup=day) == ("22023", "date")
    assert everything(owner) == before


def test_a_cost_of_zero_is_zero(owner, deal, sam):
    assert lot(owner, add(sam, deal.id, cost="0"))[3] == 0


def test_an_unknown_source_is_refused(owner, deal, sam):
    sam.execute("set constraints all immediate")
    before = everything(owner)
    assert refusal(add, sam, deal.id, source=NOWHERE)[0] == "23503"
    assert everything(owner) == before


# ---------- editing ----------


def test_a_lot_grows_and_shrinks_with_what_is_free(owner, deal, sam):
    a = deal.lots["A"]
    edit(sam, a, "6000")
    assert lot(owner, a)[:3] == (D(6000), D(6000), "available")
    edit(sam, a, "0.00000001", "24.583333")
    assert lot(owner, a)[:4] == (D("0.00000001"), D("0.00000001"), "available", D("24.583333"))
    changes = [(action, before["units_total"], after["units_total"]) for action, before, after in trail(owner, a)[-2:]]
    assert changes == [("lot.edited", 5000, 6000), ("lot.edited", 6000, 0.00000001)]


def test_never_below_what_is_held_or_allocated(owner, cast, deal, sam, app_connection):
    reserve(app_connection(cast.alice), deal, cast.aldgate, 1200)
    a, before = deal.lots["A"], everything(owner)
    assert refusal(edit, sam, a, "1199.99999999") == ("22023", "1200")
    assert everything(owner) == before
    edit(sam, a, "1200")
    assert lot(owner, a)[:3] == (D(1200), D(0), "exhausted")
    edit(sam, a, "1300")
    assert lot(owner, a)[:3] == (D(1300), D(100), "available")
    assert broken_rules(owner) == []


def test_a_lapsed_hold_keeps_nothing(owner, cast, deal, sam, app_connection):
    hold = reserve(app_connection(cast.alice), deal, cast.aldgate, 6000)
    let_lapse(owner, hold)
    edit(sam, deal.lots["A"], "100")
    assert lot(owner, deal.lots["A"])[:3] == (D(100), D(100), "available")
    assert factories.value(owner, "select status from reservations") == "expired"
    assert broken_rules(owner) == []


def test_nothing_to_change_writes_nothing(owner, deal, sam):
    source = factories.value(owner, "select source_id from share_lots where id = %s", deal.lots["A"])
    before = everything(owner)
    edit(sam, deal.lots["A"], source=source)
    assert everything(owner) == before


# ---------- blocking ----------


def test_a_blocked_lot_sells_nothing_until_it_is_unblocked(owner, cast, deal, sam, app_connection):
    alice = app_connection(cast.alice)
    reserve(alice, deal, cast.aldgate, 100)
    for each in deal.lots.values():
        block(sam, each)
    assert refusal(reserve, alice, deal, cast.aldgate, 1) == ("DL001", "0")
    assert lot(owner, deal.lots["A"])[1:3] == (D(4900), "held")
    unblock(sam, deal.lots["A"])
    assert lot(owner, deal.lots["A"])[2] == "available"
    reserve(alice, deal, cast.aldgate, 4900)
    block(sam, deal.lots["A"])
    unblock(sam, deal.lots["A"])
    assert lot(owner, deal.lots["A"])[1:3] == (D(0), "exhausted")
    assert broken_rules(owner) == []


def test_blocking_says_why_and_once(owner, deal, sam):
    a, before = deal.lots["A"], everything(owner)
    for empty in ("", "   ", None):
        assert refusal(block, sam, a, empty) == ("22023", "reason")
    unblock(sam, a)
    assert everything(owner) == before
    block(sam, a, " Title is checked ")
    block(sam, a)
    block(sam, a, "Still checked")
    unblock(sam, a)
    unblock(sam, a)
    assert [(action, after.get("block_reason")) for action, _, after in trail(owner, a)[-3:]] == [
        ("lot.blocked", "Title is checked"),
        ("lot.blocked", "Still checked"),
        ("lot.unblocked", ""),
    ]


def test_growing_a_blocked_lot_leaves_it_blocked(owner, deal, sam):
    block(sam, deal.lots["A"])
    edit(sam, deal.lots["A"], "7000")
    assert lot(owner, deal.lots["A"])[:3] == (D(7000), D(7000), "held")


# ---------- who, and when ----------


@pytest.mark.parametrize("name", ["alice", "larry", "nobody"])
def test_only_staff_touch_lots(owner, cast, deal, app_connection, name):
    who = app_connection(getattr(cast, name, None))
    before = everything(owner)
    for call in (
        lambda: add(who, deal.id),
        lambda: edit(who, deal.lots["A"], "1"),
        lambda: block(who, deal.lots["A"]),
        lambda: unblock(who, deal.lots["A"]),
    ):
        assert refusal(call) == ("42501", "")
    assert everything(owner) == before


def test_unknown_is_as_foreign(deal, sam):
    for call in (
        lambda: add(sam, NOWHERE),
        lambda: edit(sam, NOWHERE),
        lambda: block(sam, NOWHERE),
        lambda: unblock(sam, NOWHERE),
    ):
        assert refusal(call) == ("42501", "")


def test_the_lots_of_a_deal_that_is_over_stay(owner, deal, sam):
    owner.execute("update deals set status = 'cancelled' where id = %s", [deal.id])
    before = everything(owner)
    for call in (
        lambda: add(sam, deal.id),
        lambda: edit(sam, deal.lots["A"], "1"),
        lambda: block(sam, deal.lots["A"]),
        lambda: unblock(sam, deal.lots["A"]),
    ):
        assert refusal(call) == ("DL003", "cancelled")
    assert everything(owner) == before


def test_the_application_writes_lots_through_functions_only(deal, sam):
    for statement in (
        "update share_lots set units_total = 1",
        "update share_lots set units_remaining = 1",
        "delete from share_lots",
        "insert into share_lots (deal_id, units_total, unit_cost, units_remaining) values (null, 1, 1, 1)",
    ):
        assert refusal(sam.execute, statement)[0] == "42501"
