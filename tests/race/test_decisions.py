"""One decision, one allocation, one commitment: real overlapping transactions, each with a control.

A control runs the same story on the product's SQL with one lock taken out, and must come out wrong.
"""

import threading
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests import factories
from tests.race.crowd import at_once, in_between, tally, waiting
from tests.race.mutated import mutated
from tests.sql.commitments import (
    approved_by_hand,
    commit_hold,
    commit_units,
    committed,
    decide,
    finalize,
    offer,
    one,
    open_approval,
    reduce,
    withdraw,
)
from tests.sql.holds import broken_rules, let_lapse, reserve


@pytest.fixture
def it(owner, cast, deal, app_connection):
    return committed(owner, app_connection(cast.alice), deal, cast.aldgate, 100)


# --- two deciders


def test_of_many_deciders_at_once_one_wins_and_the_others_are_told(owner, cast, it, app_connection):
    staff = [app_connection(person) for person in (cast.ada, cast.abe, cast.sam, cast.rita) for _ in range(3)]
    actions = ["approve", "reject", "revise"] * 4
    answers = at_once(
        staff, lambda connection, i: decide(connection, it.approval, actions[staff.index(connection)], "why")
    )
    assert tally(answers) == {"DL006": 11, **Counter(a for a in answers if a != "DL006")}
    assert len([a for a in answers if a != "DL006"]) == 1
    assert decided(owner) == 1
    assert factories.value(owner, "select count(*) from notices") == 2  # one for each who acts for the investor


def decided(owner):
    return factories.value(
        owner, "select count(*) from audit_log where action ~ '^approval\\.' and action <> 'approval.opened'"
    )


def both_approve(owner, cast, app_connection, superuser):
    """About a document: nothing else would stop the second, as a commitment's own status does."""
    ask = factories.add_approval(owner, "document", factories.add_document(owner))
    ada, abe = app_connection(cast.ada), app_connection(cast.abe)
    return in_between(superuser, ada, lambda c: decide(c, ask), abe, lambda c: decide(c, ask))


def deciders(owner):
    return owner.execute(
        "select actor_user_id from audit_log where action = 'approval.approved' order by id"
    ).fetchall()


def test_the_second_of_two_waits_and_is_told(owner, superuser, cast, app_connection):
    assert both_approve(owner, cast, app_connection, superuser) == "DL006"
    assert deciders(owner) == [(cast.ada.id,)]
    assert factories.value(owner, "select decided_by from approvals") == cast.ada.id


def test_control_without_the_locks_the_second_overwrites_the_first(owner, superuser, cast, app_connection):
    with mutated(owner, "approvals/fn_decide_approval", " FOR NO KEY UPDATE"):
        assert both_approve(owner, cast, app_connection, superuser) == "approved"
    assert deciders(owner) == [(cast.ada.id,), (cast.abe.id,)]
    assert factories.value(owner, "select decided_by from approvals") == cast.abe.id


def test_two_administrators_race_for_the_second_approval(owner, cast, deal, app_connection):
    offer(owner, deal, "1.00", 5_000_000)
    it = committed(owner, app_connection(cast.alice), deal, cast.aldgate, "300000", "1")
    decide(app_connection(cast.rita), it.approval)
    second = open_approval(owner, it.id)
    answers = at_once([app_connection(p) for p in (cast.ada, cast.abe)], lambda c, i: decide(c, second))
    assert sorted(answers) == ["DL006", "approved"]


def test_approving_against_withdrawing(owner, cast, deal, app_connection):
    """Whoever is first: never an allocation of a withdrawn commitment."""
    for _round in range(8):
        it = committed(owner, app_connection(cast.alice), deal, cast.aldgate, 10)
        alice, ada = app_connection(cast.alice), app_connection(cast.ada)

        def act(connection, i, it=it, alice=alice):
            if connection is alice:
                return withdraw(connection, it.id)
            return decide(connection, it.approval)

        answers = at_once([alice, ada], act)
        status = factories.value(owner, "select status from deal_commitments where id = %s", it.id)
        held = factories.value(owner, "select status from reservations where id = %s", it.hold)
        assert (status, held) in (("approved", "approved"), ("cancelled", "cancelled"))
        assert sorted(map(str, answers)) in (["DL006", "None"], ["DL006", "approved"])
        assert broken_rules(owner) == []


