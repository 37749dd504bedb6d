"""The log alone is enough: each audited table is rebuilt from it, every column of every row, as it is and as it was."""

from types import SimpleNamespace

import pytest
from psycopg.types.json import Jsonb

from tests import factories
from tests.audit.rebuilding import Rebuilt, audited, rows
from tests.matrix.rows import Catalog
from tests.sql import introducers
from tests.sql.commitments import commit_hold, committed, decide, open_approval, reduce, withdraw
from tests.sql.holds import let_lapse, refusal, reserve


@pytest.fixture
def house(owner, cast, app_connection):
    """An open deal of two lots and one of a single lot, with members, a plan and a vehicle."""
    owner.execute("set timezone = 'UTC'")
    sam = app_connection(cast.sam)
    house = SimpleNamespace(sam=sam, alice=app_connection(cast.alice), ada=app_connection(cast.ada))
    for name, code, lots in (("several", "northlight_2027", (500, 300)), ("single", "harbour_2028", (100,))):
        vehicle = factories.add_vehicle(owner, f"{name} SPV")
        deal = SimpleNamespace(
            id=factories.add_deal(owner, name, code=code, vehicle_id=vehicle), lots=[], vehicle=vehicle
        )
        for units in lots:
            add = "select public.fn_add_lot(%s, %s, 25, p_acquired_at => current_date - %s)"
            deal.lots.append(factories.value(sam, add, deal.id, units, units))
        for person in (cast.alice, cast.mallory):
            factories.add_member(owner, deal.id, person)
        deal.plan = factories.add_fee_plan(owner, deal.id)
        setattr(house, name, deal)
    return house


def lapse(owner, hold) -> None:
    """What an hour would do; as the owner did it by hand, the owner says so by hand."""
    let_lapse(owner, hold)
    owner.execute(
        "insert into audit_log (action, entity, entity_id, before, after)"
        " select 'hold.moved', 'reservations', id, '{}', jsonb_build_object('expires_at', expires_at)"
        " from reservations where id = %s",
        [hold],
    )


def hold_and_let_go(owner, cast, house) -> None:
    """Each way of taking and of giving back: fast, over two lots, by sweeping; cancelled, expired, swept."""
    alice, single, several = house.alice, house.single, house.several
    first = reserve(alice, several, cast.aldgate, 100)
    reserve(alice, several, cast.aldgate, "650.5")
    alice.execute("select public.fn_cancel_reservation(%s)", [first])
    lapse(owner, reserve(alice, single, cast.aldgate, 90))
    reserve(alice, single, cast.aldgate, 60, key="44444444-4444-4444-8444-444444444444")
    lapse(owner, reserve(alice, single, cast.aldgate, 40))
    house.sam.execute("select public.fn_expire_reservations()")
    assert refusal(reserve, alice, single, cast.aldgate, 41)[0] == "DL001"


def commit_and_decide(owner, cast, house) -> None:
    """Committed, added to, reduced, sent back, answered, withdrawn, approved, rejected, and allocated."""
    alice, deal = house.alice, house.several
    withdrawn = committed(owner, alice, deal, cast.aldgate, 10)
    withdraw(alice, withdrawn.id)
    it = committed(owner, alice, deal, cast.aldgate, 30)
    it = committed(owner, alice, deal, cast.aldgate, 20)
    smaller = reduce(alice, it.id, 35)
    decide(house.ada, open_approval(owner, smaller), "revise", "Which account?")
    alice.execute("select public.fn_answer_changes(%s, null, 'The first one')", [smaller])
    decide(house.ada, open_approval(owner, smaller))
    lot = deal.lots[1]
    house.sam.execute("select public.fn_block_lot(%s, 'Title is checked')", [lot])
    house.sam.execute("select public.fn_unblock_lot(%s)", [lot])
    house.sam.execute("select public.fn_edit_lot(%s, 400, 24, null, null, null)", [lot])
    rejected = commit_hold(alice, reserve(alice, house.single, cast.aldgate, 5))
    decide(house.ada, open_approval(owner, rejected), "reject", "Not now")


def change_the_terms(owner, cast, house) -> None:
    """A proposal that is approved, one that is replaced; rows written by pages and in psql; rows that go again."""
    propose = "select public.fn_propose_change(%s, %s, 'The market moved')"
    for price in ("29.00", "29.50"):
        change = factories.value(house.sam, propose, house.several.id, Jsonb({"offer_unit_price": price}))
    decide(house.ada, open_approval(owner, change))
    owner.execute("update sla_rules set hours = 3 where priority = 'critical'")
    owner.execute("update deals set name = 'Renamed', close_at = close_at + interval '1 day'")
    owner.execute("update investor_users set user_id = %s where user_id = %s", [cast.larry.id, cast.bob.id])
    owner.execute("delete from deal_memberships where user_id = %s", [cast.mallory.id])
    owner.execute(
        "update profiles set password = 'argon2$x', last_login = now(), title = 'Partner' where id = %s", [cast.rita.id]
    )
    factories.insert(owner, "account_makers", maker_id=cast.ada.id, account_id=cast.abe.id)
    factories.insert(owner, "share_sources", kind="fund", counterparty_name="Harbour Fund II")
    factories.insert(owner, "invite_links", deal_id=house.single.id, role="investor", token_hash="x" * 64)
    factories.insert(
        owner, "set_password_links", user_id=cast.bob.id, token_hash="x" * 64, expires_at=factories.in_days(1)
    )
    factories.insert(
        owner, "valuations", vehicle_id=house.several.vehicle, as_of_date="2026-06-30", nav_per_unit="1.25"
    )
    factories.insert(owner, "accounting_periods", month="2026-01-01", reason="Reconciled")
    factories.add_document(owner)
    introducers.agreed(owner, introducers.introducer(owner))


def fill_the_rest(owner, cast, house) -> None:
    """A row of each audited table that the story does not reach: a plain one needs no line here."""
    catalog = Catalog(owner)
    for table in audited(owner):
        if catalog.is_empty(table):
            factories.insert(owner, table, **catalog.row(table, {}))


STORY = (hold_and_let_go, commit_and_decide, change_the_terms, fill_the_rest)


def test_every_audited_table_is_rebuilt_as_it_is_and_as_it_was(owner, cast, house):
    owner.execute("set timezone = 'UTC'")
    chapters = []
    for chapter in STORY:
        chapter(owner, cast, house)
        then = factories.value(owner, "select clock_timestamp()")
        chapters.append((then, {table: rows(owner, table) for table in audited(owner)}))
    for then, tables in chapters:
        rebuilt = Rebuilt(owner, then)
        for table, there in tables.items():
            assert rebuilt.rows(table) == there, table
    assert [table for table, there in chapters[-1][1].items() if not there] == []
