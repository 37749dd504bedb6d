"""release_cancelled_deal: cancelling a deal, by whomever, gives everything back and tells its investors."""

from decimal import Decimal as D

import pytest

from tests import factories
from tests.sql.commitments import committed
from tests.sql.holds import broken_rules, reserve, state

CANCEL = "update deals set status = 'cancelled', end_reason = 'The seller withdrew' where id = %s"


@pytest.mark.parametrize("who", ["ada", "owner"])
def test_a_cancelled_deal_gives_everything_back_and_tells_its_investors(owner, cast, deal, app_connection, who):
    alice, mallory = app_connection(cast.alice), app_connection(cast.mallory)
    committed(owner, alice, deal, cast.aldgate, 1_000)
    reserve(alice, deal, cast.aldgate, 500)
    reserve(mallory, deal, cast.morland, 300)
    by, actor = (owner, None) if who == "owner" else (app_connection(cast.ada), cast.ada.id)
    by.execute(CANCEL, [deal.id])
    assert owner.execute("select distinct status from reservations").fetchall() == [("cancelled",)]
    assert owner.execute("select status, decision_note from deal_commitments").fetchall() == [
        ("cancelled", "The seller withdrew")
    ]
    assert owner.execute("select status from approvals").fetchall() == [("withdrawn",)]
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == D(10000)
    told = owner.execute("select user_id, kind, facts ->> 'reason' from notices").fetchall()
    assert set(told) == {
        (person.id, "deal.cancelled", "The seller withdrew") for person in (cast.alice, cast.bob, cast.mallory)
    }
    noted = (
        "select action, count(*) from audit_log"
        " where actor_user_id is not distinct from %s and action = any(%s) group by 1"
    )
    actions = ["hold.released", "commitment.cancelled", "approval.withdrawn"]
    assert dict(owner.execute(noted, [actor, actions]).fetchall()) == {
        "hold.released": 3,
        "commitment.cancelled": 1,
        "approval.withdrawn": 1,
    }
    before = state(owner)
    by.execute(CANCEL, [deal.id])
    assert state(owner) == before
    assert broken_rules(owner) == []


def test_a_deal_that_goes_on_is_not_released(owner, cast, deal, app_connection):
    reserve(app_connection(cast.alice), deal, cast.aldgate, 500)
    owner.execute("update deals set status = 'allocation_pending' where id = %s", [deal.id])
    assert owner.execute("select status from reservations").fetchall() == [("pending",)]
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == D(9500)


@pytest.mark.parametrize("who", ["alice", "larry", None])
def test_only_staff_cancel(owner, cast, deal, app_connection, who):
    reserve(app_connection(cast.alice), deal, cast.aldgate, 500)
    before = state(owner)
    asked = app_connection(who and getattr(cast, who))
    try:
        assert asked.execute(CANCEL, [deal.id]).rowcount == 0
    except Exception as error:
        assert error.sqlstate == "42501"
    assert state(owner) == before


def test_other_deals_keep_what_they_hold(owner, cast, deal, app_connection):
    reserve(app_connection(cast.alice), deal, cast.aldgate, 500)
    other = factories.add_deal(owner, "Another", code="another_one")
    app_connection(cast.ada).execute(CANCEL, [other])
    assert owner.execute("select status from reservations").fetchall() == [("pending",)]