# --- finalising


def test_finalising_many_times_at_once_is_one_allocation(owner, cast, it, app_connection):
    approved_by_hand(owner, it, cast.ada.id)
    staff = [app_connection(person) for person in (cast.ada, cast.abe, cast.sam) for _ in range(4)]
    answers = at_once(staff, lambda connection, i: finalize(connection, it.hold))
    assert len(set(answers)) == 1 and not isinstance(answers[0], str)
    assert factories.value(owner, "select units from positions") == 100
    assert factories.value(owner, "select count(*) from allocations") == 1
    assert broken_rules(owner) == []


def both_finalise(owner, superuser, cast, it, app_connection):
    approved_by_hand(owner, it, cast.ada.id)
    ada, abe = app_connection(cast.ada), app_connection(cast.abe)
    return in_between(superuser, ada, lambda c: finalize(c, it.hold), abe, lambda c: finalize(c, it.hold))


def test_the_second_finaliser_gets_the_same_allocation(owner, superuser, cast, it, app_connection):
    answer = both_finalise(owner, superuser, cast, it, app_connection)
    assert answer == factories.value(owner, "select id from allocations")


def test_control_without_the_lock_the_second_finaliser_collides(owner, superuser, cast, it, app_connection):
    with mutated(owner, "inventory/fn_finalize_allocation", " FOR NO KEY UPDATE"):
        assert both_finalise(owner, superuser, cast, it, app_connection) == "23505"


def test_a_hold_that_is_given_back_meanwhile_is_not_allocated(owner, superuser, cast, deal, app_connection):
    """One that was approved by itself: no commitment keeps it."""
    alice = app_connection(cast.alice)
    hold = reserve(alice, deal, cast.aldgate, 100)
    factories.insert(
        owner, "approvals", entity_type="reservation", entity_id=hold, deal_id=deal.id, investor_id=cast.aldgate,
        status="approved", decided_by=cast.ada.id, decided_at=factories.in_days(0), steps_needed=1,
    )  # fmt: skip
    release = "select public.fn_cancel_reservation(%s)"
    answer = in_between(
        superuser, alice, lambda c: c.execute(release, [hold]), app_connection(cast.ada), lambda c: finalize(c, hold)
    )
    assert answer == "DL006"
    assert factories.value(owner, "select count(*) from allocations") == 0
    assert broken_rules(owner) == []


def test_kyc_that_ends_while_allocating_is_waited_for(owner, superuser, cast, it, app_connection):
    approved_by_hand(owner, it, cast.ada.id)
    reject = "update investors set kyc_status = 'rejected', kyc_reason = 'Sanctions' where id = %s"
    answer = in_between(
        superuser, app_connection(cast.abe), lambda c: c.execute(reject, [cast.aldgate]),
        app_connection(cast.ada), lambda c: finalize(c, it.hold),
    )  # fmt: skip
    assert answer == "DL004"
    assert factories.value(owner, "select count(*) from allocations") == 0


# --- a hold's end against its commitment


def test_cancelling_against_committing(owner, superuser, cast, deal, app_connection):
    assert _cancelled_while_committing(owner, superuser, cast, deal, app_connection) == "DL006"
    assert factories.value(owner, "select count(*) from deal_commitments") == 0


def test_control_without_the_lock_a_released_hold_is_committed(owner, superuser, cast, deal, app_connection):
    with mutated(
        owner,
        "inventory/commitments_internal",
        "WHERE r.id = ANY (p_hold_ids) OR r.commitment_id = ANY (p_ids) ORDER BY r.id FOR NO KEY UPDATE",
        "WHERE false",
    ):
        answer = _cancelled_while_committing(owner, superuser, cast, deal, app_connection)
    assert not isinstance(answer, str)
    assert one(
        owner,
        "select c.status, r.status as held from deal_commitments c join reservations r on r.commitment_id = c.id",
    ).__dict__ == {"status": "submitted", "held": "cancelled"}


