"""One invite link and a crowd: its last use goes to one person."""

import pytest

from deals.services.invites import hash_token
from tests import factories
from tests.race.crowd import at_once, in_between, tally

HASH = hash_token("one for all")

# The product's order of things without its one condition: look whether a use is left, then count it.
_LOOK_THEN_COUNT = """
create function public.accept_carelessly(p_hash text) returns uuid language plpgsql security definer as $$
declare v record;
begin
    select * into v from public.invite_links where token_hash = p_hash;
    if v.used_count >= v.max_uses then raise exception 'used' using errcode = '42501'; end if;
    perform pg_sleep(0.2);
    insert into public.deal_memberships (deal_id, user_id, role, accepted_at)
    values (v.deal_id, app.uid(), v.role, clock_timestamp());
    update public.invite_links set used_count = v.used_count + 1 where id = v.id;
    return v.deal_id;
end $$
"""


@pytest.fixture
def crowd(owner, deal, app_connection):
    """Twenty people who have the link, each on a connection of their own."""
    people = [factories.add_person(owner, f"Guest{i} Gale", email=f"guest{i}@verso.example") for i in range(20)]
    return [app_connection(person) for person in people]


@pytest.fixture
def link(owner, cast, deal):
    facts = {"deal_id": deal.id, "role": "viewer", "token_hash": HASH, "expires_at": factories.in_days(1)}

    def make(max_uses):
        return factories.insert(owner, "invite_links", max_uses=max_uses, created_by=cast.rita.id, **facts)

    return make


def accept(connection, _i):
    return factories.value(connection, "select public.fn_accept_invite(%s)", HASH)


def joined(owner):
    return factories.value(owner, "select count(*) from deal_memberships where role = 'viewer'")


@pytest.mark.parametrize("uses", [1, 7])
def test_as_many_join_as_the_link_has_uses(owner, deal, crowd, link, uses):
    link(uses)
    assert tally(at_once(crowd, accept)) == {"served": uses, "42501": 20 - uses}
    assert joined(owner) == uses
    assert factories.value(owner, "select used_count from invite_links") == uses


def test_a_deal_that_ends_while_somebody_joins_takes_nobody_in(owner, superuser, deal, crowd, link, open_connection):
    link(1)
    end = "update deals set status = 'cancelled' where id = %s"
    answer = in_between(
        superuser, open_connection("owner"), lambda c: c.execute(end, [deal.id]), crowd[0], lambda c: accept(c, 0)
    )
    assert answer == "42501"
    assert (joined(owner), factories.value(owner, "select used_count from invite_links")) == (0, 0)


def test_one_person_in_twenty_windows_uses_it_once(owner, deal, cast, link, app_connection):
    link(20)
    answers = at_once([app_connection(cast.bob) for _ in range(20)], accept)
    assert answers == [deal.id] * 20
    assert (joined(owner), factories.value(owner, "select used_count from invite_links")) == (1, 1)


def test_control_without_the_condition_many_get_in(owner, deal, crowd, link):
    """This test exists to show that the crowd is one: looking first and counting later lets them all in."""
    link(1)
    owner.execute(_LOOK_THEN_COUNT)
    try:
        owner.execute("grant execute on function public.accept_carelessly(text) to verso_app")
        at_once(crowd, lambda c, _i: factories.value(c, "select public.accept_carelessly(%s)", HASH))
        assert joined(owner) > 1
    finally:
        owner.execute("drop function public.accept_carelessly(text)")
