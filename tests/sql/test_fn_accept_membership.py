"""fn_accept_membership and app.my_invitations: one's own invitation, and nothing else of the row."""

import pytest

from tests import factories
from tests.sql.holds import refusal

NOTHING_HERE = ("42501", "")


@pytest.fixture
def invited(owner, cast, deal):
    """Bob is invited as an investor, and has not accepted."""
    factories.add_member(owner, deal.id, cast.bob, accepted=False)
    owner.execute("update deal_memberships set invited_by = %s where user_id = %s", [cast.rita.id, cast.bob.id])
    return cast.bob


def accept(connection, deal_id):
    connection.execute("select public.fn_accept_membership(%s)", [deal_id])


def waiting(connection):
    return connection.execute("select deal_name, role, investor_name, invited_by from app.my_invitations()").fetchall()


def places(owner):
    return owner.execute("select *, (select count(*) from audit_log) from deal_memberships order by user_id").fetchall()


def test_it_opens_the_deal_once(owner, deal, invited, app_connection):
    bob = app_connection(invited)
    assert waiting(bob) == [("Northlight Secondary", "investor", "Aldgate Family Office", "Rita Ramsay")]
    assert bob.execute("select code from deals").fetchall() == []
    accept(bob, deal.id)
    assert bob.execute("select code from deals").fetchall() == [("northlight_2027",)]
    assert waiting(bob) == []
    before = places(owner)
    accept(bob, deal.id)
    assert places(owner) == before


def test_nobody_accepts_for_another(owner, cast, deal, invited, app_connection):
    before = places(owner)
    for who in (None, cast.sam, factories.add_person(owner, "Nadia Novak")):
        assert refusal(accept, app_connection(who), deal.id) == NOTHING_HERE
        assert waiting(app_connection(who)) == []
    assert [row[:-1] for row in places(owner)] == [row[:-1] for row in before]


def test_unknown_is_as_not_invited(invited, app_connection):
    assert refusal(accept, app_connection(invited), "00000000-0000-4000-8000-00000000dead") == NOTHING_HERE


def test_a_deal_that_is_over_and_a_disabled_profile_accept_nothing(owner, deal, invited, app_connection):
    bob = app_connection(invited)
    owner.execute("update profiles set is_active = false where id = %s", [invited.id])
    assert refusal(accept, bob, deal.id) == NOTHING_HERE
    owner.execute("update profiles set is_active = true where id = %s", [invited.id])
    owner.execute("update deals set status = 'cancelled' where id = %s", [deal.id])
    assert refusal(accept, bob, deal.id) == NOTHING_HERE
    assert waiting(bob) == []


def test_a_member_accepts_no_other_way(deal, invited, app_connection):
    statement = "update deal_memberships set accepted_at = now()"
    assert refusal(app_connection(invited).execute, statement)[0] == "42501"


def test_who_no_longer_acts_for_the_investor_accepts_nothing(owner, deal, invited, app_connection):
    """Invited for an investor, and taken off it before the answer."""
    owner.execute("delete from investor_users where user_id = %s", [invited.id])
    bob = app_connection(invited)
    before = places(owner)
    assert refusal(accept, bob, deal.id) == NOTHING_HERE
    assert (waiting(bob), places(owner)) == ([], before)
