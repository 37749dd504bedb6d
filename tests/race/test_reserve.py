"""Never oversold, never falsely sold out: real overlapping transactions, each with a control.

The controls run the designs that failed before (a check before the lock, SKIP LOCKED alone), on the same stock
and with the same crowd, and must fail: a race that cannot be lost proves nothing.
"""

import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from tests import factories
from tests.race.crowd import at_once, tally
from tests.sql.holds import broken_rules, let_lapse, refusal, reserve

CROWD = 40


def restock(owner, deal, lots: int, units_each) -> None:
    """Replace the deal's lots by this many of equal size, oldest first."""
    owner.execute("delete from share_lots where deal_id = %s", [deal.id])
    for day in range(lots):
        factories.add_lot(owner, deal.id, units_each, "25.00", acquired_at=f"2025-01-{day % 28 + 1:02d}")


def crowd_of(app_connection, person, size=CROWD):
    return [app_connection(person) for _ in range(size)]


def remaining(owner) -> Decimal:
    return factories.value(owner, "select sum(units_remaining) from share_lots")


def test_200_buyers_of_one_unit_on_50(owner, cast, deal, app_connection):
    restock(owner, deal, 1, 50)
    answers = at_once(crowd_of(app_connection, cast.alice), lambda c, i: reserve(c, deal, cast.aldgate, 1), each=5)
    assert tally(answers) == {"served": 50, "DL001": 150}
    assert remaining(owner) == 0
    assert broken_rules(owner) == []


@pytest.mark.parametrize("lots", [1, 8, 64])
def test_with_ample_stock_everybody_is_served(owner, cast, deal, app_connection, lots):
    restock(owner, deal, lots, 100_000)
    answers = at_once(crowd_of(app_connection, cast.alice, 24), lambda c, i: reserve(c, deal, cast.aldgate, 7), each=8)
    assert tally(answers) == {"served": 192}
    assert remaining(owner) == lots * 100_000 - 192 * 7
    assert broken_rules(owner) == []


@pytest.mark.parametrize("lots, units_each, ask", [(8, 100, 37), (5, 40, 90)])
def test_a_drain_refuses_only_what_truly_does_not_fit(owner, cast, deal, app_connection, lots, units_each, ask):
    """Requests that span lots, on scarce stock: what is left at the end is less than one more request."""
    restock(owner, deal, lots, units_each)
    answers = at_once(
        crowd_of(app_connection, cast.alice, 24), lambda c, i: reserve(c, deal, cast.aldgate, ask), each=3
    )
    served = lots * units_each // ask
    assert tally(answers) == {"served": served, "DL001": 72 - served}
    assert remaining(owner) == lots * units_each - served * ask
    assert broken_rules(owner) == []


def test_one_request_key_from_many_tabs_is_one_hold(owner, cast, deal, app_connection):
    key = uuid.uuid4()
    answers = at_once(
        crowd_of(app_connection, cast.alice, 20), lambda c, i: reserve(c, deal, cast.aldgate, 500, key=key), each=2
    )
    assert len(set(answers)) == 1 and len(answers) == 40
    assert remaining(owner) == 9_500
    assert factories.value(owner, "select count(*) from audit_log where action = 'hold.placed'") == 1


def test_lapsed_holds_are_given_back_once_to_sweeping_buyers_and_parallel_runners(owner, cast, deal, app_connection):
    """Half the crowd expires, half buys: every unit is given back once, and every buyer is served."""
    restock(owner, deal, 4, 100)
    mallory = app_connection(cast.mallory)
    for _ in range(40):
        let_lapse(owner, reserve(mallory, deal, cast.morland, 10))
    buyers, runners = crowd_of(app_connection, cast.alice, 10), crowd_of(app_connection, cast.ada, 10)

    def act(connection, i):
        if connection in buyers:
            return reserve(connection, deal, cast.aldgate, 20)
        return connection.execute("select public.fn_expire_reservations(7)").fetchone()[0]

    answers = at_once(buyers + runners, act, each=2)
    assert tally(answers) == {"served": 40}
    owner.execute("select set_config('app.user_id', '', false)")
    while factories.value(owner, "select public.fn_expire_reservations()"):
        pass
    assert remaining(owner) == 0
    assert owner.execute("select status, count(*) from reservations group by 1 order by 1").fetchall() == [
        ("expired", 40),
        ("pending", 20),
    ]
    assert factories.value(owner, "select count(*) from audit_log where action = 'hold.lapsed'") == 40
    assert broken_rules(owner) == []


