"""Nobody writes from an old snapshot: who waited for a lock would count what was there before it."""

import pytest

from tests.sql.commitments import committed, decide, everything
from tests.sql.holds import broken_rules, refusal, reserve

pytestmark = pytest.mark.django_db

LEVELS = ["repeatable read", "serializable"]


def within(connection, level, call, *args):
    with connection.transaction():
        connection.execute(f"set transaction isolation level {level}")
        return call(connection, *args)


@pytest.mark.parametrize("level", LEVELS)
def test_no_hold_and_no_decision_at_another_level(owner, cast, deal, app_connection, level):
    alice, sam = app_connection(cast.alice), app_connection(cast.sam)
    asked = committed(owner, alice, deal, cast.aldgate, 100)
    before = everything(owner)
    assert refusal(within, alice, level, reserve, deal, cast.aldgate, 10)[0] == "25000"
    assert refusal(within, sam, level, decide, asked.approval)[0] == "25000"
    assert everything(owner) == before
    within(alice, "read committed", reserve, deal, cast.aldgate, 10)
    within(sam, "read committed", decide, asked.approval)
    assert broken_rules(owner) == []


@pytest.mark.parametrize("level", LEVELS)
def test_no_row_of_a_table_either(owner, cast, deal, app_connection, level):
    sam = app_connection(cast.sam)
    change = "update deals set summary = 'Another' where id = %s"
    assert refusal(within, sam, level, lambda c: c.execute(change, [deal.id]))[0] == "25000"
    assert owner.execute("select count(*) from deals where summary = 'Another'").fetchone()[0] == 0
    assert within(sam, "read committed", lambda c: c.execute(change, [deal.id])).rowcount == 1
