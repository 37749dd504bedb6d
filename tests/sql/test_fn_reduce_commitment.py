"""fn_reduce_commitment: exactly the difference comes back, and a smaller commitment takes the place."""

import uuid
from decimal import Decimal as D

import pytest

from tests import factories
from tests.sql.commitments import committed, decide, everything, one, open_approval, reduce
from tests.sql.holds import broken_rules, refusal, set_status, split


@pytest.fixture
def it(owner, cast, deal, app_connection):
    """6,000 units (A 5,000, B 1,000), then 1,500 more (B 1,500): 7,500 in all."""
    alice = app_connection(cast.alice)
    first = committed(owner, alice, deal, cast.aldgate, 6_000)
    second = committed(owner, alice, deal, cast.aldgate, 1_500)
    second.first_hold, second.earlier = first.hold, first.id
    return second


def test_part_of_the_newest_hold_comes_back(owner, cast, deal, app_connection, it):
    new = reduce(app_connection(cast.alice), it.id, "6600")
    found = one(owner, "select * from deal_commitments where id = %s", new)
    assert (found.requested_units, found.requested_amount, found.status, found.created_by) == (
        D(6600), D("188100.00"), "submitted", cast.alice.id,
    )  # fmt: skip
    assert split(owner, it.hold) == {D("22.5"): D(600)}
    assert split(owner, it.first_hold) == {D(25): D(5000), D("22.5"): D(1000)}
    assert owner.execute(
        "select unit_cost, units_remaining, status from share_lots order by acquired_at"
    ).fetchall() == [(D(25), 0, "exhausted"), (D("22.5"), D(1400), "available"), (D(26), D(2000), "available")]
    assert broken_rules(owner) == []


def test_the_newest_hold_goes_whole_and_the_next_one_in_part_of_its_newest_lot(owner, cast, deal, app_connection, it):
    new = reduce(app_connection(cast.alice), it.id, "4999")
    assert owner.execute(
        "select id, status, requested_units, commitment_id from reservations order by created_at"
    ).fetchall() == [(it.first_hold, "pending", D(4999), new), (it.hold, "cancelled", D(1500), it.id)]
    assert split(owner, it.first_hold) == {D(25): D(4999)}
    assert owner.execute("select units_remaining, status from share_lots order by acquired_at").fetchall() == [
        (D(1), "available"),
        (D(3000), "available"),
        (D(2000), "available"),
    ]
    assert broken_rules(owner) == []


def test_the_earlier_one_and_its_question_are_replaced_and_a_new_one_is_asked(owner, cast, deal, app_connection, it):
    limit = factories.value(owner, "select decide_by from deal_commitments where id = %s", it.id)
    new = reduce(app_connection(cast.alice), it.id, 100)
    earlier = one(owner, "select status, replaced_by from deal_commitments where id = %s", it.id)
    assert (earlier.status, earlier.replaced_by) == ("cancelled", new)
    assert factories.value(owner, "select status from approvals where id = %s", it.approval) == "replaced"
    ask = one(owner, "select amount, priority, steps_needed, step from approvals where entity_id = %s", new)
    assert (ask.amount, ask.priority, ask.steps_needed, ask.step) == (D("2850.00"), "low", 1, 1)
    assert factories.value(owner, "select decide_by from deal_commitments where id = %s", new) == limit
    assert owner.execute("select version from term_sheets order by version").fetchall() == [(1,), (2,), (3,)]
    assert (
        factories.value(owner, "select terms_data ->> 'wire' from term_sheets order by version desc limit 1")
        == "2992.50"
    )


def test_everyone_who_acts_for_the_investor_and_who_decides_are_told(owner, cast, deal, app_connection, it):
    owner.execute("delete from notices")
    new = reduce(app_connection(cast.alice), it.id, "7000")
    told = owner.execute("select user_id, kind, facts from notices order by kind desc, user_id").fetchall()
    assert {(who, kind) for who, kind, _ in told} == {
        (cast.alice.id, "commitment.replaced"),
        (cast.bob.id, "commitment.replaced"),
        (cast.rita.id, "approval.replaced"),
    }
    for _who, _kind, facts in told:
        assert (facts["units"], facts["earlier_units"], facts["change"], facts["added"]) == (
            "7000", "7500", "500", False,
        )  # fmt: skip
        assert (facts["commitment_id"], facts["amount"]) == (str(new), "199500.00")