def test_a_locked_lot_is_no_reason_to_refuse(owner, cast, deal, app_connection, open_connection):
    """Another session sits on lot A: B serves; when everything is locked the answer is busy, never sold out."""
    sitting = open_connection("owner", autocommit=False)
    sitting.execute("select 1 from share_lots where id = %s for update", [deal.lots["A"]])
    hold = reserve(app_connection(cast.alice), deal, cast.aldgate, 500)
    lot = factories.value(owner, "select lot_id from reservation_lot_items where reservation_id = %s", hold)
    assert lot == deal.lots["B"]
    sitting.execute("select 1 from share_lots where deal_id = %s for update", [deal.id])
    impatient = app_connection(cast.alice, options="-c statement_timeout=20s -c lock_timeout=0")
    answers = at_once([impatient], lambda c, i: reserve(c, deal, cast.aldgate, 500))
    assert tally(answers) == {"DL002": 1}
    sitting.rollback()
    assert broken_rules(owner) == []


def test_a_lapsed_hold_that_somebody_is_ending_is_passed_by(owner, cast, deal, app_connection, open_connection):
    """Neither a buyer's sweep nor the job waits for a hold that another session is just ending."""
    mallory = app_connection(cast.mallory)
    first, second = (reserve(mallory, deal, cast.morland, 10) for _ in range(2))
    for hold in (first, second):
        let_lapse(owner, hold)
    sitting = open_connection("owner", autocommit=False)
    sitting.execute("select 1 from reservations where id = %s for update", [first])
    ada = app_connection(cast.ada, options="-c lock_timeout=3s")
    assert factories.value(ada, "select public.fn_expire_reservations()") == 1
    assert reserve(app_connection(cast.alice), deal, cast.aldgate, 6_000)
    sitting.rollback()
    assert factories.value(ada, "select public.fn_expire_reservations()") == 1
    assert broken_rules(owner) == []


def test_who_gives_back_locks_lots_in_the_order_of_who_takes(
    owner, superuser, cast, deal, app_connection, open_connection
):
    """While the oldest lot is waited for, the next one is not locked yet: nobody can deadlock with a buyer."""
    alice = app_connection(cast.alice)
    hold = reserve(alice, deal, cast.aldgate, 6_000)  # all of A, and of B
    sitting = open_connection("owner", autocommit=False)
    sitting.execute("select 1 from share_lots where id = %s for update", [deal.lots["A"]])
    with ThreadPoolExecutor(1) as pool:
        giving_back = pool.submit(alice.execute, "select public.fn_cancel_reservation(%s)", [hold])
        waiting = (
            "select count(*) from pg_stat_activity"
            " where datname = current_database() and usename = 'verso_app' and wait_event_type = 'Lock'"
        )
        while not factories.value(superuser, waiting) and not giving_back.done():
            time.sleep(0.02)
        owner.execute("select 1 from share_lots where id = %s for update nowait", [deal.lots["B"]])
        sitting.rollback()
        giving_back.result(timeout=30)
    assert remaining(owner) == 10_000
    assert broken_rules(owner) == []


def test_closing_waits_for_holds_and_holds_see_it(owner, cast, deal, app_connection, open_connection):
    """A deal being closed lets nobody slip in: who waited for the deal's row reads its new status."""
    closing = open_connection("owner", autocommit=False)
    closing.execute("select 1 from deals where id = %s for update", [deal.id])
    closing.execute("update deals set status = 'allocation_pending' where id = %s", [deal.id])
    threading.Timer(0.4, closing.commit).start()
    answers = at_once(crowd_of(app_connection, cast.alice, 6), lambda c, i: reserve(c, deal, cast.aldgate, 5))
    assert tally(answers) == {"DL003": 6}
    assert remaining(owner) == 10_000


def waits(superuser) -> None:
    """Until somebody of the application waits for a lock."""
    waiting = (
        "select count(*) from pg_stat_activity"
        " where datname = current_database() and usename = 'verso_app' and wait_event_type = 'Lock'"
    )
    while not factories.value(superuser, waiting):
        time.sleep(0.02)


def test_a_lot_that_comes_while_a_hold_is_placed_is_not_taken_as_well(
    owner, superuser, cast, deal, app_connection, open_connection
):
    """The reserve has counted one lot and waits; a second one comes; the units are taken once."""
    restock(owner, deal, 1, 5_000)
    sitting = open_connection("owner", autocommit=False)
    sitting.execute("select 1 from investors where id = %s for update", [cast.aldgate])
    with ThreadPoolExecutor(1) as pool:
        reserving = pool.submit(reserve, app_connection(cast.alice), deal, cast.aldgate, 500)
        waits(superuser)
        app_connection(cast.sam).execute("select public.fn_add_lot(%s, 3000, 22.5)", [deal.id])
        sitting.rollback()
        reserving.result(timeout=30)
    assert remaining(owner) == 7_500
    assert broken_rules(owner) == []


