"""fn_commit_hold: what a commitment brings with it, every refusal, and that a refusal changes nothing."""

import uuid
from datetime import timedelta
from decimal import Decimal as D

import pytest

from tests import factories
from tests.sql.commitments import commit_hold, committed, decide, everything, offer, one, reduce
from tests.sql.holds import broken_rules, let_lapse, refusal, reserve, state


def test_the_sample_of_the_domain_rules(owner, cast, deal, app_connection):
    """6,000 units at 28.50 with 5 %: 171,000.00 and 8,550.00, so 179,550.00 to wire."""
    alice = app_connection(cast.alice)
    hold = reserve(alice, deal, cast.aldgate, 6_000)
    it = one(owner, "select * from deal_commitments where id = %s", commit_hold(alice, hold))
    assert (it.deal_id, it.investor_id, it.created_by) == (deal.id, cast.aldgate, cast.alice.id)
    assert (it.requested_units, it.unit_price, it.requested_amount) == (D(6000), D("28.5"), D("171000.00"))
    assert (it.status, it.selected_fee_plan_id) == ("submitted", deal.fee_plan_id)
    sheet = one(owner, "select * from term_sheets where id = %s", it.term_sheet_id)
    assert (sheet.version, sheet.supersedes_id, sheet.status, sheet.currency) == (1, None, "draft", "USD")
    assert sheet.valid_until - sheet.created_at == timedelta(days=30)
    terms = sheet.terms_data
    assert (terms["amount"], terms["subscription_fee"], terms["wire"]) == (
        "171000.00",
        "8550.00",
        "179550.00",
    )
    assert [(line["figure"], line["result"]) for line in terms["derivation"]] == [
        ("amount", "171000.00"),
        ("subscription_fee", "8550.00"),
        ("wire", "179550.00"),
    ]
    assert terms["derivation"][1]["inputs"]["rate_bps"] == "500"
    assert broken_rules(owner) == []


def test_wire_is_investment_and_subscription_fee(owner, cast, deal, app_connection):
    """100,000 at 250 basis points: 2,500.00, so 102,500.00 to wire."""
    offer(owner, deal, 100)
    plan = factories.add_fee_plan(owner, deal.id, "2.5 %", rate_bps=250, is_default=False)
    alice = app_connection(cast.alice)
    commitment = commit_hold(alice, reserve(alice, deal, cast.aldgate, 1_000, "100"), plan)
    terms = factories.value(
        owner,
        "select terms_data from term_sheets t join deal_commitments c on c.term_sheet_id = t.id where c.id = %s",
        commitment,
    )
    assert (terms["amount"], terms["subscription_fee"], terms["wire"]) == (
        "100000.00",
        "2500.00",
        "102500.00",
    )


@pytest.mark.parametrize(
    "kind, columns, fee",
    [
        ("flat", {"calc_method": "fixed", "flat_amount": D("750.00")}, "750.00"),
        ("zero", {"calc_method": "percent_of_investment", "rate_bps": 0}, "0.00"),
        ("no method", {"rate_bps": 33}, "47.03"),  # 14,250 × 33 / 10,000 = 47.025, half up
    ],
)
def test_how_the_subscription_fee_is_computed(owner, cast, deal, app_connection, kind, columns, fee):
    owner.execute("delete from fee_components where fee_plan_id = %s", [deal.fee_plan_id])
    factories.insert(owner, "fee_components", fee_plan_id=deal.fee_plan_id, kind="subscription", **columns)
    factories.insert(owner, "fee_components", fee_plan_id=deal.fee_plan_id, kind="management", rate_bps=200)
    alice = app_connection(cast.alice)
    commit_hold(alice, reserve(alice, deal, cast.aldgate, 500))
    assert factories.value(owner, "select terms_data ->> 'subscription_fee' from term_sheets") == fee


def test_a_fee_that_states_nothing_refuses(owner, superuser, cast, deal, app_connection):
    superuser.execute("alter table fee_components disable trigger guard_fee")  # as a bad migration would
    owner.execute("update fee_components set rate_bps = null")
    superuser.execute("alter table fee_components enable trigger guard_fee")
    alice = app_connection(cast.alice)
    hold = reserve(alice, deal, cast.aldgate, 500)
    before = state(owner)
    assert refusal(commit_hold, alice, hold) == ("22023", "fee_plan")
    assert state(owner) == before


