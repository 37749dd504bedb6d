"""What a role may do, as Django and its admin ask."""

import pytest
from django.core.exceptions import FieldDoesNotExist

from audit.identity import acting_as
from investors.models import Profile

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


def test_a_right_on_one_deal_comes_from_membership_alone(cast, deal):
    from deals.models import Deal

    with acting_as(cast.ada.id):
        room = Deal.objects.get(pk=deal.id)
        expected = {"alice": True, "larry": True, "bob": False}
        assert {who: getattr(cast, who).profile.has_perm("deals.view_deal", room) for who in expected} == expected
