"""Who is in a deal: invited, accepted, taken off again."""

from decimal import Decimal

import pytest

from audit.identity import acting_as
from deals import selectors, services
from deals.models import DealMembership
from deals.services.members import AlreadyMember, StillHolding
from deals.services.refusals import DealOver, DealRefused
from inventory import services as inventory
from lib.db import NotAllowed
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def sam(cast):
    with acting_as(cast.sam.id):
        return cast.sam.profile


@pytest.fixture
def bob(cast):
    with acting_as(cast.bob.id):
        return cast.bob.profile


def place(sam, deal, person):
    with acting_as(sam.pk):
        return DealMembership.objects.filter(deal_id=deal.id, user_id=person.id).first()


def rights(owner, person):
    return factories.value(owner, "select count(*) from guardian_userobjectpermission where user_id = %s", person.id)


def invite(sam, deal, person, role="investor", investor_id=None):
    return services.add_member(
        acting_user=sam, deal_id=deal.id, profile_id=person.id, role=role, investor_id=investor_id
    )


def test_an_invitation_counts_once_it_is_accepted(cast, deal, sam, bob):
    invite(sam, deal, cast.bob, investor_id=cast.aldgate)
    assert place(sam, deal, cast.bob).accepted_at is None
    with acting_as(bob.pk):
        assert [row["deal_name"] for row in selectors.invitations()] == ["Northlight Secondary"]
        assert [row["investor_name"] for row in selectors.invitations()] == ["Aldgate Family Office"]
        assert list(selectors.memberships_of(bob)) == []
    services.accept_membership(acting_user=bob, deal_id=deal.id)
    with acting_as(bob.pk):
        assert selectors.invitations() == []
        (mine,) = selectors.memberships_of(bob)
        assert (mine.deal_id, mine.investor_id, mine.invited_by_id) == (deal.id, cast.aldgate, sam.pk)


def test_accepting_twice_changes_nothing(cast, deal, sam, bob):
    invite(sam, deal, cast.bob, investor_id=cast.aldgate)
    services.accept_membership(acting_user=bob, deal_id=deal.id)
    first = place(sam, deal, cast.bob).accepted_at
    services.accept_membership(acting_user=bob, deal_id=deal.id)
    assert place(sam, deal, cast.bob).accepted_at == first


def test_nobody_accepts_what_was_not_offered(cast, deal, bob):
    with pytest.raises(NotAllowed):
        services.accept_membership(acting_user=bob, deal_id=deal.id)
    with pytest.raises(NotAllowed):
        services.accept_membership(acting_user=bob, deal_id="00000000-0000-4000-8000-00000000dead")


def test_staff_are_in_at_once(cast, deal, sam):
    invite(sam, deal, cast.rita, "verso_staff")
    assert place(sam, deal, cast.rita).accepted_at is not None


def test_somebody_in_cannot_be_invited_again(cast, deal, sam):
    with pytest.raises(AlreadyMember):
        invite(sam, deal, cast.alice, investor_id=cast.aldgate)
    assert place(sam, deal, cast.alice).role == "investor"


@pytest.mark.parametrize(
    "person, role, investor, field",
    [
        ("bob", "investor", None, "investor"),
        ("bob", "investor", "morland", "investor"),
        ("bob", "lawyer", "aldgate", "investor"),
        ("bob", "owner", None, "role"),
        ("bob", "verso_staff", None, "role"),
        ("rita", "lawyer", None, "role"),
    ],
)
def test_places_that_make_no_sense(cast, deal, sam, person, role, investor, field):
    with pytest.raises(DealRefused) as refusal:
        invite(sam, deal, getattr(cast, person), role, investor and getattr(cast, investor))
    assert refusal.value.field == field
    assert place(sam, deal, getattr(cast, person)) is None


def test_people_who_cannot_sign_in_are_not_invited(owner, cast, deal, sam):
    owner.execute("update profiles set is_active = false where id = %s", [cast.bob.id])
    with pytest.raises(DealRefused) as refusal:
        invite(sam, deal, cast.bob, "lawyer")
    assert refusal.value.field == "profile"


def test_only_staff_invite_and_take_off(cast, deal, sam, bob):
    with pytest.raises(NotAllowed):
        services.add_member(acting_user=bob, deal_id=deal.id, profile_id=bob.pk, role="viewer")
    with pytest.raises(NotAllowed):
        services.remove_member(acting_user=bob, deal_id=deal.id, profile_id=cast.alice.id)
    assert place(sam, deal, cast.alice) is not None


def test_a_deal_that_is_over_takes_nobody(cast, deal, sam):
    services.cancel_deal(acting_user=sam, deal_id=deal.id, reason="Off")
    with pytest.raises(DealOver):
        invite(sam, deal, cast.bob, "lawyer")


def test_who_is_taken_off_sees_nothing_any_more(cast, deal, sam):
    services.remove_member(acting_user=sam, deal_id=deal.id, profile_id=cast.larry.id)
    assert place(sam, deal, cast.larry) is None
    with acting_as(cast.larry.id):
        assert list(selectors.memberships_of(cast.larry.profile)) == []
    services.remove_member(acting_user=sam, deal_id=deal.id, profile_id=cast.larry.id)


def test_the_last_one_of_an_investor_with_a_hold_stays(cast, deal, sam, bob):
    hold = inventory.reserve_units(
        acting_user=sam, deal_id=deal.id, investor_id=cast.aldgate, units=Decimal(5), unit_price=deal.price
    )
    with pytest.raises(StillHolding):
        services.remove_member(acting_user=sam, deal_id=deal.id, profile_id=cast.alice.id)
    invite(sam, deal, cast.bob, investor_id=cast.aldgate)
    with pytest.raises(StillHolding):
        services.remove_member(acting_user=sam, deal_id=deal.id, profile_id=cast.alice.id)
    services.accept_membership(acting_user=bob, deal_id=deal.id)
    services.remove_member(acting_user=sam, deal_id=deal.id, profile_id=cast.alice.id)
    inventory.cancel_hold(acting_user=sam, reservation_id=hold)
    services.remove_member(acting_user=sam, deal_id=deal.id, profile_id=cast.bob.id)
    assert place(sam, deal, cast.bob) is None


def test_the_last_one_of_an_investor_with_a_commitment_stays(cast, deal, sam):
    hold = inventory.reserve_units(
        acting_user=sam, deal_id=deal.id, investor_id=cast.aldgate, units=Decimal(5), unit_price=deal.price
    )
    inventory.commit_hold(shown_hash=None, acting_user=sam, reservation_id=hold)
    with pytest.raises(StillHolding):
        services.remove_member(acting_user=sam, deal_id=deal.id, profile_id=cast.alice.id)


@pytest.mark.django_db(transaction=True)
def test_guardian_rows_stay_in_step(owner, cast, deal, sam, bob):
    assert rights(owner, cast.alice) == 1
    invite(sam, deal, cast.bob, investor_id=cast.aldgate)
    assert rights(owner, cast.bob) == 0
    services.accept_membership(acting_user=bob, deal_id=deal.id)
    assert rights(owner, cast.bob) == 1
    services.remove_member(acting_user=sam, deal_id=deal.id, profile_id=cast.bob.id)
    assert rights(owner, cast.bob) == 0
    assert owner.execute("select * from app.guardian_mismatches()").fetchall() == []