def test_what_was_negotiated_is_kept_and_an_explicit_zero_is_zero(owner, cast, deal, app_connection):
    component = factories.value(owner, "select id from fee_components")
    factories.insert(
        owner,
        "investor_terms",
        deal_id=deal.id,
        investor_id=cast.aldgate,
        overrides={str(component): {"rate_bps": 0}},
    )
    alice = app_connection(cast.alice)
    commit_hold(alice, reserve(alice, deal, cast.aldgate, 500))
    assert factories.value(owner, "select terms_data ->> 'subscription_fee' from term_sheets") == "0.00"
    assert owner.execute(
        "select status, overrides is not null, selected_fee_plan_id from investor_terms order by created_at"
    ).fetchall() == [("superseded", True, None), ("active", True, deal.fee_plan_id)]


def test_the_hold_is_pinned_until_the_decision_limit_and_keeps_its_units(owner, cast, deal, app_connection):
    owner.execute("update deals set decision_days = 9")
    alice = app_connection(cast.alice)
    hold = reserve(alice, deal, cast.aldgate, 500)
    commitment = commit_hold(alice, hold)
    it = one(owner, "select * from deal_commitments where id = %s", commitment)
    pinned = one(owner, "select * from reservations where id = %s", hold)
    assert (pinned.status, pinned.commitment_id, pinned.expires_at) == ("pending", commitment, it.decide_by)
    assert it.decide_by - it.created_at == timedelta(days=9)
    assert factories.value(owner, "select units_remaining from share_lots where id = %s", deal.lots["A"]) == 4500


def test_every_step_stands_in_the_audit_log(owner, cast, deal, app_connection):
    alice = app_connection(cast.alice)
    hold = reserve(alice, deal, cast.aldgate, 500)
    commit_hold(alice, hold)
    assert owner.execute(
        "select action, entity, actor_user_id from audit_log"
        " where deal_id = %s and action !~ '(insert|update)$'"
        " order by id",
        [deal.id],
    ).fetchall() == [
        (action, entity, cast.alice.id)
        for action, entity in (
            ("hold.placed", "reservations"),
            ("term_sheet.drafted", "term_sheets"),
            ("commitment.submitted", "deal_commitments"),
            ("hold.committed", "reservations"),
            ("approval.opened", "approvals"),
        )
    ]


@pytest.mark.parametrize(
    "units, priority, people, hours",
    [
        ("50000.00", "low", 1, 72),
        ("50000.01", "normal", 1, 24),
        ("100000.00", "normal", 1, 24),
        ("100000.01", "high", 1, 4),
        ("250000.00", "high", 1, 4),
        ("250000.01", "high", 2, 4),  # the investor has nothing approved yet
        ("1000000.00", "high", 2, 4),
        ("1000000.01", "critical", 2, 2),
    ],
)
def test_urgency_and_people_at_the_exact_bounds(owner, cast, deal, app_connection, units, priority, people, hours):
    """At a price of 1.00 the units are the amount."""
    offer(owner, deal, "1.00", 2_000_000)
    alice = app_connection(cast.alice)
    ask = one(
        owner,
        "select * from approvals where id = %s",
        committed(owner, alice, deal, cast.aldgate, units, "1").approval,
    )
    assert (ask.amount, ask.currency, ask.priority, ask.steps_needed, ask.step) == (
        D(units),
        "USD",
        priority,
        people,
        1,
    )
    assert ask.sla_breach_at - ask.sla_started_at == timedelta(hours=hours)
    assert (ask.entity_type, ask.status, ask.requested_by) == ("deal_commitment", "pending", cast.alice.id)


@pytest.mark.parametrize("units, people", [("250000.01", 1), ("1000000.00", 1), ("1000000.01", 2)])
def test_who_has_something_approved_needs_two_only_above_a_million(owner, cast, deal, app_connection, units, people):
    factories.add_commitment(owner, deal.id, cast.aldgate, status="approved")
    offer(owner, deal, "1.00", 2_000_000)
    it = committed(owner, app_connection(cast.alice), deal, cast.aldgate, units, "1")
    assert factories.value(owner, "select steps_needed from approvals where id = %s", it.approval) == people


