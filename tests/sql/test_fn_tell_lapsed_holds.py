"""fn_tell_lapsed_holds: who acts for the investor is told of an unused hold, once."""

import pytest

from tests import factories
from tests.sql.commitments import everything
from tests.sql.holds import let_lapse, refusal, reserve


@pytest.fixture
def system(owner, app_connection):
    return app_connection(factories.value(owner, "select app.system_profile()"))


@pytest.mark.parametrize("who", ["alice", "larry", None])
def test_only_staff_and_jobs_run_it(owner, cast, deal, app_connection, who):
    before = everything(owner)
    asked = app_connection(who and getattr(cast, who))
    assert refusal(asked.execute, "select public.fn_tell_lapsed_holds()")[0] == "42501"
    assert everything(owner) == before


def test_a_lapsed_hold_is_told_of_once(owner, cast, deal, system, app_connection):
    hold = reserve(app_connection(cast.alice), deal, cast.aldgate, 500)
    assert factories.value(system, "select public.fn_tell_lapsed_holds()") == 0
    let_lapse(owner, hold)
    factories.value(system, "select public.fn_expire_reservations()")
    assert factories.value(system, "select public.fn_tell_lapsed_holds()") == 1
    rows = owner.execute("select user_id, kind, entity_id, facts ->> 'units' from notices").fetchall()
    assert set(rows) == {(person.id, "hold.lapsed", hold, "500") for person in (cast.alice, cast.bob)}
    before = everything(owner)
    assert factories.value(system, "select public.fn_tell_lapsed_holds()") == 0
    assert everything(owner) == before


def test_a_hold_somebody_cancelled_is_no_news(owner, cast, deal, system, app_connection):
    alice = app_connection(cast.alice)
    alice.execute("select public.fn_cancel_reservation(%s)", [reserve(alice, deal, cast.aldgate, 500)])
    assert factories.value(system, "select public.fn_tell_lapsed_holds()") == 0
    assert factories.value(owner, "select count(*) from notices") == 0
