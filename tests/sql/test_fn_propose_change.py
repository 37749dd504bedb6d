"""fn_propose_change and deal_change_decided: what buyers pay on an open deal takes two people, whoever calls."""

import json
from decimal import Decimal as D

import pytest

from tests import factories
from tests.sql.commitments import commit_hold, committed, decide, finalize, one, open_approval
from tests.sql.holds import refusal, reserve, set_status, state


def propose(connection, deal, changes, reason="The market moved", investor_id=None):
    return connection.execute(
        "select public.fn_propose_change(%s, %s::jsonb, %s, %s)", [deal.id, json.dumps(changes), reason, investor_id]
    ).fetchone()[0]


def price_of(owner, deal):
    return factories.value(owner, "select offer_unit_price from deals where id = %s", deal.id)


def everything(owner):
    return state(owner) + [
        owner.execute(f"select * from {table} order by id").fetchall()
        for table in ("deals", "deal_changes", "fee_plans")
    ]


@pytest.fixture
def proposed(owner, cast, deal, app_connection):
    """Sam wants 30.00; the approval's id."""
    return open_approval(owner, propose(app_connection(cast.sam), deal, {"offer_unit_price": "30.00"}))


def test_a_price_changes_with_the_second_persons_approval(owner, cast, deal, proposed, app_connection):
    assert price_of(owner, deal) == D("28.50")
    before = everything(owner)
    assert refusal(decide, app_connection(cast.sam), proposed) == ("42501", "own_request")
    assert everything(owner) == before
    assert decide(app_connection(cast.abe), proposed) == "approved"
    assert price_of(owner, deal) == D("30")
    change = one(owner, "select * from deal_changes")
    assert (change.status, change.before, change.changes) == (
        "applied",
        {"offer_unit_price": "28.5"},
        {"offer_unit_price": "30.00"},
    )
    assert (change.proposed_by, change.decided_by) == (cast.sam.id, cast.abe.id)
    last = "select unit_price, set_by from offer_prices order by id desc limit 1"
    assert owner.execute(last).fetchone() == (D("30"), cast.sam.id)


def test_nobody_changes_the_price_of_an_open_deal_alone(owner, superuser, cast, deal, app_connection):
    ada, change = app_connection(cast.ada), "update deals set offer_unit_price = 0.01"
    for status in ("open", "allocation_pending"):
        set_status(superuser, status)
        before = everything(owner)
        assert refusal(ada.execute, change) == ("42501", "deal_change")
        assert everything(owner) == before
    set_status(superuser, "draft")
    ada.execute(change)
    assert price_of(owner, deal) == D("0.01")


def test_holds_and_commitments_keep_their_price(owner, cast, deal, proposed, app_connection):
    alice, ada = app_connection(cast.alice), app_connection(cast.ada)
    it = committed(owner, alice, deal, cast.aldgate, 100)
    hold = reserve(alice, deal, cast.aldgate, 10)
    decide(ada, proposed)
    decide(ada, it.approval)
    finalize(ada, it.hold)
    assert factories.value(owner, "select unit_price from allocations") == D("28.50")
    asked = open_approval(owner, commit_hold(alice, hold))
    assert one(owner, "select unit_price from deal_commitments where status = 'submitted'").unit_price == D("28.50")
    assert decide(app_connection(cast.abe), asked) == "approved"


def test_who_proposed_the_price_does_not_approve_what_is_bought_at_it(owner, cast, deal, proposed, app_connection):
    decide(app_connection(cast.abe), proposed)
    it = committed(owner, app_connection(cast.alice), deal, cast.aldgate, 10, "30")
    assert refusal(decide, app_connection(cast.sam), it.approval) == ("42501", "changed_price")
    assert decide(app_connection(cast.abe), it.approval) == "approved"


def test_rejecting_leaves_everything_as_it_was(owner, cast, deal, proposed, app_connection):
    assert decide(app_connection(cast.abe), proposed, "reject", "Too early") == "rejected"
    assert price_of(owner, deal) == D("28.50")
    assert factories.value(owner, "select status from deal_changes") == "rejected"


