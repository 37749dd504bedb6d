"""What a role may do, as Django and its admin ask."""

from datetime import timedelta

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.utils import timezone

from audit.identity import acting_as
from deals import services
from deals.models import Deal
from investors.models import Profile
from lib.db import NotAllowed
from tests import factories

pytestmark = pytest.mark.django_db

ASKED = ("investors.view_investor", "deals.change_deal", "deals.delete_deal", "axes.delete_accessattempt")


@pytest.mark.parametrize(
    ("who", "allowed"),
    [
        ("ada", (True, True, True, True)),
        ("sam", (True, True, False, False)),
        ("rita", (True, True, False, False)),
        ("alice", (False, False, False, False)),
        ("larry", (False, False, False, False)),
    ],
)
def test_rights_follow_from_the_role(cast, who, allowed):
    person = getattr(cast, who)
    with acting_as(person.id):
        profile = person.profile
        assert tuple(profile.has_perm(right) for right in ASKED) == allowed
        assert profile.has_module_perms("deals") is allowed[0]
        assert profile.has_module_perms("axes") is allowed[3]


def test_a_disabled_administrator_may_nothing(owner, cast):
    with acting_as(cast.abe.id):
        profile = cast.ada.profile
        profile.is_active = False
        assert [profile.has_perm(right) for right in ASKED] == [False] * 4
        assert profile.has_module_perms("deals") is False


def test_django_knows_no_superuser_here():
    with pytest.raises(FieldDoesNotExist):
        Profile._meta.get_field("is_superuser")


EVERYBODY = ("ada", "sam", "rita", "alice", "mallory", "larry", "ingrid", "bob")
STAFF = ("ada", "sam", "rita")


def may_view(person, deal) -> bool:
    """What Django answers. It is what the database shows: the row of the deal, or none."""
    with acting_as(person.id):
        answer = person.profile.has_perm("deals.view_deal", Deal(pk=deal.id))
        assert Deal.objects.filter(pk=deal.id).exists() is answer
    return answer


def who_may_view(cast, deal) -> set:
    return {who for who in EVERYBODY if may_view(getattr(cast, who), deal)}


def test_a_right_on_one_deal_comes_from_the_role_or_from_membership(cast, deal):
    assert who_may_view(cast, deal) == {*STAFF, "alice", "mallory", "larry", "ingrid"}
    with acting_as(cast.sam.id):
        room = Deal(pk=deal.id)
        assert cast.sam.profile.has_perm("deals.change_deal", room)
        assert not cast.sam.profile.has_perm("deals.delete_deal", room)
    with acting_as(cast.alice.id):
        assert not cast.alice.profile.has_perm("deals.change_deal", Deal(pk=deal.id))


@pytest.mark.django_db(transaction=True)
def test_it_ends_with_the_membership_at_once(owner, cast, deal):
    with acting_as(cast.sam.id):
        services.remove_member(acting_user=cast.sam.profile, deal_id=deal.id, profile_id=cast.larry.id)
    assert not may_view(cast.larry, deal)
    owner.execute("update deal_memberships set accepted_at = null where user_id = %s", [cast.ingrid.id])
    assert not may_view(cast.ingrid, deal)
    assert who_may_view(cast, deal) == {*STAFF, "alice", "mallory"}


@pytest.mark.django_db(transaction=True)
def test_an_invitation_gives_it_once_accepted_and_an_expired_one_never(owner, cast, deal):
    factories.add_member(owner, deal.id, cast.bob, accepted=False)
    assert not may_view(cast.bob, deal)
    with acting_as(cast.bob.id):
        services.accept_membership(acting_user=cast.bob.profile, deal_id=deal.id)
    assert may_view(cast.bob, deal)
    nora = factories.add_person(owner, "Nora Nye")
    factories.insert(
        owner, "invite_links", deal_id=deal.id, role="lawyer", token_hash="late", created_by=cast.rita.id,
        expires_at=timezone.now() - timedelta(seconds=1),
    )  # fmt: skip
    with acting_as(nora.id), pytest.raises(NotAllowed):
        services.accept_invite(acting_user=nora.profile, token_hash="late", investor_id=None)
    assert not may_view(nora, deal)


def test_a_disabled_member_may_not_view_it(cast, deal):
    with acting_as(cast.alice.id):
        profile = cast.alice.profile
        profile.is_active = False
        assert not profile.has_perm("deals.view_deal", Deal(pk=deal.id))


def test_the_role_answers_without_a_query_and_membership_with_two(cast, deal, django_assert_num_queries):
    room = Deal(pk=deal.id)
    for person, queries in ((cast.sam, 0), (cast.alice, 2), (cast.bob, 2)):
        with acting_as(person.id):
            profile = person.profile
            profile.has_perm("deals.view_deal", room)  # the content type is looked up once
            with django_assert_num_queries(queries):
                profile.has_perm("deals.view_deal", room)
