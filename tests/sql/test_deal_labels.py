"""app.deal_labels: names of deals for those who may know them, and no row for anybody else."""

import uuid

import pytest

from tests import factories

ASKED = "select code, name, currency, is_member from app.deal_labels(%s)"


def labels(connection, *deal_ids):
    return connection.execute(ASKED, [list(deal_ids)]).fetchall()


def test_members_and_staff_are_members(app_connection, cast, deal):
    for person in (cast.alice, cast.larry, cast.sam):
        assert labels(app_connection(person), deal.id) == [("northlight_2027", "Northlight Secondary", "USD", True)]


@pytest.mark.parametrize("holding", ["reservations", "deal_commitments", "allocations"])
def test_a_colleague_knows_the_name_where_the_investor_holds_something(app_connection, owner, cast, deal, holding):
    bob = app_connection(cast.bob)
    assert labels(bob, deal.id) == []
    if holding == "reservations":
        factories.add_hold(owner, deal.id, cast.aldgate)
    elif holding == "deal_commitments":
        factories.add_commitment(owner, deal.id, cast.aldgate)
    else:
        factories.insert(owner, holding, deal_id=deal.id, investor_id=cast.aldgate, units=1, unit_price=1)
    assert labels(bob, deal.id) == [("northlight_2027", "Northlight Secondary", "USD", False)]
    assert bob.execute("select count(*) from deals").fetchone()[0] == 0


def test_what_another_investor_holds_tells_nothing(app_connection, owner, cast, deal):
    factories.add_hold(owner, deal.id, cast.morland)
    assert labels(app_connection(cast.bob), deal.id) == []


def test_an_invitation_not_accepted_tells_nothing(app_connection, owner, cast, deal):
    factories.add_member(owner, deal.id, cast.bob, accepted=False)
    assert labels(app_connection(cast.bob), deal.id) == []


def test_nobody_unknown_and_nothing_asked(app_connection, cast, deal):
    assert labels(app_connection(), deal.id) == []
    assert labels(app_connection(cast.alice), uuid.uuid4()) == []
    assert app_connection(cast.alice).execute("select * from app.deal_labels('{}')").fetchall() == []


def test_only_what_was_asked_is_told(app_connection, owner, cast, deal):
    other = factories.add_deal(owner, "Other", code="other_deal")
    factories.add_member(owner, other, cast.alice)
    assert [row[0] for row in labels(app_connection(cast.alice), other)] == ["other_deal"]
