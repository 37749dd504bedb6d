"""fn_get_deal_inventory and v_deal_summary: where a deal's units are, and who may know which part of it."""

import uuid

import pytest

from tests import factories
from tests.sql.holds import let_lapse, refusal, reserve

PARTS = ("total_units", "available_units", "reserved_units", "committed_units", "allocated_units", "blocked_units")


def inventory(connection, deal):
    found = connection.execute("select public.fn_get_deal_inventory(%s)", [deal]).fetchone()[0]
    return [found[part] for part in PARTS]


@pytest.fixture
def held(owner, cast, deal, app_connection):
    """1,000 of Mallory's on hold, 500 of hers lapsed, lot C blocked."""
    mallory = app_connection(cast.mallory)
    reserve(mallory, deal, cast.morland, 1_000)
    let_lapse(owner, reserve(mallory, deal, cast.morland, 500))
    owner.execute("update share_lots set status = 'held' where id = %s", [deal.lots["C"]])


def test_staff_read_where_every_unit_is(cast, deal, held, app_connection):
    sam = app_connection(cast.sam)
    assert inventory(sam, deal.id) == [10_000, 7_000, 1_000, 0, 0, 2_000]
    assert inventory(sam, deal.code) == inventory(sam, deal.id)


@pytest.mark.parametrize("name", ["alice", "larry"])
def test_investors_learn_what_is_free_and_nothing_of_others(cast, deal, held, app_connection, name):
    member = app_connection(getattr(cast, name))
    assert inventory(member, deal.id) == [10_000, 7_000, None, None, None, None]
    row = "select available_units, reserved_units, allocated_units, members, pending_approvals from v_deal_summary"
    assert member.execute(row).fetchall() == [(7_000, None, None, None, None)]


def test_a_deal_that_is_not_yours_is_not_there(owner, cast, deal, held, app_connection):
    """Bob is not invited: by id and by code it answers like a deal that nobody has."""
    factories.add_member(owner, deal.id, cast.bob, accepted=False)
    for who in (cast.bob, None):
        asked = app_connection(who)
        for of in (deal.id, deal.code, uuid.uuid4(), "nowhere"):
            assert refusal(inventory, asked, of) == ("42501", "")
        assert asked.execute("select * from v_deal_summary").fetchall() == []
