"""clock_ahead, confirm_clock, tell_of_clock: whether the database's clock can be believed."""

import pytest

from tests import factories
from tests.sql.commitments import everything
from tests.sql.holds import refusal

HOUR = 3600.0


@pytest.fixture
def system(owner, app_connection):
    return app_connection(factories.value(owner, "select app.system_profile()"))


@pytest.fixture
def now(owner) -> float:
    return float(factories.value(owner, "select extract(epoch from clock_timestamp())"))


def ahead(connection, wall, boot="", ticks=0.0) -> int:
    return round(factories.value(connection, "select app.clock_ahead(%s, %s, %s)", wall, boot, ticks))


def jump(owner, seconds) -> None:
    """As if the database's clock had jumped: the moment both agreed lies further back by it."""
    owner.execute("update job_clock set seconds = seconds - %s", [seconds])


def clock(owner) -> tuple:
    return owner.execute("select round(ahead), held_since is not null, seconds is not null from job_clock").fetchone()


@pytest.mark.parametrize("who", ["alice", "larry", None])
def test_only_staff_and_jobs_compare_and_confirm(owner, cast, app_connection, who):
    before = everything(owner)
    asked = app_connection(who and getattr(cast, who))
    assert refusal(asked.execute, "select app.clock_ahead(0, '', 0)")[0] == "42501"
    assert refusal(asked.execute, "select app.confirm_clock()")[0] == "42501"
    assert everything(owner) == before and clock(owner) == (0, False, False)


def test_the_system_confirms_nothing(owner, system, now):
    assert ahead(system, now) == 0
    assert refusal(system.execute, "select app.confirm_clock()")[0] == "42501"
    assert clock(owner) == (0, False, True)


def test_a_jump_is_seen_and_held_until_the_clock_is_right_again(owner, system, now):
    assert ahead(system, now) == 0
    jump(owner, 3 * HOUR)
    assert ahead(system, now) == 10800
    assert clock(owner) == (10800, True, True)
    assert ahead(system, now) == 10800  # it does not become right by being looked at
    jump(owner, -3 * HOUR)
    assert ahead(system, now) == 0 and clock(owner) == (0, False, True)


@pytest.mark.parametrize(("passed", "step", "seen"), [(0, 59, 0), (0, 62, 62), (86400, 140, 0), (86400, 150, 150)])
def test_a_minute_and_a_thousandth_are_let_pass(owner, system, now, passed, step, seen):
    assert ahead(system, now - passed) == 0  # by the worker's clock it is now so much later
    owner.execute("update job_clock set seconds = seconds - %s", [passed])
    jump(owner, step)
    assert ahead(system, now) == seen


def test_the_machines_own_count_goes_before_a_wall_clock_that_jumped_along(owner, system, now):
    assert ahead(system, now, "boot-1", 100.0) == 0
    jump(owner, HOUR)
    assert ahead(system, now + HOUR, "boot-1", 100.0) == 3600
    assert ahead(system, now + HOUR, "boot-2", 5.0) == 0  # after a new start there is only the wall clock


def test_small_steps_add_up(owner, system, now):
    assert ahead(system, now) == 0
    for _ in range(3):
        jump(owner, 25)
        seen = ahead(system, now)
    assert seen == 75


def test_a_clock_that_is_behind_holds_nothing_and_is_noted(owner, system, now):
    assert ahead(system, now) == 0
    jump(owner, -HOUR)
    assert ahead(system, now) == 0
    assert clock(owner) == (-3600, False, True)
    jump(owner, HOUR)
    assert ahead(system, now) == 0 and clock(owner) == (0, False, True)


def test_staff_are_told_once_of_each_jump(owner, cast, system, now):
    assert ahead(system, now) == 0
    jump(owner, HOUR)
    for _ in range(2):
        ahead(system, now)
    told = "select count(*), count(distinct user_id), count(distinct entity_id) from notices where kind = 'clock.ahead'"
    assert owner.execute(told).fetchone() == (4, 4, 1)  # Rita, Sam, Ada, Abe
    jump(owner, -HOUR)
    ahead(system, now)
    jump(owner, HOUR)
    ahead(system, now)
    assert owner.execute(told).fetchone() == (8, 4, 2)


def test_staff_confirm_and_the_log_says_who(owner, cast, system, now, app_connection):
    assert ahead(system, now) == 0
    jump(owner, HOUR)
    assert ahead(system, now) == 3600
    app_connection(cast.sam).execute("select app.confirm_clock()")
    assert clock(owner) == (0, False, False)
    assert ahead(system, now) == 0 and clock(owner) == (0, False, True)
    logged = "select actor_user_id, before from audit_log where action = 'job_clock.confirmed'"
    assert owner.execute(logged).fetchall() == [(cast.sam.id, {"seconds_ahead": 3600})]
