"""guard_moves: opening and closing a deal ask for everything, in psql too."""

import pytest

from tests import factories
from tests.sql.commitments import committed, decide, finalize
from tests.sql.holds import refusal, reserve, set_status


def move(connection, deal, status):
    connection.execute("update deals set status = %s where id = %s", [status, deal.id])


def status_of(owner, deal):
    return factories.value(owner, "select status from deals where id = %s", deal.id)


@pytest.fixture
def draft(superuser, deal):
    set_status(superuser, "draft")
    return deal


@pytest.mark.parametrize(
    "missing, taken",
    [
        ("vehicle", "update deals set vehicle_id = null"),
        ("vehicle", "update vehicles set currency = 'EUR'"),
        ("price", "update deals set offer_unit_price = null"),
        ("code", "update deals set code = 'deal_0123456789ab'"),
        ("close_at", "update deals set close_at = now()"),
        ("lots", "update share_lots set status = 'held'"),
        ("lots", "update share_lots set currency = 'EUR'"),
        ("fee_plan", "update fee_plans set is_default = false"),
        ("fee_plan", "delete from fee_components"),
        ("fee_plan", "update fee_plans set effective_from = null"),
    ],
)
def test_a_draft_that_lacks_something_does_not_open(owner, cast, draft, app_connection, missing, taken):
    owner.execute(taken)
    assert refusal(move, app_connection(cast.ada), draft, "open") == ("22023", missing)
    assert status_of(owner, draft) == "draft"


def test_a_draft_with_everything_opens(owner, cast, draft, app_connection):
    move(app_connection(cast.ada), draft, "open")
    assert status_of(owner, draft) == "open"


def test_a_deal_with_something_undecided_or_on_hold_does_not_close(owner, cast, deal, app_connection):
    alice, ada = app_connection(cast.alice), app_connection(cast.ada)
    it = committed(owner, alice, deal, cast.aldgate, 100)
    hold = reserve(alice, deal, cast.aldgate, 10)
    move(ada, deal, "allocation_pending")
    assert refusal(move, ada, deal, "closed") == ("22023", "commitments")
    decide(ada, it.approval)
    finalize(ada, it.hold)
    assert refusal(move, ada, deal, "closed") == ("22023", "holds")
    assert status_of(owner, deal) == "allocation_pending"
    alice.execute("select public.fn_cancel_reservation(%s)", [hold])
    move(ada, deal, "closed")
    assert status_of(owner, deal) == "closed"