def test_a_proposal_is_approved_or_rejected(owner, cast, deal, proposed, app_connection):
    assert refusal(decide, app_connection(cast.abe), proposed, "revise", "Why?") == ("22023", "action")


def test_a_newer_proposal_takes_the_place_of_the_former(owner, cast, deal, proposed, app_connection):
    second = open_approval(owner, propose(app_connection(cast.ada), deal, {"offer_unit_price": "31"}))
    assert owner.execute("select status from deal_changes order by proposed_at").fetchall() == [
        ("withdrawn",),
        ("proposed",),
    ]
    assert refusal(decide, app_connection(cast.abe), proposed) == ("DL006", "withdrawn")
    assert decide(app_connection(cast.abe), second) == "approved"
    assert price_of(owner, deal) == D("31")


def test_a_proposal_made_for_another_price_is_not_approved(owner, cast, deal, proposed, app_connection):
    owner.execute("update deals set offer_unit_price = 29")
    before = everything(owner)
    assert refusal(decide, app_connection(cast.abe), proposed) == ("DL005", "changed")
    assert everything(owner) == before


@pytest.mark.parametrize("status", ["closed", "cancelled"])
def test_proposals_end_with_their_deal(owner, cast, deal, proposed, app_connection, status):
    if status == "closed":
        owner.execute("update deals set status = 'allocation_pending'")
    owner.execute("update deals set status = %s", [status])
    assert factories.value(owner, "select status from deal_changes") == "withdrawn"
    assert refusal(decide, app_connection(cast.abe), proposed) == ("DL006", "withdrawn")


@pytest.mark.parametrize(
    "changes, word",
    [
        ({}, "change"),
        ({"offer_unit_price": "0"}, "change"),
        ({"offer_unit_price": "NaN"}, "change"),
        ({"offer_unit_price": None}, "change"),
        ({"offer_unit_price": "1.0000001"}, "change"),
        ({"offer_unit_price": "30", "name": "x"}, "change"),
        ({"status": "closed"}, "change"),
        ({"overrides": {}}, "change"),
        ({"offer_unit_price": "28.500000"}, "same"),
    ],
)
def test_what_cannot_be_proposed(owner, cast, deal, app_connection, changes, word):
    before = everything(owner)
    assert refusal(propose, app_connection(cast.sam), deal, changes) == ("22023", word)
    assert everything(owner) == before


def test_a_reason_is_needed_and_staff_alone_propose(owner, superuser, cast, deal, app_connection):
    before, price = everything(owner), {"offer_unit_price": "30"}
    assert refusal(propose, app_connection(cast.sam), deal, price, " ") == ("22023", "reason")
    for who in (cast.alice, cast.larry, None, "00000000-0000-4000-8000-000000000001"):
        assert refusal(propose, app_connection(who), deal, price)[0] == "42501"
    assert everything(owner) == before
    set_status(superuser, "draft")
    assert refusal(propose, app_connection(cast.sam), deal, price) == ("DL003", "draft")


# --- plans


def version_of(connection, deal, plan_id, rate):
    """A new version of a plan, with one fee."""
    new = connection.execute(
        "insert into fee_plans (deal_id, name, version, supersedes_id) values (%s, 'All-in', 2, %s) returning id",
        [deal.id, plan_id],
    ).fetchone()[0]
    connection.execute(
        "insert into fee_components (fee_plan_id, kind, calc_method, rate_bps)"
        " values (%s, 'subscription', 'percent_of_investment', %s)",
        [new, rate],
    )
    return new