def test_urgency_follows_the_offer_price_and_not_the_one_staff_stated(owner, cast, deal, app_connection):
    it = committed(owner, app_connection(cast.sam), deal, cast.aldgate, 5_000, "1.00")
    assert one(owner, "select amount, priority from approvals where id = %s", it.approval).__dict__ == {
        "amount": D("142500.00"),
        "priority": "high",
    }
    assert factories.value(owner, "select requested_amount from deal_commitments") == D("5000.00")


def test_who_may_decide_follows_the_higher_price_that_staff_stated(owner, cast, deal, app_connection):
    """1,000 units are 28,500.00 at the offer, 1,200,000.00 as stated: no limit is passed by stating another price."""
    it = committed(owner, app_connection(cast.sam), deal, cast.aldgate, 1_000, "1200.00")
    assert one(owner, "select amount, priority, steps_needed from approvals where id = %s", it.approval).__dict__ == {
        "amount": D("1200000.00"),
        "priority": "low",
        "steps_needed": 2,
    }


def test_rules_are_per_currency(owner, cast, deal, app_connection):
    factories.insert(
        owner, "approval_rules", currency="USD", critical_above=10, high_above=9, normal_above=8,
        two_approvers_above=10, two_approvers_first_above=9, ops_limit=5,
    )  # fmt: skip
    it = committed(owner, app_connection(cast.alice), deal, cast.aldgate, 1)
    assert one(owner, "select priority, steps_needed from approvals where id = %s", it.approval).__dict__ == {
        "priority": "critical",
        "steps_needed": 2,
    }


def test_committing_another_hold_adds_to_the_commitment_that_waits(owner, cast, deal, app_connection):
    alice = app_connection(cast.alice)
    first = committed(owner, alice, deal, cast.aldgate, 2_000)
    second = committed(owner, alice, deal, cast.aldgate, 1_000)
    assert owner.execute("select id, status, requested_units, requested_amount, replaced_by from deal_commitments"
                         " order by created_at").fetchall() == [
        (first.id, "cancelled", D(2000), D("57000.00"), second.id),
        (second.id, "submitted", D(3000), D("85500.00"), None),
    ]  # fmt: skip
    limit = factories.value(owner, "select decide_by from deal_commitments where id = %s", first.id)
    assert owner.execute(
        "select id, status, requested_units, commitment_id, expires_at from reservations order by created_at"
    ).fetchall() == [
        (first.hold, "pending", D(2000), second.id, limit),
        (second.hold, "pending", D(1000), second.id, limit),
    ]
    assert factories.value(owner, "select decide_by from deal_commitments where id = %s", second.id) == limit
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == D(7000)
    assert broken_rules(owner) == []


def test_terms_and_the_question_are_new_and_by_the_sum(owner, cast, deal, app_connection):
    """57,000.00 is normal and one person's; with 5,000 more units 199,500.00 is high."""
    alice = app_connection(cast.alice)
    first = committed(owner, alice, deal, cast.aldgate, 2_000)
    long_ago = "update approvals set sla_started_at = sla_started_at - interval '9 hours'"
    owner.execute(long_ago)
    second = committed(owner, alice, deal, cast.aldgate, 5_000)
    assert owner.execute(
        "select id, status, amount, priority, steps_needed, decided_by, decided_at is null from approvals"
        " order by created_at"
    ).fetchall() == [
        (first.approval, "replaced", D("57000.00"), "normal", 1, None, False),
        (second.approval, "pending", D("199500.00"), "high", 1, None, True),
    ]
    ask = one(owner, "select created_at - sla_started_at as used, sla_breach_at - sla_started_at as given"
              " from approvals where id = %s", second.approval)  # fmt: skip
    assert (ask.used, ask.given) == (timedelta(0), timedelta(hours=4))
    assert owner.execute(
        "select version, supersedes_id is null, terms_data ->> 'wire' from term_sheets order by version"
    ).fetchall() == [(1, True, "59850.00"), (2, False, "209475.00")]
    assert owner.execute("select status from investor_terms order by created_at").fetchall() == [
        ("superseded",),
        ("active",),
    ]


