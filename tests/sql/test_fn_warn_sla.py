"""fn_warn_sla: one warning per decision, at three quarters of its time."""

import pytest

from tests import factories
from tests.sql.commitments import committed, decide, everything, one
from tests.sql.holds import refusal


@pytest.fixture
def system(owner, app_connection):
    return app_connection(factories.value(owner, "select app.system_profile()"))


@pytest.fixture
def it(owner, cast, deal, app_connection):
    return committed(owner, app_connection(cast.alice), deal, cast.aldgate, 6_000)


@pytest.mark.parametrize("who", ["alice", "larry", None])
def test_only_staff_and_jobs_run_it(owner, cast, deal, app_connection, who):
    before = everything(owner)
    asked = app_connection(who and getattr(cast, who))
    assert refusal(asked.execute, "select public.fn_warn_sla()")[0] == "42501"
    assert everything(owner) == before


@pytest.mark.parametrize("used, warned", [("53 hours 59 minutes", 0), ("54 hours", 1), ("100 hours", 1)])
def test_warns_at_three_quarters_of_the_time(owner, it, system, used, warned):
    """A commitment of 171,000.00 has 4 hours; this one is given 72."""
    owner.execute(
        "update approvals set sla_started_at = clock_timestamp() - %s::interval,"
        " sla_breach_at = clock_timestamp() - %s::interval + interval '72 hours'",
        [used, used],
    )
    assert factories.value(system, "select public.fn_warn_sla()") == warned
    assert factories.value(owner, "select count(*) from tasks") == warned
    before = everything(owner)
    assert factories.value(system, "select public.fn_warn_sla()") == 0
    assert everything(owner) == before


def test_a_warning_is_a_task_that_the_decision_finishes(owner, cast, it, system, app_connection):
    owner.execute(
        "update approvals set sla_started_at = clock_timestamp() - interval '9 days', sla_breach_at = clock_timestamp()"
    )
    factories.value(system, "select public.fn_warn_sla()")
    task = one(owner, "select * from tasks")
    assert (task.kind, task.status, task.related_entity_id) == ("sla_warning", "open", it.approval)
    assert decide(app_connection(cast.ada), it.approval) == "approved"  # a breach never stops a decision
    assert factories.value(owner, "select status from tasks") == "done"
