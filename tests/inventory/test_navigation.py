"""The counts beside the places of the navigation say what the pages behind them list."""

from types import SimpleNamespace

import pytest

from audit.identity import acting_as
from deals.selectors import invitations
from inventory.selectors import changes_asked_of, investor_nav_counts, running_holds_of
from tests import factories
from tests.sql.commitments import committed, decide
from tests.sql.holds import reserve

pytestmark = pytest.mark.django_db(transaction=True)


def counts_of(person) -> tuple[int, int]:
    """(running holds, what needs this person), each held against the lists."""
    with acting_as(person.id):
        found = investor_nav_counts(SimpleNamespace(user=person.profile))
        needs = running_holds_of(person.profile).count() + changes_asked_of(person.profile).count() + len(invitations())
    assert found["home"] == needs
    return found["inventory:reservations"], needs


def test_they_count_what_is_listed(owner, cast, deal, app_connection):
    alice, sam = app_connection(cast.alice), app_connection(cast.sam)
    assert counts_of(cast.alice) == (0, 0)
    other = factories.add_deal(owner, "Southlight", code="southlight")
    factories.add_lot(owner, other, 500)
    factories.add_member(owner, other, cast.alice, accepted=False)
    assert counts_of(cast.alice) == (0, 1)
    reserve(alice, deal, cast.aldgate, 10)
    lapsed = reserve(alice, deal, cast.aldgate, 20)
    assert counts_of(cast.alice) == (2, 3)
    owner.execute("update reservations set expires_at = now() - interval '1 second' where id = %s", [lapsed])
    assert counts_of(cast.alice) == (1, 2)
    asked = committed(owner, alice, deal, cast.aldgate, 30)
    assert counts_of(cast.alice) == (1, 2)
    decide(sam, asked.approval, "revise", "Another plan, please.")
    assert counts_of(cast.alice) == (1, 3)
    owner.execute("update deal_commitments set decide_by = now() - interval '1 second' where id = %s", [asked.id])
    assert counts_of(cast.alice) == (1, 2)


def test_a_colleague_who_may_not_act_counts_the_hold_and_has_nothing_to_do(owner, cast, deal, app_connection):
    reserve(app_connection(cast.alice), deal, cast.aldgate, 10)
    assert counts_of(cast.bob) == (1, 0)
    assert counts_of(cast.alice) == (1, 1)
    assert counts_of(cast.mallory) == (0, 0)