def test_two_people_are_needed_by_the_sum_and_an_earlier_approval_counts_no_more(owner, cast, deal, app_connection):
    offer(owner, deal, "1.00", 2_000_000)
    alice = app_connection(cast.alice)
    first = committed(owner, alice, deal, cast.aldgate, "250000.01", "1")
    assert decide(app_connection(cast.ada), first.approval) == "second_approval"
    second = committed(owner, alice, deal, cast.aldgate, "1", "1")
    assert owner.execute("select step, steps_needed, status from approvals order by created_at").fetchall() == [
        (1, 2, "approved"),
        (2, 2, "replaced"),
        (1, 2, "pending"),
    ]
    assert decide(app_connection(cast.ada), second.approval) == "second_approval"
    told = owner.execute("select user_id from notices where kind = 'approval.replaced' order by user_id").fetchall()
    assert told == sorted([(cast.ada.id,), (cast.rita.id,)])


def test_what_was_replaced_is_not_decided_any_more(owner, cast, deal, app_connection):
    alice, ada = app_connection(cast.alice), app_connection(cast.ada)
    first = committed(owner, alice, deal, cast.aldgate, 100)
    committed(owner, alice, deal, cast.aldgate, 100)
    before = everything(owner)
    for action in ("approve", "reject", "revise"):
        assert refusal(decide, ada, first.approval, action, "why") == ("DL006", "replaced")
    assert everything(owner) == before


def test_adding_answers_a_question_of_staff_and_whoever_asked_is_told(owner, cast, deal, app_connection):
    alice = app_connection(cast.alice)
    first = committed(owner, alice, deal, cast.aldgate, 100)
    decide(app_connection(cast.sam), first.approval, "revise", "Which account?")
    second = committed(owner, alice, deal, cast.aldgate, 50)
    assert owner.execute("select id, status from deal_commitments order by created_at").fetchall() == [
        (first.id, "cancelled"),
        (second.id, "submitted"),
    ]
    facts = factories.value(
        owner, "select facts from notices where user_id = %s and kind = 'approval.replaced'", cast.sam.id
    )
    assert (facts["earlier_units"], facts["change"], facts["added"], facts["units"], facts["amount"]) == (
        "100", "50", True, "150", "4275.00",
    )  # fmt: skip
    assert facts["approval_id"] == str(second.approval) and "investor_id" not in facts


def test_everyone_who_acts_for_the_investor_is_told_of_the_sum(owner, cast, deal, app_connection):
    alice = app_connection(cast.alice)
    committed(owner, alice, deal, cast.aldgate, 100)
    assert owner.execute("select 1 from notices").fetchall() == []
    second = committed(owner, alice, deal, cast.aldgate, 50)
    told = owner.execute("select user_id, entity_id from notices where kind = 'commitment.replaced'").fetchall()
    assert sorted(told) == sorted([(cast.alice.id, second.id), (cast.bob.id, second.id)])


def test_every_step_of_adding_stands_in_the_audit_log(owner, cast, deal, app_connection):
    alice = app_connection(cast.alice)
    first = committed(owner, alice, deal, cast.aldgate, 100)
    last = factories.value(owner, "select max(id) from audit_log")
    second = committed(owner, alice, deal, cast.aldgate, 50)
    rows = owner.execute(
        "select action, entity_id, before, after from audit_log where id > %s and action !~ '(insert|update)$'"
        " order by id",
        [last],
    ).fetchall()
    assert [row[0] for row in rows] == [
        "hold.placed", "commitment.replaced", "approval.replaced", "term_sheet.drafted", "commitment.submitted",
        "hold.committed", "hold.committed", "approval.opened",
    ]  # fmt: skip
    by_action = {row[:2]: row[2:] for row in rows}
    assert by_action["commitment.replaced", first.id] == (
        {"status": "submitted"},
        {"status": "cancelled", "replaced_by": str(second.id)},
    )
    assert by_action["commitment.submitted", second.id][1]["replaces"] == str(first.id)
    assert by_action["hold.committed", first.hold][0]["commitment_id"] == str(first.id)
    assert by_action["hold.committed", first.hold][1]["commitment_id"] == str(second.id)
    assert by_action["hold.committed", second.hold][0]["commitment_id"] is None


def test_a_hold_at_another_price_is_not_added(owner, cast, deal, app_connection):
    alice = app_connection(cast.alice)
    committed(owner, alice, deal, cast.aldgate, 100)
    hold = reserve(app_connection(cast.sam), deal, cast.aldgate, 50, "28.49")
    before = everything(owner)
    assert refusal(commit_hold, alice, hold) == ("22023", "other_price")
    assert everything(owner) == before


