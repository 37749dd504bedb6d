"""fn_propose_rule and fn_agree_to_rule: what holds administrators back takes two of them to change, whoever calls."""

import uuid
from datetime import timedelta
from decimal import Decimal as D

import psycopg
import pytest

from tests import factories
from tests.sql.commitments import committed, decide, one
from tests.sql.holds import refusal, state
from tests.sql.test_approval_parties import makes

BOUNDS = [1_000_000, 100_000, 50_000, 1_000_000, 250_000]


def propose(connection, ops_limit=10**7, relaxes=(), reason="We are two", days=30, currency="*", bounds=BOUNDS):
    return connection.execute(
        "select public.fn_propose_rule(%s, %s, %s, %s, %s, %s, %s, %s::text[], %s, %s)",
        [currency, *bounds, ops_limit, list(relaxes), reason, days],
    ).fetchone()[0]


def agree(connection, rule):
    return connection.execute("select public.fn_agree_to_rule(%s)", [rule]).fetchone()[0]


def limit(owner, currency="USD"):
    return factories.value(owner, "select (app.approval_rule(%s)).ops_limit", currency)


def everything(owner):
    return state(owner) + owner.execute("select * from approval_rules order by id").fetchall()


@pytest.fixture
def admins(owner, cast, app_connection):
    return app_connection(cast.ada), app_connection(cast.abe)


def test_a_rule_counts_once_another_administrator_agrees(owner, cast, admins):
    ada, abe = admins
    rule = propose(ada, currency="USD", days=None)
    assert limit(owner) == D("50000")
    before = everything(owner)
    assert refusal(agree, ada, rule) == ("42501", "own_request")
    assert everything(owner) == before
    agreed = agree(abe, rule)
    assert (limit(owner), limit(owner, "EUR")) == (D("10000000"), D("50000"))
    kept = one(owner, "select * from approval_rules where id = %s", rule)
    assert (kept.proposed_by, kept.agreed_by, kept.in_force_from) == (cast.ada.id, cast.abe.id, agreed)
    assert (kept.reason, kept.lasts_until) == ("We are two", None)
    log = "select action, actor_user_id from audit_log where entity_id = %s order by action"
    assert owner.execute(log, [rule]).fetchall() == [
        ("approval_rules.insert", cast.ada.id),
        ("approval_rules.update", cast.abe.id),
    ]
    before = everything(owner)
    assert refusal(agree, abe, rule) == ("DL006", "agreed")
    assert everything(owner) == before


def test_a_proposal_waits_for_whoever_can_agree(cast, admins, app_connection):
    ada, abe = admins
    rule = propose(ada, currency="USD", days=None)
    waiting = {name: app_connection(getattr(cast, name)) for name in ("ada", "abe", "sam", "alice")}
    asked = {
        name: connection.execute("select app.rules_to_agree_to()").fetchall() for name, connection in waiting.items()
    }
    assert asked == {"ada": [], "abe": [(rule,)], "sam": [], "alice": []}
    agree(abe, rule)
    assert waiting["abe"].execute("select app.rules_to_agree_to()").fetchall() == []


def test_nobody_else_proposes_or_agrees(owner, cast, admins, app_connection):
    rule = propose(admins[0])
    before = everything(owner)
    for who in (cast.sam, cast.rita, cast.alice, factories.value(owner, "select app.system_profile()"), None):
        connection = app_connection(who)
        assert refusal(propose, connection)[0] == "42501"
        assert refusal(agree, connection, rule) == ("42501", "")
    assert refusal(agree, admins[1], uuid.uuid4()) == ("42501", "")
    assert everything(owner) == before


@pytest.mark.parametrize(
    "statement",
    [
        "update approval_rules set ops_limit = 10000000",
        "update approval_rules set in_force_from = now()",
        "insert into approval_rules (currency, critical_above, high_above, normal_above, two_approvers_above,"
        " two_approvers_first_above, ops_limit) values ('USD', 1, 1, 1, 1, 1, 10000000)",
        "delete from approval_rules",
    ],
)
def test_no_administrator_writes_a_rule_in_psql(owner, cast, admins, statement):
    propose(admins[0])
    before = everything(owner)
    for connection in admins:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)
    assert everything(owner) == before


def test_an_administrator_who_was_let_go_agrees_to_nothing(owner, cast, admins):
    ada, abe = admins
    rule = propose(ada)
    owner.execute("update profiles set is_active = false where id = %s", [cast.abe.id])
    before = everything(owner)
    assert refusal(agree, abe, rule) == ("42501", "")
    assert everything(owner) == before


def test_the_only_administrator_sets_a_rule_alone_and_it_says_so(owner, cast, admins):
    owner.execute("update profiles set is_active = false where id = %s", [cast.abe.id])
    kept = one(owner, "select * from approval_rules where id = %s", propose(admins[0]))
    assert (kept.in_force_from, kept.agreed_by, kept.proposed_by) == (kept.proposed_at, None, cast.ada.id)
    assert limit(owner) == D("10000000")


@pytest.mark.parametrize("ending", ["is_active = false", "role = 'staff_ops'"])
def test_nobody_becomes_the_only_administrator_by_ending_the_others(owner, cast, admins, ending):
    ada, abe = admins
    ada.execute(f"update profiles set {ending} where id = %s", [cast.abe.id])
    rule = propose(ada, days=None)
    assert limit(owner) == D("50000")
    assert refusal(agree, ada, rule) == ("42501", "own_request")
    assert refusal(ada.execute, "update profiles set admin_until = null")[0] == "42501"
    ada.execute("update profiles set title = 'Partner' where id = %s", [cast.abe.id])
    owner.execute("update profiles set admin_until = admin_until - interval '90 days' where id = %s", [cast.abe.id])
    propose(ada)
    assert limit(owner) == D("10000000")


