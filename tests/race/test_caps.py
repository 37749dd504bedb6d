"""Caps of one investor on a deal under many requests at once, each with a control without the lock on the pair."""

import pytest

from tests import factories
from tests.race.crowd import at_once, in_between, tally
from tests.race.mutated import mutated
from tests.sql.holds import broken_rules, reserve

LOCK = "ORDER BY m.user_id FOR NO KEY UPDATE"


def eight(cast, deal, app_connection, units=1, each=4):
    tabs = [app_connection(cast.alice) for _ in range(8)]
    return tally(at_once(tabs, lambda connection, i: reserve(connection, deal, cast.aldgate, units), each=each))


def test_eight_clients_get_three_holds_together(owner, cast, deal, app_connection):
    owner.execute("update deals set max_holds = 3")
    assert eight(cast, deal, app_connection) == {"served": 3, "22023": 29}
    assert broken_rules(owner) == []


def test_eight_clients_get_one_largest_ticket_together(owner, cast, deal, app_connection):
    owner.execute("""update deals set terms_schema = '{"max_ticket": "2850.00"}'""")
    assert eight(cast, deal, app_connection, units=20) == {"served": 5, "22023": 27}
    assert factories.value(owner, "select sum(requested_units) from reservations") == 100
    assert broken_rules(owner) == []


@pytest.mark.parametrize("lock", [True, False], ids=["true", "control"])
def test_the_second_request_waits_for_the_first(owner, superuser, cast, deal, app_connection, lock):
    owner.execute("update deals set max_holds = 1")
    first, second = app_connection(cast.alice), app_connection(cast.alice)
    buy = lambda connection: reserve(connection, deal, cast.aldgate, 1)  # noqa: E731
    if lock:
        assert in_between(superuser, first, buy, second, buy) == "22023"
        assert factories.value(owner, "select count(*) from reservations") == 1
        return
    with mutated(owner, "inventory/reserve_checks", LOCK, "ORDER BY m.user_id"):
        in_between(superuser, first, buy, second, buy)
    assert factories.value(owner, "select count(*) from reservations") == 2


def test_another_investor_does_not_wait(owner, cast, deal, app_connection):
    owner.execute("update deals set max_holds = 1")
    alice, mallory = app_connection(cast.alice), app_connection(cast.mallory)
    mallory.execute("set lock_timeout = '200ms'")
    alice.execute("begin")
    reserve(alice, deal, cast.aldgate, 1)
    assert reserve(mallory, deal, cast.morland, 1)
    alice.execute("commit")