def test_one_past_its_limit_is_not_added_to_and_ends(owner, cast, deal, app_connection):
    """The job did not come by yet: its units are free, and the new commitment is to the new hold alone."""
    alice = app_connection(cast.alice)
    first = committed(owner, alice, deal, cast.aldgate, 100)
    hold = reserve(alice, deal, cast.aldgate, 50)
    owner.execute("update deal_commitments set decide_by = clock_timestamp() - interval '1 second'")
    owner.execute(
        "update reservations set expires_at = clock_timestamp() - interval '1 second' where id = %s", [first.hold]
    )
    second = commit_hold(alice, hold)
    assert owner.execute(
        "select c.id, c.status, c.requested_units, c.replaced_by, r.status, a.status from deal_commitments c"
        " join reservations r on r.commitment_id = c.id join approvals a on a.entity_id = c.id order by c.created_at"
    ).fetchall() == [
        (first.id, "cancelled", D(100), None, "expired", "withdrawn"),
        (second, "submitted", D(50), None, "pending", "pending"),
    ]
    assert owner.execute("select distinct kind from notices").fetchall() == [("commitment.lapsed",)]
    assert broken_rules(owner) == []


def test_the_key_of_what_was_added_to_since_is_still_the_same_commitment(owner, cast, deal, app_connection):
    alice, key = app_connection(cast.alice), uuid.uuid4()
    hold = reserve(alice, deal, cast.aldgate, 500)
    first = commit_hold(alice, hold, None, key)
    committed(owner, alice, deal, cast.aldgate, 50)
    last = committed(owner, alice, deal, cast.aldgate, 5)
    reduce(alice, last.id, 10)
    before = state(owner)
    assert commit_hold(alice, hold, None, key) == first
    assert state(owner) == before


def test_an_approved_commitment_stays_when_another_comes(owner, cast, deal, app_connection):
    alice = app_connection(cast.alice)
    first = committed(owner, alice, deal, cast.aldgate, 100)
    owner.execute("update deal_commitments set status = 'approved'")
    owner.execute("update approvals set status = 'approved', decided_by = %s", [cast.ada.id])
    committed(owner, alice, deal, cast.aldgate, 100)
    assert factories.value(owner, "select status from deal_commitments where id = %s", first.id) == "approved"


def test_another_investors_commitment_stays(owner, cast, deal, app_connection):
    committed(owner, app_connection(cast.alice), deal, cast.aldgate, 100)
    committed(owner, app_connection(cast.mallory), deal, cast.morland, 100)
    assert factories.value(owner, "select count(*) from deal_commitments where status = 'submitted'") == 2


def test_the_same_key_is_the_same_commitment(owner, cast, deal, app_connection):
    alice, key = app_connection(cast.alice), uuid.uuid4()
    hold = reserve(alice, deal, cast.aldgate, 500)
    commitment = commit_hold(alice, hold, None, key)
    before = state(owner)
    assert commit_hold(alice, hold, None, key) == commitment
    assert commit_hold(alice, hold, deal.fee_plan_id, key) == commitment
    assert state(owner) == before


def test_the_same_key_for_something_else_is_refused(owner, cast, deal, app_connection):
    alice, key = app_connection(cast.alice), uuid.uuid4()
    other_plan = factories.add_fee_plan(owner, deal.id, "Other", is_default=False)
    hold, other_hold = reserve(alice, deal, cast.aldgate, 500), reserve(alice, deal, cast.aldgate, 1)
    commit_hold(alice, hold, None, key)
    before = state(owner)
    assert refusal(commit_hold, alice, other_hold, None, key) == ("22023", "request_key")
    assert refusal(commit_hold, alice, hold, other_plan, key) == ("22023", "request_key")
    assert state(owner) == before


def test_a_key_belongs_to_whoever_used_it(owner, cast, deal, app_connection):
    alice, mallory, key = app_connection(cast.alice), app_connection(cast.mallory), uuid.uuid4()
    first = commit_hold(alice, reserve(alice, deal, cast.aldgate, 5), None, key)
    second = commit_hold(mallory, reserve(mallory, deal, cast.morland, 5), None, key)
    assert first != second