def test_a_plan_in_effect_on_an_open_deal_stays_as_it_is(owner, cast, deal, app_connection):
    ada = app_connection(cast.ada)
    fee = factories.value(owner, "select id from fee_components")
    before = everything(owner) + owner.execute("select * from fee_components").fetchall()
    for statement in (
        "update fee_components set rate_bps = 900",
        f"insert into fee_components (fee_plan_id, kind, flat_amount) values ('{deal.fee_plan_id}', 'flat', 9)",
        f"select app.remove_fee_component('{deal.fee_plan_id}', '{fee}')",
        "update fee_plans set name = 'Another'",
    ):
        assert refusal(ada.execute, statement) == ("22023", "fee_plan_fixed")
    draft = factories.add_deal(owner, "Draft", code="draft", status="draft")
    before = everything(owner) + owner.execute("select * from fee_components").fetchall()
    for statement in (
        "update fee_plans set is_default = false",
        "update fee_plans set effective_from = null",
        f"update fee_plans set deal_id = '{draft}'",
    ):
        assert refusal(ada.execute, statement) == ("42501", "deal_change")
    assert everything(owner) + owner.execute("select * from fee_components").fetchall() == before


def test_a_plan_takes_the_place_of_none_of_another_deal(owner, cast, deal, app_connection):
    """From a draft, where one person makes plans, it would leave the open deal without one, and buyers without fees."""
    ada = app_connection(cast.ada)
    draft = factories.add_deal(owner, "Draft", code="draft", status="draft")
    before = everything(owner)
    make = "insert into fee_plans (deal_id, name, supersedes_id) values (%s, 'None', %s)"
    assert refusal(ada.execute, make, [draft, deal.fee_plan_id]) == ("42501", "deal_change")
    assert everything(owner) == before
    ada.execute(make, [draft, None])
    move = "update fee_plans set supersedes_id = %s where deal_id = %s"
    assert refusal(ada.execute, move, [deal.fee_plan_id, draft]) == ("42501", "deal_change")
    it = committed(owner, app_connection(cast.alice), deal, cast.aldgate, 100)
    plan = factories.value(owner, "select selected_fee_plan_id from deal_commitments where id = %s", it.id)
    assert plan == deal.fee_plan_id


def test_who_wrote_the_version_does_not_decide_it_whoever_proposes(owner, cast, deal, app_connection):
    sam, ada = app_connection(cast.sam), app_connection(cast.ada)
    new = version_of(sam, deal, deal.fee_plan_id, 1)
    approval = open_approval(owner, propose(ada, deal, {"fee_plan_version": str(new)}))
    before = everything(owner)
    assert refusal(decide, sam, approval) == ("42501", "changed_plan")
    assert everything(owner) == before
    assert decide(app_connection(cast.abe), approval) == "approved"
    alice = app_connection(cast.alice)
    bought = open_approval(owner, commit_hold(alice, reserve(alice, deal, cast.aldgate, 10)))
    for connection in (sam, ada):  # nor what is bought under it: both had a hand in it
        assert refusal(decide, connection, bought) == ("42501", "changed_plan")


def test_nor_does_who_changed_it_before_somebody_else(owner, cast, deal, app_connection):
    sam, ada = app_connection(cast.sam), app_connection(cast.ada)
    new = version_of(app_connection(cast.rita), deal, deal.fee_plan_id, 100)
    sam.execute("update fee_components set rate_bps = 1 where fee_plan_id = %s", [new])
    ada.execute("update fee_components set notes = 'As agreed' where fee_plan_id = %s", [new])
    approval = open_approval(owner, propose(ada, deal, {"fee_plan_version": str(new)}))
    assert refusal(decide, sam, approval) == ("42501", "changed_plan")
    sam.execute("update fee_plans set authors = '{}' where id = %s", [new])  # not taken from the caller
    assert refusal(decide, sam, approval) == ("42501", "changed_plan")
    assert decide(app_connection(cast.abe), approval) == "approved"