def test_nor_agrees_with_an_account_that_they_made(owner, cast, admins, app_connection):
    ada, abe = admins
    second = app_connection(makes(ada, "staff_admin"))
    for proposer, agreeing in ((ada, second), (second, ada)):
        rule = propose(proposer)
        before = everything(owner)
        assert refusal(agree, agreeing, rule) == ("42501", "not_independent")
        assert everything(owner) == before
        agree(abe, rule)


def test_a_proposal_that_another_rule_overtook_is_over(owner, cast, admins):
    """It carries the limits of then: to agree to it now would take the later rule back."""
    ada, abe = admins
    first = propose(ada, ops_limit=50_000)
    agree(abe, propose(ada, ops_limit=5_000))
    other = propose(ada, currency="CHF")
    before = everything(owner)
    assert refusal(agree, abe, first) == ("DL006", "overtaken")
    assert everything(owner) == before
    agree(abe, other)


def test_bands_stand_in_their_order(owner, admins):
    before = everything(owner)
    assert refusal(propose, admins[0], bounds=[1, 100, 1_000, 10, 10]) == ("22023", "rule")
    assert everything(owner) == before


def test_a_rule_lasts_until_its_end_and_the_one_before_applies_again(owner, cast, admins):
    rule = propose(admins[0], days=90)
    agree(admins[1], rule)
    kept = one(owner, "select * from approval_rules where id = %s", rule)
    assert kept.lasts_until - kept.proposed_at == timedelta(days=90)
    owner.execute("update approval_rules set lasts_until = now() where id = %s", [rule])
    assert limit(owner) == D("50000")


@pytest.mark.parametrize("late", ["proposed_at = now() - interval '336 hours'", "lasts_until = now()"])
def test_nobody_agrees_to_what_is_over(owner, cast, admins, late):
    rule = propose(admins[0])
    owner.execute(f"update approval_rules set {late} where id = %s", [rule])
    before = everything(owner)
    assert refusal(agree, admins[1], rule) == ("DL006", "over")
    assert everything(owner) == before


@pytest.mark.parametrize(
    ("rule", "word"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": None}, "reason"),
        ({"days": 0}, "days"),
        ({"days": 91}, "days"),
        ({"relaxes": ["had_link"], "days": None}, "days"),
        ({"relaxes": ["own_request"]}, "rule"),
        ({"relaxes": ["own_investor"]}, "rule"),
        ({"relaxes": ["had_link", None]}, "rule"),
        ({"currency": "usd"}, "rule"),
        ({"currency": None}, "rule"),
        ({"ops_limit": -1}, "rule"),
        ({"ops_limit": None}, "rule"),
        ({"ops_limit": D("NaN")}, "rule"),
        ({"ops_limit": D("1e15")}, "rule"),
    ],
)
def test_what_no_rule_can_be(owner, cast, admins, rule, word):
    before = everything(owner)
    assert refusal(propose, admins[0], **rule) == ("22023", word)
    assert everything(owner) == before


def test_what_is_relaxed_is_passed_over_while_it_lasts(owner, cast, deal, admins, app_connection):
    it = committed(owner, app_connection(cast.alice), deal, cast.aldgate, 100)
    owner.execute("update investors set created_by = %s, created_at = now()", [cast.sam.id])
    sam = app_connection(cast.sam)
    why = "select app.why_not_decide(%s)"
    rule = propose(admins[0], relaxes=["made_investor"], days=1)
    assert factories.value(sam, why, it.approval) == "made_investor"
    agree(admins[1], rule)
    assert factories.value(sam, why, it.approval) is None
    owner.execute("update approval_rules set lasts_until = now() where id = %s", [rule])
    before = everything(owner)
    assert refusal(decide, sam, it.approval) == ("42501", "made_investor")
    assert everything(owner) == before


def test_only_what_is_relaxed(owner, cast, deal, admins, app_connection):
    sam = app_connection(cast.sam)
    it = committed(owner, app_connection(cast.alice), deal, cast.aldgate, 100)
    own = committed(owner, sam, deal, cast.morland, 100)
    agree(admins[1], propose(admins[0], relaxes=["decided_kyc", "had_link", "changed_plan", "changed_override"]))
    owner.execute("update investors set created_by = %s, created_at = now()", [cast.sam.id])
    before = everything(owner)
    assert refusal(decide, sam, it.approval) == ("42501", "made_investor")
    assert refusal(decide, sam, own.approval) == ("42501", "own_request")
    assert everything(owner) == before


def test_who_set_the_price_decides_where_that_is_relaxed(owner, cast, deal, admins, app_connection):
    factories.act_as(owner, cast.sam.id)
    owner.execute("update deals set offer_unit_price = 1 where id = %s", [deal.id])
    factories.act_as(owner, None)
    it = committed(owner, app_connection(cast.alice), deal, cast.aldgate, 100, "1")
    sam = app_connection(cast.sam)
    assert refusal(decide, sam, it.approval) == ("42501", "changed_price")
    agree(admins[1], propose(admins[0], relaxes=["changed_price"]))
    assert decide(sam, it.approval) == "approved"