def _cancelled_while_committing(owner, superuser, cast, deal, app_connection):
    first, second = app_connection(cast.alice), app_connection(cast.alice)
    hold = reserve(first, deal, cast.aldgate, 500)
    return in_between(
        superuser,
        first,
        lambda c: c.execute("select public.fn_cancel_reservation(%s)", [hold]),
        second,
        lambda c: commit_hold(c, hold),
    )


def test_committing_against_cancelling(owner, superuser, cast, deal, app_connection):
    """The other way round: who cancels waits, and is told that the hold is awaiting approval now."""
    first, second = app_connection(cast.alice), app_connection(cast.alice)
    hold = reserve(first, deal, cast.aldgate, 500)
    cancel = "select public.fn_cancel_reservation(%s)"
    answer = in_between(superuser, first, lambda c: commit_hold(c, hold), second, lambda c: c.execute(cancel, [hold]))
    assert answer == "DL006"
    assert factories.value(owner, "select status from reservations") == "pending"
    assert broken_rules(owner) == []


def test_expiry_against_committing(owner, cast, deal, app_connection):
    """A hold at the very end of its time: pinned whole, or lapsed whole, never both."""
    alice, runner = (
        app_connection(cast.alice),
        app_connection(factories.value(owner, "select app.system_profile()")),
    )
    outcomes = Counter()
    for i in range(30):
        hold = reserve(alice, deal, cast.aldgate, 10)
        owner.execute(
            "update reservations set expires_at = clock_timestamp() + make_interval(secs => %s) where id = %s",
            [0.001 * (i % 6), hold],
        )

        def act(connection, _n, hold=hold):
            if connection is alice:
                return commit_hold(connection, hold)
            for _ in range(5):
                connection.execute("select public.fn_expire_reservations()")

        answer = at_once([alice, runner], act)[0]
        found = one(owner, "select status, commitment_id from reservations where id = %s", hold)
        expected = ("expired", None) if answer == "DL006" else ("pending", answer)
        if found.status == "pending" and answer == "DL006":  # lapsed, and no runner came by since
            runner.execute("select public.fn_expire_reservations()")
            found = one(owner, "select status, commitment_id from reservations where id = %s", hold)
        assert (found.status, found.commitment_id) == expected
        assert broken_rules(owner) == []
        outcomes[found.status] += 1
    assert set(outcomes) == {"pending", "expired"}, outcomes


# --- committing


def test_one_request_key_from_many_tabs_is_one_commitment(owner, cast, deal, app_connection):
    hold, key = reserve(app_connection(cast.alice), deal, cast.aldgate, 500), uuid.uuid4()
    answers = at_once([app_connection(cast.alice) for _ in range(12)], lambda c, i: commit_hold(c, hold, None, key))
    assert len(set(answers)) == 1
    assert factories.value(owner, "select count(*) from audit_log where action = 'commitment.submitted'") == 1
    assert factories.value(owner, "select count(*) from term_sheets") == 1


def test_holds_committed_at_once_in_many_tabs_all_stand_in_one_commitment(owner, cast, deal, app_connection):
    alice = app_connection(cast.alice)
    holds = [reserve(alice, deal, cast.aldgate, 100) for _ in range(8)]
    tabs = [app_connection(cast.alice) for _ in holds]
    answers = at_once(tabs, lambda c, i: commit_hold(c, holds[tabs.index(c)]))
    assert tally(answers) == {"served": 8} and len(set(answers)) == 8
    assert factories.value(owner, "select requested_units from deal_commitments where status = 'submitted'") == 800
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == 9_200
    assert owner.execute("select version from term_sheets order by version").fetchall() == [(n,) for n in range(1, 9)]
    assert owner.execute("select status, count(*) from approvals group by 1 order by 1").fetchall() == [
        ("pending", 1),
        ("replaced", 7),
    ]
    assert broken_rules(owner) == []


def two_tabs(cast, deal, app_connection, superuser):
    first, second = app_connection(cast.alice), app_connection(cast.alice)
    holds = [reserve(first, deal, cast.aldgate, 100) for _ in range(2)]
    return in_between(superuser, first, lambda c: commit_hold(c, holds[0]), second, lambda c: commit_hold(c, holds[1]))


def test_the_second_tab_waits_and_adds(owner, superuser, cast, deal, app_connection):
    answer = two_tabs(cast, deal, app_connection, superuser)
    assert owner.execute("select id, requested_units from deal_commitments where status = 'submitted'").fetchall() == [
        (answer, 200)
    ]
    assert broken_rules(owner) == []


