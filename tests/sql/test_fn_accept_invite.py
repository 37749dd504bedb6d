"""fn_accept_invite: one use goes to one person, and a link that opens nothing says nothing."""

import pytest

from deals.services.invites import hash_token
from tests import factories
from tests.sql.holds import refusal

TOKEN = "a-token-of-the-test"
HASH = hash_token(TOKEN)
NOTHING_HERE = ("42501", "")


@pytest.fixture
def invite(owner, cast, deal):
    """Make a link into the sample deal, live unless said otherwise."""

    def make(**columns):
        columns = {
            "deal_id": deal.id,
            "role": "investor",
            "token_hash": HASH,
            "expires_at": factories.in_days(3),
            "created_by": cast.rita.id,
        } | columns
        return factories.insert(owner, "invite_links", **columns)

    return make


def accept(connection, token_hash=HASH, investor_id=None):
    return factories.value(connection, "select public.fn_accept_invite(%s, %s)", token_hash, investor_id)


def place(owner, person):
    return owner.execute(
        "select role, investor_id, accepted_at is not null, invited_by from deal_memberships where user_id = %s",
        [person.id],
    ).fetchone()


def used(owner):
    return factories.value(owner, "select sum(used_count) from invite_links")


def state(owner):
    return owner.execute(
        "select (select count(*) from deal_memberships), (select sum(used_count) from invite_links),"
        " (select count(*) from audit_log), (select count(*) from guardian_userobjectpermission)"
    ).fetchone()


def test_it_takes_an_investor_in(owner, cast, deal, invite, app_connection):
    invite()
    assert accept(app_connection(cast.bob)) == deal.id
    assert place(owner, cast.bob) == ("investor", cast.aldgate, True, cast.rita.id)
    assert used(owner) == 1
    rights = "select object_pk from guardian_userobjectpermission where user_id = %s"
    assert owner.execute(rights, [cast.bob.id]).fetchall() == [(str(deal.id),)]
    trail = owner.execute("select action from audit_log where actor_user_id = %s order by action", [cast.bob.id])
    assert trail.fetchall() == [("deal_memberships.insert",), ("invite_links.update",)]


def test_accepting_again_changes_nothing(owner, cast, deal, invite, app_connection):
    invite()
    bob = app_connection(cast.bob)
    accept(bob)
    before = state(owner)
    assert accept(bob) == deal.id
    assert state(owner) == before


def test_an_outside_party_joins_for_nobody(owner, cast, deal, invite, app_connection):
    invite(role="lawyer")
    accept(app_connection(cast.bob), investor_id=cast.aldgate)
    assert place(owner, cast.bob) == ("lawyer", None, True, cast.rita.id)


def test_who_acts_for_several_investors_says_for_which(owner, cast, deal, invite, app_connection):
    invite()
    second = factories.add_investor(owner, "Bob Aldgate", users=[cast.bob.id])
    bob, before = app_connection(cast.bob), state(owner)
    assert refusal(accept, bob) == ("22023", "investor")
    assert refusal(accept, bob, investor_id=cast.morland) == ("22023", "investor")
    assert state(owner) == before
    assert accept(bob, investor_id=second) == deal.id
    assert place(owner, cast.bob)[1] == second


def test_who_acts_for_no_investor_cannot_join_as_one(owner, cast, deal, invite, app_connection):
    invite()
    nadia = factories.add_person(owner, "Nadia Novak")
    before = state(owner)
    assert refusal(accept, app_connection(nadia)) == ("22023", "investor")
    assert state(owner) == before


@pytest.mark.parametrize(
    "broken",
    [
        {"max_uses": 2, "used_count": 2},
        {"expires_at": factories.in_days(-0.001)},
        {"expires_at": None},
        {"revoked_at": factories.in_days(-0.001)},
        {"email": "somebody.else@verso.example"},
        {"token_hash": hash_token("another token")},
    ],
)
def test_used_expired_revoked_bound_and_guessed_answer_alike(owner, cast, deal, invite, app_connection, broken):
    invite(**broken)
    before = state(owner)
    assert refusal(accept, app_connection(cast.bob)) == NOTHING_HERE
    assert state(owner) == before