def test_a_new_version_takes_effect_with_the_second_persons_approval(owner, cast, deal, app_connection):
    sam, alice, abe = app_connection(cast.sam), app_connection(cast.alice), app_connection(cast.abe)
    it = committed(owner, alice, deal, cast.aldgate, 100)
    new = version_of(sam, deal, deal.fee_plan_id, 900)
    assert alice.execute("select id from fee_plans").fetchall() == [(deal.fee_plan_id,)]
    assert refusal(commit_hold, alice, reserve(alice, deal, cast.aldgate, 10), new)[0] == "42501"
    approval = open_approval(owner, propose(sam, deal, {"fee_plan_version": str(new)}))
    assert decide(abe, approval) == "approved"
    plans = "select id, is_default, effective_from is not null, changed_by from fee_plans order by version"
    assert owner.execute(plans).fetchall() == [(deal.fee_plan_id, False, True, None), (new, True, True, cast.sam.id)]
    assert decide(abe, it.approval) == "approved"  # the commitment keeps the version it was made with
    finalize(abe, it.hold)
    mallory = app_connection(cast.mallory)
    old = refusal(commit_hold, mallory, reserve(mallory, deal, cast.morland, 10), deal.fee_plan_id)
    assert old[0] == "42501"
    chosen = commit_hold(mallory, reserve(mallory, deal, cast.morland, 10))
    asked = one(owner, "select selected_fee_plan_id from deal_commitments where id = %s", chosen)
    assert asked.selected_fee_plan_id == new
    assert refusal(decide, sam, open_approval(owner, chosen)) == ("42501", "changed_plan")


def test_a_version_edited_since_it_was_proposed_is_not_put_into_effect(owner, cast, deal, app_connection):
    sam = app_connection(cast.sam)
    new = version_of(sam, deal, deal.fee_plan_id, 900)
    approval = open_approval(owner, propose(sam, deal, {"fee_plan_version": str(new)}))
    sam.execute("update fee_components set rate_bps = 9000 where fee_plan_id = %s", [new])
    assert refusal(decide, app_connection(cast.abe), approval) == ("DL005", "changed")


def test_the_default_plan_changes_in_the_same_way(owner, cast, deal, app_connection):
    other = factories.add_fee_plan(owner, deal.id, "Classic", is_default=False)
    approval = open_approval(owner, propose(app_connection(cast.sam), deal, {"default_fee_plan": str(other)}))
    decide(app_connection(cast.abe), approval)
    assert owner.execute("select id from fee_plans where is_default").fetchall() == [(other,)]


# --- what is negotiated


def test_an_override_lowers_a_fee_for_one_investor(owner, cast, deal, app_connection):
    fee = str(factories.value(owner, "select id from fee_components"))
    alice, sam, abe = app_connection(cast.alice), app_connection(cast.sam), app_connection(cast.abe)
    before = committed(owner, alice, deal, cast.aldgate, 100)
    lower = {"overrides": {fee: {"rate_bps": 100}}}
    approval = open_approval(owner, propose(sam, deal, lower, investor_id=cast.aldgate))
    assert refusal(decide, sam, approval) == ("42501", "own_request")
    assert decide(abe, approval) == "approved"
    assert decide(abe, before.approval) == "approved"  # it keeps what it was made with
    finalize(abe, before.hold)
    it = committed(owner, alice, deal, cast.aldgate, 100)
    sheet = one(owner, "select terms_data from term_sheets order by version desc limit 1").terms_data
    assert sheet["subscription_fee"] == "28.50"
    assert refusal(decide, sam, it.approval) == ("42501", "changed_override")


@pytest.mark.parametrize("own", [{"rate_bps": 501}, {"flat_amount": 1}, {"rate_bps": -1}, {}, {"high_watermark": 1}, 5])
def test_an_override_only_lowers(owner, cast, deal, app_connection, own):
    fee = str(factories.value(owner, "select id from fee_components"))
    before = everything(owner)
    change = {"overrides": {fee: own}}
    assert refusal(propose, app_connection(cast.sam), deal, change, investor_id=cast.aldgate) == ("22023", "overrides")
    assert everything(owner) == before