def test_it_stands_in_the_audit_log(owner, cast, deal, app_connection, it):
    last = factories.value(owner, "select max(id) from audit_log")
    reduce(app_connection(cast.alice), it.id, "5999")
    assert owner.execute(
        "select action, actor_user_id from audit_log where id > %s and action !~ '(insert|update)$' order by id",
        [last],
    ).fetchall() == [
        (action, cast.alice.id)
        for action in (
            "hold.reduced", "hold.released", "commitment.replaced", "approval.replaced", "term_sheet.drafted",
            "commitment.submitted", "hold.committed", "approval.opened",
        )
    ]  # fmt: skip
    row = one(owner, "select before, after from audit_log where action = 'hold.reduced'")
    a, b = str(deal.lots["A"]), str(deal.lots["B"])
    assert row.before == {"requested_units": "6000.00000000", "lots": {a: 5000, b: 1000}}
    assert row.after == {"requested_units": "5999.00000000", "lots": {a: 5000, b: 999}}


def test_the_same_again_changes_nothing_and_gives_the_same(owner, cast, deal, app_connection, it):
    alice = app_connection(cast.alice)
    new = reduce(alice, it.id, "7000")
    before = everything(owner)
    assert reduce(alice, it.id, "7000") == new
    assert refusal(reduce, alice, it.id, "6999") == ("DL006", "replaced")
    assert everything(owner) == before


def test_adding_is_no_reduction_seen_again(owner, cast, deal, app_connection, it):
    """The earlier one was replaced by 7,500 units: asking to reduce it to them is late, not done already."""
    before = everything(owner)
    assert refusal(reduce, app_connection(cast.alice), it.earlier, "7500") == ("DL006", "replaced")
    assert everything(owner) == before


@pytest.mark.parametrize(
    "units, why",
    [
        ("7500", "not_less"),
        ("8000", "not_less"),
        ("0", ""),
        ("-1", ""),
        ("NaN", ""),
        ("1.123456789", ""),
        ("10", "min_ticket"),
        ("1001", "lot_size"),
    ],
)
def test_units_that_cannot_stay(owner, cast, deal, app_connection, it, units, why):
    owner.execute('update deals set lot_size = 2, terms_schema = \'{"min_ticket": "2850.00", "max_ticket": "1"}\'')
    before = everything(owner)
    assert refusal(reduce, app_connection(cast.alice), it.id, units) == ("22023", why)
    assert everything(owner) == before


def test_staff_reduce_below_the_ticket(owner, cast, deal, app_connection, it):
    owner.execute('update deals set terms_schema = \'{"min_ticket": "2850.00"}\'')
    new = reduce(app_connection(cast.sam), it.id, 10)
    assert factories.value(owner, "select requested_units from deal_commitments where id = %s", new) == D(10)


@pytest.mark.parametrize("who", ["bob", "mallory", "larry", "ingrid", None])
def test_others_cannot(owner, cast, deal, app_connection, it, who):
    before = everything(owner)
    asked = app_connection(who and getattr(cast, who))
    assert refusal(reduce, asked, it.id, 100)[0] == "42501"
    assert refusal(reduce, asked, uuid.uuid4(), 100)[0] == "42501"
    assert everything(owner) == before


def test_what_is_decided_or_past_its_limit_stays(owner, cast, deal, app_connection, it):
    owner.execute("update deal_commitments set status = 'approved' where id = %s", [it.id])
    before = everything(owner)
    assert refusal(reduce, app_connection(cast.alice), it.id, 100) == ("DL006", "approved")
    assert everything(owner) == before
    owner.execute(
        "update deal_commitments set status = 'submitted', decide_by = clock_timestamp() - interval '1 second'"
        " where id = %s",
        [it.id],
    )
    before = everything(owner)
    assert refusal(reduce, app_connection(cast.alice), it.id, 100) == ("DL006", "submitted")
    assert everything(owner) == before


@pytest.mark.parametrize("status, served", [("open", True), ("allocation_pending", True), ("closed", False)])
def test_while_it_can_still_be_decided(owner, superuser, cast, deal, app_connection, it, status, served):
    """Giving units back needs no deal that sells, and no valid KYC."""
    owner.execute("update deals set close_at = clock_timestamp() - interval '1 day'")
    owner.execute("update investors set kyc_status = 'rejected'")
    set_status(superuser, status)
    before = everything(owner)
    if served:
        assert reduce(app_connection(cast.alice), it.id, 100)
    else:
        assert refusal(reduce, app_connection(cast.alice), it.id, 100) == ("DL003", status)
        assert everything(owner) == before


def test_what_is_reduced_is_approved_as_it_is_then(owner, cast, deal, app_connection, it):
    new = reduce(app_connection(cast.alice), it.id, "6600")
    assert decide(app_connection(cast.ada), open_approval(owner, new)) in ("approved", "second_approval")


def test_a_blocked_lot_gets_its_units_back_and_stays_blocked(owner, cast, deal, app_connection, it):
    owner.execute("update share_lots set status = 'held' where id = %s", [deal.lots["B"]])
    reduce(app_connection(cast.alice), it.id, 6_000)
    lot = one(owner, "select units_remaining, status from share_lots where id = %s", deal.lots["B"])
    assert (lot.units_remaining, lot.status) == (D(2000), "held")
    assert broken_rules(owner) == []
