"""open_tasks_of_approvals, end_tasks_of_approvals: a warned decision is one task, until it is decided or withdrawn."""

import pytest

from tests import factories
from tests.sql.commitments import committed, decide, withdraw


@pytest.fixture
def warned(owner, cast, deal, app_connection):
    it = committed(owner, app_connection(cast.alice), deal, cast.aldgate, 100)
    other = committed(owner, app_connection(cast.mallory), deal, cast.morland, 100)
    owner.execute("update approvals set sla_warned_at = now() where id = any(%s)", [[it.approval, other.approval]])
    it.other = other
    return it


def tasks(owner):
    return owner.execute(
        "select related_entity_id, kind, status, done_at is null from tasks order by status"
    ).fetchall()


def test_one_task_for_each_warning(owner, warned):
    owner.execute("update approvals set sla_warned_at = now()")
    assert sorted(tasks(owner)) == sorted(
        (approval, "sla_warning", "open", True) for approval in (warned.approval, warned.other.approval)
    )


@pytest.mark.parametrize("ending", ["approve", "withdraw"])
def test_what_waits_no_more_leaves_no_open_task(owner, cast, warned, app_connection, ending):
    if ending == "approve":
        decide(app_connection(cast.ada), warned.approval)
    else:
        withdraw(app_connection(cast.alice), warned.id)
    assert tasks(owner) == [
        (warned.approval, "sla_warning", "done", False),
        (warned.other.approval, "sla_warning", "open", True),
    ]


def test_a_decision_nobody_was_warned_about_makes_none(owner, cast, deal, app_connection):
    it = committed(owner, app_connection(cast.alice), deal, cast.aldgate, 100)
    decide(app_connection(cast.ada), it.approval)
    assert factories.value(owner, "select count(*) from tasks") == 0
