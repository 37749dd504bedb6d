"""fn_release_commitment: what follows a rejection. The units come back once."""

import uuid
from decimal import Decimal as D

import pytest

from tests import factories
from tests.sql.commitments import approved_by_hand, committed, decide
from tests.sql.holds import broken_rules, refusal, state


def release(connection, commitment_id):
    return connection.execute("select public.fn_release_commitment(%s)", [commitment_id]).fetchone()[0]


@pytest.fixture
def rejected(owner, cast, deal, app_connection):
    it = committed(owner, app_connection(cast.alice), deal, cast.aldgate, 6_000)
    approved_by_hand(owner, it, cast.ada.id, "rejected")
    return it


def test_a_rejection_gives_the_units_back_once(owner, cast, rejected, app_connection):
    ada = app_connection(cast.ada)
    assert release(ada, rejected.id) == 1
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == D(10000)
    assert factories.value(owner, "select status from reservations") == "cancelled"
    before = state(owner)
    assert release(ada, rejected.id) == 0
    assert state(owner) == before
    assert broken_rules(owner) == []


@pytest.mark.parametrize("decision", [None, "approve", "revise"])
def test_only_what_was_rejected_is_released(owner, cast, deal, app_connection, decision):
    it = committed(owner, app_connection(cast.alice), deal, cast.aldgate, 100)
    if decision:
        decide(app_connection(cast.ada), it.approval, decision, "because")
    before = state(owner)
    assert refusal(release, app_connection(cast.ada), it.id)[0] == "DL005"
    assert state(owner) == before


@pytest.mark.parametrize("who", ["alice", "mallory", "larry", None])
def test_only_staff_release(owner, cast, rejected, app_connection, who):
    before = state(owner)
    asked = app_connection(who and getattr(cast, who))
    for thing in (rejected.id, uuid.uuid4()):
        assert refusal(release, asked, thing)[0] == "42501"
    assert state(owner) == before
