"""What the application throws away, it does by functions: unlink_person, remove_member, remove_fee_component, and
sign_in_attempts (attempts_forget, attempts_clear)."""

import psycopg
import pytest

from tests.factories import add_commitment, add_fee_plan, insert, value
from tests.sql.holds import set_status

REMOVALS = {
    "unlink_person": ("investor_users", lambda cast, deal: (cast.aldgate, cast.bob.id)),
    "remove_member": ("deal_memberships", lambda cast, deal: (deal.id, cast.larry.id)),
    "remove_fee_component": ("fee_components", lambda cast, deal: (deal.fee_plan_id, deal.component)),
}


@pytest.fixture
def keys(owner, cast, deal):
    deal.component = value(owner, "select id from fee_components where fee_plan_id = %s", deal.fee_plan_id)
    return {name: of(cast, deal) for name, (_, of) in REMOVALS.items()}


def counts(owner) -> dict[str, int]:
    return {name: value(owner, f"select count(*) from {table}") for name, (table, _) in REMOVALS.items()}


@pytest.mark.parametrize("name", REMOVALS)
@pytest.mark.parametrize("who", ["alice", "larry", "mallory", None])
def test_only_staff_remove(owner, cast, app_connection, keys, name, who):
    before = counts(owner)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app_connection(who and getattr(cast, who)).execute(f"select app.{name}(%s, %s)", keys[name])
    assert counts(owner) == before


@pytest.mark.parametrize("name", REMOVALS)
def test_staff_remove_one_row_once_and_leave_a_trace(owner, superuser, cast, app_connection, keys, name):
    set_status(superuser, "draft")  # what buyers pay on an open deal stays
    sam, before = app_connection(cast.sam), counts(owner)
    first, second = keys[name]
    assert value(sam, f"select app.{name}(%s, %s)", second, first) is False
    assert counts(owner) == before
    assert value(sam, f"select app.{name}(%s, %s)", first, second) is True
    assert counts(owner) == before | {name: before[name] - 1}
    assert value(sam, f"select app.{name}(%s, %s)", first, second) is False
    trace = "select action, actor_user_id from audit_log order by id desc limit 1"
    assert owner.execute(trace).fetchone() == (f"{REMOVALS[name][0]}.delete", cast.sam.id)


def test_a_fee_that_was_agreed_to_stays(owner, cast, deal, app_connection, keys):
    add_commitment(owner, deal.id, cast.aldgate, selected_fee_plan_id=deal.fee_plan_id)
    add_fee_plan(owner, deal.id, "Free", is_default=False)
    before = counts(owner)
    with pytest.raises(psycopg.errors.InvalidParameterValue) as refused:
        app_connection(cast.ada).execute("select app.remove_fee_component(%s, %s)", keys["remove_fee_component"])
    assert refused.value.diag.message_detail == "fee_plan_in_use"
    assert counts(owner) == before


def test_failed_sign_ins_are_forgotten(owner, app_connection):
    tried = {"user_agent": "", "http_accept": "", "path_info": "/", "get_data": "", "post_data": ""}
    for minute, (username, address) in enumerate([("a", "1.1.1.1"), ("a", "2.2.2.2"), ("b", "1.1.1.1"), ("c", None)]):
        insert(
            owner, "axes_accessattempt", **tried, failures_since_start=1, username=username, ip_address=address,
            attempt_time=f"2027-03-01 09:0{minute}:00+00",
        )  # fmt: skip
    app, left = app_connection(), "select array_agg(username::text order by attempt_time) from axes_accessattempt"
    assert value(app, "select app.attempts_forget('a', '1.1.1.1')") == 1
    assert value(owner, left) == ["a", "b", "c"]
    assert value(app, "select app.attempts_clear('2027-03-01 09:01:00+00')") == 1
    assert value(owner, left) == ["b", "c"]
    assert value(app, "select app.attempts_forget(null, '1.1.1.1')") == 1
    assert value(app, "select app.attempts_forget('nobody', null)") == 0
    assert value(owner, left) == ["c"]
    assert value(app, "select app.attempts_forget(null, null)") == 1