@pytest.mark.parametrize("who", ["bob", "mallory", "larry", "ingrid", None])
def test_nobody_else_commits_a_hold(owner, cast, deal, app_connection, who):
    """Bob sees the hold of his investor, but is no member of the deal."""
    hold = reserve(app_connection(cast.alice), deal, cast.aldgate, 500)
    before = state(owner)
    asked = app_connection(who and getattr(cast, who))
    assert refusal(commit_hold, asked, hold)[0] == "42501"
    assert refusal(commit_hold, asked, uuid.uuid4())[0] == "42501"
    assert state(owner) == before


def test_a_stranger_is_refused_without_waiting(cast, deal, app_connection, open_connection):
    hold = reserve(app_connection(cast.alice), deal, cast.aldgate, 500)
    sitting = open_connection("owner", autocommit=False)
    sitting.execute("select 1 from investors where id = %s for update", [cast.aldgate])
    assert refusal(commit_hold, app_connection(cast.mallory), hold)[0] == "42501"
    assert refusal(commit_hold, app_connection(cast.alice), hold)[0] == "DL002"


def test_a_plan_of_another_deal_is_not_there(owner, cast, deal, app_connection):
    other = factories.add_deal(owner, "Harbour Receivables", code="harbour_credit")
    plan = factories.add_fee_plan(owner, other)
    alice = app_connection(cast.alice)
    hold = reserve(alice, deal, cast.aldgate, 500)
    before = state(owner)
    assert refusal(commit_hold, alice, hold, plan)[0] == "42501"
    assert refusal(commit_hold, alice, hold, uuid.uuid4())[0] == "42501"
    assert state(owner) == before


def test_a_lapsed_hold_cannot_be_turned_into_anything(owner, cast, deal, app_connection):
    alice = app_connection(cast.alice)
    hold = reserve(alice, deal, cast.aldgate, 500)
    let_lapse(owner, hold)
    before = state(owner)
    assert refusal(commit_hold, alice, hold) == ("DL006", "pending")
    assert state(owner) == before


def test_a_hold_in_approval_is_not_committed_again(owner, cast, deal, app_connection):
    alice = app_connection(cast.alice)
    hold = committed(owner, alice, deal, cast.aldgate, 500).hold
    before = state(owner)
    assert refusal(commit_hold, alice, hold) == ("DL006", "in_approval")
    assert state(owner) == before


@pytest.mark.parametrize("moves", [["allocation_pending"], ["allocation_pending", "closed"], ["cancelled"]])
def test_investors_commit_on_open_deals_only(owner, cast, deal, app_connection, moves):
    alice = app_connection(cast.alice)
    hold = reserve(alice, deal, cast.aldgate, 500)
    for status in moves:
        owner.execute("update deals set status = %s", [status])
    before = state(owner)
    assert refusal(commit_hold, alice, hold) == ("DL003", moves[-1])
    assert state(owner) == before


def test_past_its_date_a_deal_refuses_investors_and_not_staff(owner, cast, deal, app_connection):
    alice = app_connection(cast.alice)
    hold = reserve(alice, deal, cast.aldgate, 500)
    owner.execute("update deals set close_at = clock_timestamp() - interval '1 second'")
    assert refusal(commit_hold, alice, hold)[0] == "DL003"
    owner.execute("update deals set status = 'allocation_pending'")
    assert commit_hold(app_connection(cast.sam), hold)


@pytest.mark.parametrize("kyc", ["pending", "in_review", "rejected", "expired"])
def test_without_kyc_nothing_is_committed(owner, cast, deal, app_connection, kyc):
    alice = app_connection(cast.alice)
    hold = reserve(alice, deal, cast.aldgate, 500)
    owner.execute("update investors set kyc_status = %s where id = %s", [kyc, cast.aldgate])
    before = state(owner)
    assert refusal(commit_hold, alice, hold)[0] == "DL004"
    assert state(owner) == before


def test_a_deal_without_a_plan_has_no_fee(owner, cast, deal, app_connection):
    owner.execute("update fee_plans set is_default = false")
    alice = app_connection(cast.alice)
    commit_hold(alice, reserve(alice, deal, cast.aldgate, 500))
    terms = factories.value(owner, "select terms_data from term_sheets")
    assert (terms["fee_plan"], terms["subscription_fee"], terms["wire"]) == (None, "0.00", "14250.00")
