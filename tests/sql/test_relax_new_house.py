"""relax_new_house: an empty installation begins with one relaxation, which ends, and no other has one."""

from datetime import timedelta

from tests import factories
from tests.sql.commitments import one
from tests.sql.holds import refusal


def relaxed(owner) -> bool:
    return factories.value(owner, "select app.relax_new_house()")


def test_an_empty_installation_is_relaxed_once(owner):
    assert relaxed(owner) and not relaxed(owner)
    rule = one(owner, "select r.* from app.approval_rule('USD') r")
    assert (rule.relaxes, rule.proposed_by, rule.agreed_by) == (["not_independent"], None, None)
    assert rule.lasts_until - rule.in_force_from == timedelta(days=180)
    owner.execute("update approval_rules set lasts_until = now() where relaxes <> '{}'")
    assert one(owner, "select r.* from app.approval_rule('USD') r").relaxes == []


def test_one_with_people_is_not(owner, cast):
    assert not relaxed(owner)


def test_the_application_cannot(cast, app_connection):
    assert refusal(app_connection(cast.ada).execute, "select app.relax_new_house()")[0] == "42501"