@pytest.mark.parametrize("status", ["closed", "cancelled"])
def test_a_deal_that_is_over_takes_nobody_in(owner, cast, deal, invite, app_connection, status):
    invite()
    if status == "closed":
        owner.execute("update deals set status = 'allocation_pending' where id = %s", [deal.id])
    owner.execute("update deals set status = %s where id = %s", [status, deal.id])
    assert refusal(accept, app_connection(cast.bob)) == NOTHING_HERE
    assert preview(app_connection(cast.bob)) == []


def test_nobody_and_the_disabled_are_nobody(owner, cast, deal, invite, app_connection):
    invite()
    owner.execute("update profiles set is_active = false where id = %s", [cast.bob.id])
    before = state(owner)
    assert refusal(accept, app_connection()) == NOTHING_HERE
    assert refusal(accept, app_connection(cast.bob)) == NOTHING_HERE
    assert state(owner) == before


def test_a_link_for_an_address_opens_for_that_address(owner, cast, deal, invite, app_connection):
    invite(email="bob@verso.example")
    assert accept(app_connection(cast.bob)) == deal.id


def test_staff_use_nothing_up(owner, cast, deal, invite, app_connection):
    invite()
    before = state(owner)
    assert accept(app_connection(cast.sam)) == deal.id
    assert state(owner) == before


def test_an_invitation_that_waited_takes_what_the_link_says(owner, cast, deal, invite, app_connection):
    factories.add_member(owner, deal.id, cast.bob, "viewer", accepted=False)
    invite()
    accept(app_connection(cast.bob))
    assert place(owner, cast.bob)[:3] == ("investor", cast.aldgate, True)


def test_readonly_and_the_public_may_not_call_it(owner):
    roles = (
        "select rolname from pg_roles where starts_with(rolname, 'verso_')"
        " and has_function_privilege(rolname, 'public.fn_accept_invite(text, uuid)', 'execute')"
    )
    found = owner.execute(roles).fetchall()
    assert {name for (name,) in found} == {"verso_app", "verso_definer", "verso_owner"}


# --- what a token shows before


def preview(connection, token_hash=HASH):
    return connection.execute(
        "select deal_name, role, invited_by, inviter_email, is_member, for_me from app.invite_preview(%s)",
        [token_hash],
    ).fetchall()


def test_a_stranger_reads_whom_to_ask_and_no_deal(cast, deal, invite, app_connection):
    invite()
    assert preview(app_connection()) == [(None, None, "Rita Ramsay", "rita@verso.example", False, False)]


def test_who_signed_in_reads_the_invitation(cast, deal, invite, app_connection):
    invite()
    row = ("Northlight Secondary", "investor", "Rita Ramsay", "rita@verso.example", False, True)
    assert preview(app_connection(cast.bob)) == [row]


def test_a_link_for_another_address_names_no_deal(cast, deal, invite, app_connection):
    invite(email="nadia@verso.example")
    assert preview(app_connection(cast.bob)) == [(None, None, "Rita Ramsay", "rita@verso.example", False, False)]


@pytest.mark.parametrize(
    "dead",
    [{"revoked_at": factories.in_days(-1)}, {"expires_at": factories.in_days(-0.001)}, {"used_count": 1}],
    ids=lambda columns: next(iter(columns)),
)
def test_a_dead_or_guessed_token_shows_nothing(owner, cast, deal, invite, app_connection, dead):
    invite(**dead)
    for connection in (app_connection(), app_connection(cast.bob)):
        assert preview(connection) == []
        assert preview(connection, hash_token("guess")) == []


def test_a_member_is_led_to_the_deal_also_by_a_used_link(cast, deal, invite, app_connection):
    invite(used_count=1)
    assert preview(app_connection(cast.alice)) == [("Northlight Secondary", None, None, None, True, True)]
