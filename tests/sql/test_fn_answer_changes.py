"""fn_answer_changes: the clock goes on where it stopped, and only the same content keeps its approvals."""

import uuid

import pytest

from tests import factories
from tests.sql.commitments import committed, decide, finalize, offer, one, open_approval
from tests.sql.holds import let_lapse, refusal, state


def answer(connection, commitment_id, plan_id=None, note=None):
    return connection.execute("select public.fn_answer_changes(%s, %s, %s)", [commitment_id, plan_id, note]).fetchone()[
        0
    ]


@pytest.fixture
def asked(owner, cast, deal, app_connection):
    """A commitment about which Ada asked something, one hour after it came."""
    it = committed(owner, app_connection(cast.alice), deal, cast.aldgate, 100)
    owner.execute(
        "update approvals set sla_started_at = sla_started_at - interval '1 hour',"
        " sla_breach_at = sla_breach_at - interval '1 hour'"
    )
    decide(app_connection(cast.ada), it.approval, "revise", "Which plan?")
    return it


def test_a_sentence_asks_again_about_the_same(owner, cast, asked, app_connection):
    again = answer(app_connection(cast.alice), asked.id, None, "The default one, please")
    new = one(owner, "select * from approvals where id = %s", again)
    old = one(owner, "select * from approvals where id = %s", asked.approval)
    assert (new.status, new.step, new.request_note, new.requested_by) == (
        "pending",
        1,
        "The default one, please",
        cast.alice.id,
    )
    assert new.content_hash == old.content_hash
    assert factories.value(owner, "select status from deal_commitments where id = %s", asked.id) == "submitted"
    assert factories.value(owner, "select count(*) from term_sheets") == 1


def test_the_clock_goes_on_where_it_stopped(owner, cast, asked, app_connection):
    owner.execute(
        "update approvals set sla_started_at = sla_started_at - interval '5 hours',"
        " sla_paused_at = sla_paused_at -"
        " interval '5 hours', sla_breach_at = sla_breach_at - interval '5 hours'"
    )
    again = answer(app_connection(cast.alice), asked.id, None, "yes")
    left = factories.value(
        owner,
        "select round(extract(epoch from"
        " (a.sla_breach_at - a.created_at) - (b.sla_breach_at - b.sla_paused_at)))"
        " from approvals a, approvals b where a.id = %s and b.id = %s",
        again,
        asked.approval,
    )
    total = factories.value(
        owner,
        "select extract(epoch from sla_breach_at - sla_started_at) / 3600 from approvals where id = %s",
        again,
    )
    assert (left, total) == (0, 72)


def test_another_plan_is_another_content_and_another_term_sheet(owner, cast, deal, asked, app_connection):
    plan = factories.add_fee_plan(owner, deal.id, "2 %", rate_bps=200, is_default=False)
    before = factories.value(owner, "select content_hash from deal_commitments")
    again = answer(app_connection(cast.alice), asked.id, plan)
    it = one(owner, "select * from deal_commitments where id = %s", asked.id)
    assert (it.selected_fee_plan_id, it.content_hash != before) == (plan, True)
    assert it.content_hash == factories.value(owner, "select content_hash from approvals where id = %s", again)
    assert owner.execute(
        "select version, terms_data ->> 'subscription_fee' from term_sheets order by version"
    ).fetchall() == [(1, "142.50"), (2, "57.00")]
    assert owner.execute("select status from investor_terms order by created_at").fetchall() == [
        ("superseded",),
        ("active",),
    ]
    assert decide(app_connection(cast.sam), again) == "approved"
    assert finalize(app_connection(cast.sam), asked.hold)


def large(owner, cast, deal, app_connection):
    """A commitment that needs two; Rita approved, then Ada asked."""
    offer(owner, deal, "1.00", 5_000_000)
    it = committed(owner, app_connection(cast.alice), deal, cast.aldgate, "300000", "1")
    decide(app_connection(cast.rita), it.approval)
    decide(app_connection(cast.ada), open_approval(owner, it.id), "revise", "Really?")
    return it


def test_a_first_approval_of_the_same_content_still_counts(owner, cast, deal, app_connection):
    it = large(owner, cast, deal, app_connection)
    again = answer(app_connection(cast.alice), it.id, None, "Really")
    assert factories.value(owner, "select step from approvals where id = %s", again) == 2
    assert refusal(decide, app_connection(cast.rita), again) == ("42501", "approved_already")
    assert decide(app_connection(cast.ada), again) == "approved"


def test_nor_does_that_of_whoever_answers_for_the_investor_since(owner, cast, deal, app_connection):
    """Rita approved first and answers now: it is her request too, and two others decide it."""
    it = large(owner, cast, deal, app_connection)
    again = answer(app_connection(cast.rita), it.id, None, "They mean it")
    assert refusal(decide, app_connection(cast.rita), again)[0] == "42501"
    assert decide(app_connection(cast.ada), again) == "second_approval"
    assert factories.value(owner, "select count(*) from allocations") == 0
    assert decide(app_connection(cast.abe), open_approval(owner, it.id)) == "approved"


def test_a_first_approval_of_other_content_does_not(owner, cast, deal, app_connection):
    it = large(owner, cast, deal, app_connection)
    plan = factories.add_fee_plan(owner, deal.id, "2 %", rate_bps=200, is_default=False)
    again = answer(app_connection(cast.alice), it.id, plan)
    assert factories.value(owner, "select step from approvals where id = %s", again) == 1
    assert decide(app_connection(cast.ada), again) == "second_approval"
    assert decide(app_connection(cast.rita), open_approval(owner, it.id)) == "approved"


@pytest.mark.parametrize("note", [None, "", "  "])
def test_an_empty_answer_is_none(owner, cast, asked, app_connection, note):
    before = state(owner)
    assert refusal(answer, app_connection(cast.alice), asked.id, None, note) == ("22023", "answer")
    assert state(owner) == before


def test_without_a_question_there_is_no_answer(owner, cast, deal, app_connection):
    it = committed(owner, app_connection(cast.alice), deal, cast.aldgate, 100)
    before = state(owner)
    assert refusal(answer, app_connection(cast.alice), it.id, None, "hello") == ("DL006", "submitted")
    assert state(owner) == before


def test_past_the_limit_there_is_nothing_to_answer(owner, cast, asked, app_connection):
    let_lapse(owner, asked.hold)
    before = state(owner)
    assert refusal(answer, app_connection(cast.alice), asked.id, None, "yes")[0] == "DL006"
    assert state(owner) == before


@pytest.mark.parametrize("who", ["bob", "mallory", "larry", None])
def test_others_cannot_answer(owner, cast, asked, app_connection, who):
    before = state(owner)
    person = app_connection(who and getattr(cast, who))
    assert refusal(answer, person, asked.id, None, "yes")[0] == "42501"
    assert refusal(answer, person, uuid.uuid4(), None, "yes")[0] == "42501"
    assert state(owner) == before


def test_a_stranger_is_refused_without_waiting(cast, asked, app_connection, open_connection):
    sitting = open_connection("owner", autocommit=False)
    sitting.execute("select 1 from investors where id = %s for update", [cast.aldgate])
    assert refusal(answer, app_connection(cast.mallory), asked.id, None, "yes")[0] == "42501"
    assert refusal(answer, app_connection(cast.alice), asked.id, None, "yes")[0] == "DL002"


def test_staff_who_answer_for_the_investor_do_not_decide(owner, cast, asked, app_connection):
    sam = app_connection(cast.sam)
    again = answer(sam, asked.id, None, "They said yes on the phone")
    assert refusal(decide, sam, again) == ("42501", "own_request")
