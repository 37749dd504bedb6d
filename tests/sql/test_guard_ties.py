"""guard_currency, guard_last_member: what lots and holds tie down in deals, whoever calls."""

import pytest

from tests import factories
from tests.sql.holds import let_lapse, refusal, reserve, set_status, state

REMOVE = "select app.remove_member(%s, %s)"


def test_a_deal_with_lots_keeps_its_currency(owner, superuser, cast, deal, app_connection):
    set_status(superuser, "draft")
    sam, change = app_connection(cast.sam), "update deals set currency = 'EUR'"
    before = state(owner)
    assert refusal(sam.execute, change) == ("22023", "lots")
    assert state(owner) == before
    owner.execute("delete from share_lots")
    sam.execute(change)
    assert factories.value(owner, "select currency from deals") == "EUR"


def test_the_last_person_of_an_investor_stays_with_its_units(owner, cast, deal, app_connection):
    hold = reserve(app_connection(cast.alice), deal, cast.aldgate, 10)
    sam, before = app_connection(cast.sam), state(owner)
    assert refusal(sam.execute, REMOVE, [deal.id, cast.alice.id]) == ("22023", "holds")
    assert state(owner) == before
    let_lapse(owner, hold)
    assert factories.value(sam, REMOVE, deal.id, cast.alice.id)


@pytest.mark.parametrize("accepted", [True, False])
def test_another_who_can_act_is_enough(owner, cast, deal, app_connection, accepted):
    reserve(app_connection(cast.alice), deal, cast.aldgate, 10)
    factories.add_member(owner, deal.id, cast.bob)
    if not accepted:
        owner.execute("update deal_memberships set accepted_at = null where user_id = %s", [cast.bob.id])
    sam = app_connection(cast.sam)
    if accepted:
        assert factories.value(sam, REMOVE, deal.id, cast.alice.id)
    else:
        assert refusal(sam.execute, REMOVE, [deal.id, cast.alice.id]) == ("22023", "holds")


@pytest.mark.parametrize("gone", ["update profiles set is_active = false where id = %s",
                                  "delete from investor_users where user_id = %s"])  # fmt: skip
def test_another_who_cannot_act_any_more_is_not_enough(owner, cast, deal, app_connection, gone):
    reserve(app_connection(cast.alice), deal, cast.aldgate, 10)
    factories.add_member(owner, deal.id, cast.bob)
    owner.execute(gone, [cast.bob.id])
    sam, before = app_connection(cast.sam), state(owner)
    assert refusal(sam.execute, REMOVE, [deal.id, cast.alice.id]) == ("22023", "holds")
    assert state(owner) == before
    assert factories.value(sam, REMOVE, deal.id, cast.bob.id)
