"""who_acts: the one rule of who can act for an investor on a deal, and that Python's words for it say the same."""

import pytest

from audit.identity import acting_as
from deals.models import DealMembership
from tests import factories

WHO = "select count(*) from app.who_acts(%s, %s)"


def in_sql(owner, deal, cast) -> int:
    return factories.value(owner, WHO, deal.id, cast.aldgate)


def in_python(deal, cast) -> int:
    with acting_as(cast.sam.id):
        return DealMembership.objects.who_act().filter(deal_id=deal.id, investor_id=cast.aldgate).count()


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ("update profiles set display_name = 'Alice' where id = %s", 1),
        ("update profiles set is_active = false where id = %s", 0),
        ("delete from investor_users where user_id = %s", 0),
        ("update deal_memberships set accepted_at = null where user_id = %s", 0),
        ("update deal_memberships set investor_id = null where user_id = %s", 0),
    ],
)
def test_who_acts(owner, cast, deal, change, left, db):
    assert in_sql(owner, deal, cast) == in_python(deal, cast) == 1
    owner.execute(change, [cast.alice.id])
    assert in_sql(owner, deal, cast) == in_python(deal, cast) == left


def test_who_acts_on_one_deal_acts_there_alone_and_for_that_investor_alone(owner, cast, deal):
    other = factories.add_deal(owner, "Other", code="other_2027")
    assert factories.value(owner, WHO, deal.id, cast.aldgate) == 1
    assert factories.value(owner, WHO, other, cast.aldgate) == 0
    factories.add_member(owner, other, cast.mallory)
    assert factories.value(owner, WHO, other, cast.aldgate) == 0
    assert factories.value(owner, WHO, other, cast.morland) == 1