def test_control_without_the_investors_lock_the_second_tab_collides(owner, superuser, cast, deal, app_connection):
    with mutated(
        owner,
        "inventory/commitments_internal",
        "WHERE i.id = p_investor_id FOR NO KEY UPDATE",
        "WHERE i.id = p_investor_id",
    ):
        assert two_tabs(cast, deal, app_connection, superuser) == "23505"


def test_committing_without_a_hold_against_buyers_never_deadlocks(owner, cast, deal, app_connection):
    """Adding to what waits, while others take from the same lots."""
    crowd = [app_connection(cast.alice) for _ in range(3)] + [app_connection(cast.mallory) for _ in range(5)]

    def act(connection, i):
        if crowd.index(connection) < 3:
            return commit_units(connection, deal, cast.aldgate, units=400 + 100 * i)
        return reserve(connection, deal, cast.morland, 150)

    answers = at_once(crowd, act, each=6)
    assert set(tally(answers)) <= {"served", "DL001", "DL002"}
    assert broken_rules(owner) == []
    assert factories.value(owner, "select count(*) from deal_commitments where status = 'submitted'") == 1


# --- what waits changes while somebody decides


def _approved(connection, it):
    return decide(connection, it.approval)


def test_who_adds_while_staff_approve_has_a_new_commitment_beside_it(owner, superuser, cast, deal, it, app_connection):
    alice, ada = app_connection(cast.alice), app_connection(cast.ada)
    more = reserve(alice, deal, cast.aldgate, 50)
    new = in_between(superuser, ada, lambda c: decide(c, it.approval), alice, lambda c: commit_hold(c, more))
    assert owner.execute("select id, status, requested_units from deal_commitments order by created_at").fetchall() == [
        (it.id, "approved", 100),
        (new, "submitted", 50),
    ]
    assert factories.value(owner, "select units from positions") == 100
    assert broken_rules(owner) == []


def test_who_approves_while_the_investor_adds_is_told(owner, superuser, cast, deal, it, app_connection):
    alice, ada = app_connection(cast.alice), app_connection(cast.ada)
    more = reserve(alice, deal, cast.aldgate, 50)
    answer = in_between(superuser, alice, lambda c: commit_hold(c, more), ada, lambda c: _approved(c, it))
    assert answer == "DL006"
    assert factories.value(owner, "select count(*) from allocations") == 0
    assert factories.value(owner, "select requested_units from deal_commitments where status = 'submitted'") == 150
    assert broken_rules(owner) == []


def test_control_without_the_locks_what_was_approved_is_replaced(owner, superuser, cast, deal, it, app_connection):
    alice, ada = app_connection(cast.alice), app_connection(cast.ada)
    more = reserve(alice, deal, cast.aldgate, 50)
    with mutated(owner, "inventory/commitments_internal", " FOR NO KEY UPDATE"):
        in_between(
            superuser,
            ada,
            lambda c: decide(c, it.approval),
            alice,
            lambda c: commit_hold(c, more),
        )
    assert factories.value(owner, "select units from positions") == 100
    assert owner.execute("select status, requested_units from deal_commitments order by created_at").fetchall() == [
        ("cancelled", 100),
        ("submitted", 150),
    ]


def test_who_approves_while_the_investor_reduces_is_told(owner, superuser, cast, deal, it, app_connection):
    alice, ada = app_connection(cast.alice), app_connection(cast.ada)
    answer = in_between(superuser, alice, lambda c: reduce(c, it.id, 40), ada, lambda c: _approved(c, it))
    assert answer == "DL006"
    assert factories.value(owner, "select requested_units from deal_commitments where status = 'submitted'") == 40
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == 9_960
    assert broken_rules(owner) == []


def test_who_reduces_while_staff_approve_is_told(owner, superuser, cast, deal, it, app_connection):
    alice, ada = app_connection(cast.alice), app_connection(cast.ada)
    answer = in_between(superuser, ada, lambda c: decide(c, it.approval), alice, lambda c: reduce(c, it.id, 40))
    assert answer == "DL006"
    assert factories.value(owner, "select units from positions") == 100
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == 9_900
    assert broken_rules(owner) == []


