"""fn_release_deal: a cancelled deal gives everything back and tells its investors."""

import uuid
from decimal import Decimal as D

import pytest

from tests import factories
from tests.sql.commitments import committed
from tests.sql.holds import broken_rules, refusal, reserve, state


def release_deal(connection, deal_id):
    return connection.execute("select public.fn_release_deal(%s)", [deal_id]).fetchone()[0]


def test_a_cancelled_deal_gives_everything_back_and_tells_its_investors(owner, cast, deal, app_connection):
    alice, mallory = app_connection(cast.alice), app_connection(cast.mallory)
    committed(owner, alice, deal, cast.aldgate, 1_000)
    reserve(alice, deal, cast.aldgate, 500)
    reserve(mallory, deal, cast.morland, 300)
    owner.execute("update deals set status = 'cancelled', end_reason = 'The seller withdrew'")
    ada = app_connection(cast.ada)
    assert release_deal(ada, deal.id) == 3
    assert owner.execute("select distinct status from reservations").fetchall() == [("cancelled",)]
    assert owner.execute("select status, decision_note from deal_commitments").fetchall() == [
        ("cancelled", "The seller withdrew")
    ]
    assert owner.execute("select status from approvals").fetchall() == [("withdrawn",)]
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == D(10000)
    told = owner.execute("select user_id, kind, facts ->> 'reason' from notices").fetchall()
    assert set(told) == {
        (person.id, "deal.cancelled", "The seller withdrew")
        for person in (cast.alice, cast.bob, cast.mallory)
    }
    before = state(owner)
    assert release_deal(ada, deal.id) == 0
    assert state(owner) == before
    assert broken_rules(owner) == []


def test_a_deal_that_goes_on_is_not_released(owner, cast, deal, app_connection):
    reserve(app_connection(cast.alice), deal, cast.aldgate, 500)
    before = state(owner)
    assert refusal(release_deal, app_connection(cast.ada), deal.id) == ("DL003", "open")
    assert state(owner) == before


@pytest.mark.parametrize("who", ["alice", "mallory", "larry", None])
def test_only_staff_release(owner, cast, deal, app_connection, who):
    before = state(owner)
    asked = app_connection(who and getattr(cast, who))
    for thing in (deal.id, uuid.uuid4()):
        assert refusal(release_deal, asked, thing)[0] == "42501"
    assert state(owner) == before