def test_a_hold_that_had_to_take_other_lots_than_it_told_tells_them(
    owner, superuser, cast, deal, app_connection, open_connection
):
    """The reserve names the only lot; while it waits that lot shrinks and another comes."""
    restock(owner, deal, 1, 5_000)
    only = factories.value(owner, "select id from share_lots where status = 'available'")
    sam, sitting = app_connection(cast.sam), open_connection("owner", autocommit=False)
    sitting.execute("select 1 from investors where id = %s for update", [cast.aldgate])
    with ThreadPoolExecutor(1) as pool:
        reserving = pool.submit(reserve, app_connection(cast.alice), deal, cast.aldgate, 500)
        waits(superuser)
        other = factories.value(sam, "select public.fn_add_lot(%s, 3000, 22.5)", deal.id)
        sam.execute("select public.fn_edit_lot(%s, 400, 25, null, '2024-12-15', null)", [only])
        sitting.rollback()
        hold = reserving.result(timeout=30)
    told = "select action, after -> 'lots' from audit_log where entity_id = %s and action like 'hold.%%' order by id"
    assert owner.execute(told, [hold]).fetchall() == [
        ("hold.placed", {str(only): 500}),
        ("hold.moved", {str(only): 400, str(other): 100}),
    ]
    assert broken_rules(owner) == []


def test_a_price_that_changes_while_a_hold_is_placed_refuses_it(
    owner, superuser, cast, deal, app_connection, open_connection
):
    changing = open_connection("owner", autocommit=False)
    changing.execute("select 1 from deals where id = %s for update", [deal.id])
    changing.execute("update deals set offer_unit_price = 30 where id = %s", [deal.id])
    with ThreadPoolExecutor(1) as pool:
        reserving = pool.submit(refusal, reserve, app_connection(cast.alice), deal, cast.aldgate, 500)
        waits(superuser)
        changing.commit()
        assert reserving.result(timeout=30) == ("22023", "offer_price")
    assert remaining(owner) == 10_000


def test_more_lapsed_holds_than_one_batch_are_free_at_once(owner, cast, deal, app_connection):
    """1,500 holds of 5 lapsed on a deal that was sold out by them: their units are there for one large order."""
    restock(owner, deal, 1, 7_500)
    owner.execute(
        "with made as (insert into reservations"
        "                (deal_id, investor_id, requested_units, proposed_unit_price, expires_at)"
        " select %s, %s, 5, 28.5, now() - interval '1 minute' from generate_series(1, 1500) returning id)"
        " insert into reservation_lot_items select m.id, l.id, 5 from made m, share_lots l",
        [deal.id, cast.aldgate],
    )
    owner.execute("update share_lots set units_remaining = 0, status = 'exhausted'")
    assert broken_rules(owner) == []
    assert reserve(app_connection(cast.alice), deal, cast.aldgate, 7_000)
    assert remaining(owner) == 500
    assert broken_rules(owner) == []


# --- controls


def _control(owner, name: str, pick: str, update_condition: str) -> str:
    """A reserve function as such systems had it: look, then take."""
    owner.execute(
        f"""
        create function public.{name}(p_deal uuid, p_units numeric) returns uuid language plpgsql as $$
        declare v_lot uuid; begin
            {pick}
            if v_lot is null then raise exception 'sold out' using errcode = 'DL001'; end if;
            perform pg_sleep(0.01);
            update public.share_lots l set units_remaining = l.units_remaining - p_units
             where id = v_lot {update_condition};
            return v_lot;
        end $$"""
    )
    owner.execute(f"grant execute on function public.{name}(uuid, numeric) to verso_app")
    return f"select public.{name}(%s, %s)"


def test_control_a_check_before_the_lock_ends_in_broken_constraints(owner, deal, open_connection):
    restock(owner, deal, 1, 50)
    sql = _control(
        owner,
        "control_check_first",
        "select id into v_lot from public.share_lots where deal_id = p_deal and units_remaining >= p_units limit 1;",
        "",
    )
    try:
        crowd = [open_connection("owner") for _ in range(CROWD)]
        answers = at_once(crowd, lambda c, i: c.execute(sql, [deal.id, 1]).fetchone()[0], each=5)
    finally:
        owner.execute("drop function public.control_check_first")
    assert tally(answers)["23514"] > 0  # the CHECK constraint alone stood between us and an oversale


def test_control_skip_locked_alone_refuses_falsely(owner, deal, open_connection):
    restock(owner, deal, 1, 100_000)
    sql = _control(
        owner,
        "control_skip_locked",
        "select id into v_lot from public.share_lots where deal_id = p_deal and units_remaining >= p_units"
        " order by id limit 1 for update skip locked;",
        "",
    )
    try:
        crowd = [open_connection("owner") for _ in range(CROWD)]
        answers = at_once(crowd, lambda c, i: c.execute(sql, [deal.id, 1]).fetchone()[0], each=5)
    finally:
        owner.execute("drop function public.control_skip_locked")
    assert tally(answers)["DL001"] > 100