def test_reducing_twice_at_once_gives_back_once(owner, cast, deal, it, app_connection):
    tabs = [app_connection(cast.alice) for _ in range(6)]
    answers = at_once(tabs, lambda c, i: reduce(c, it.id, 40))
    assert tally(answers) == {"served": 6} and len(set(answers)) == 1
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == 9_960
    assert broken_rules(owner) == []


def test_adding_reducing_approving_and_buying_at_once_never_deadlocks(owner, cast, deal, app_connection):
    """Whatever comes first: the books add up, and nobody is refused for anything but what is so."""
    committed(owner, app_connection(cast.alice), deal, cast.aldgate, 100)
    crowd = [app_connection(cast.alice) for _ in range(4)] + [app_connection(p) for p in (cast.ada, cast.mallory)]
    waits = (
        "select c.id, c.requested_units, a.id as approval from deal_commitments c join approvals a"
        " on a.entity_id = c.id and a.status = 'pending' where c.status = 'submitted'"
    )

    def act(connection, i):
        me = crowd.index(connection)
        if me == 5:
            return reserve(connection, deal, cast.morland, 150)
        if me < 2:
            return commit_units(connection, deal, cast.aldgate, units=30 + i)
        row = app_connection(cast.ada).execute(waits).fetchone()
        if row is None:
            return "none"
        if me < 4:
            return reduce(connection, row[0], row[1] - 7) if row[1] > 7 else "none"
        return decide(connection, row[2])

    answers = tally(at_once(crowd, act, each=5))
    assert set(answers) <= {"served", "none", "approved", "DL001", "DL002", "DL005", "DL006", "22023"}, answers
    assert broken_rules(owner) == []


def test_cancelling_the_deal_against_committing(owner, superuser, cast, deal, app_connection):
    ada, alice = app_connection(cast.ada), app_connection(cast.alice)
    hold = reserve(alice, deal, cast.aldgate, 100)

    def cancel(connection):
        connection.execute("update deals set status = 'cancelled', end_reason = 'x' where id = %s", [deal.id])

    assert in_between(superuser, ada, cancel, alice, lambda c: commit_hold(c, hold)) == "DL003"
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == 10_000
    assert broken_rules(owner) == []


def test_cancelling_the_deal_waits_for_who_is_reserving(owner, superuser, cast, deal, app_connection):
    """A plain UPDATE in psql too: the buyer saw the deal open, so what they take has to be given back."""
    sam, alice = app_connection(cast.sam), app_connection(cast.alice)
    cancel = "update deals set status = 'cancelled' where id = %s"
    buy = lambda connection: reserve(connection, deal, cast.aldgate, 100)  # noqa: E731
    in_between(superuser, alice, buy, sam, lambda connection: connection.execute(cancel, [deal.id]))
    assert owner.execute("select status from reservations").fetchall() == [("cancelled",)]
    assert factories.value(owner, "select sum(units_remaining) from share_lots") == 10_000
    assert broken_rules(owner) == []


def test_cancelling_the_deal_against_expiry_never_deadlocks(
    owner, superuser, cast, deal, app_connection, open_connection
):
    """The job has a lapsed hold and comes to the lot; who cancels has not locked that lot before this hold."""
    alice = app_connection(cast.alice)
    committed(owner, alice, deal, cast.aldgate, 500)
    lapsed = reserve(app_connection(cast.mallory), deal, cast.morland, 300)
    let_lapse(owner, lapsed)
    job = open_connection("owner", autocommit=False)
    with ThreadPoolExecutor(1) as pool:
        job.execute("select 1 from reservations where id = %s for no key update", [lapsed])
        cancel = "update deals set status = 'cancelled' where id = %s"
        cancelling = pool.submit(app_connection(cast.ada).execute, cancel, [deal.id])
        while not waiting(superuser):
            threading.Event().wait(0.02)
        assert job.execute("select public.fn_expire_reservations(10)").fetchone()[0] == 1
        job.commit()
        cancelling.result(timeout=30)
    assert owner.execute("select status, count(*) from reservations group by 1 order by 1").fetchall() == [
        ("cancelled", 1),
        ("expired", 1),
    ]
    assert broken_rules(owner) == []
