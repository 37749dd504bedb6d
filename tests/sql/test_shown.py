"""Consent is bound to what was shown: committing and answering with the hash of another quotation take nothing."""

import pytest

from tests import factories
from tests.sql.commitments import committed, decide, everything
from tests.sql.holds import broken_rules, refusal, reserve


def quoted(connection, deal, cast, units, price="28.50", plan=None):
    ask = "select app.quotation(%s, %s, %s::numeric, %s::numeric, %s) ->> 'hash'"
    return connection.execute(ask, [deal.id, cast.aldgate, str(units), price, plan]).fetchone()[0]


def commit(connection, hold, shown, plan=None):
    return connection.execute("select fn_commit_hold(%s, %s, null, %s)", [hold, plan, shown]).fetchone()[0]


def commit_units(connection, deal, cast, units, shown):
    ask = "select fn_commit_units(%s, %s, %s::numeric, p_shown_hash => %s)"
    return connection.execute(ask, [deal.id, cast.aldgate, units, shown]).fetchone()[0]


def answer(connection, commitment, plan, note, shown):
    return connection.execute("select fn_answer_changes(%s, %s, %s, %s)", [commitment, plan, note, shown]).fetchone()[0]


def test_what_was_shown_is_what_is_frozen(owner, cast, deal, app_connection):
    alice = app_connection(cast.alice)
    hash_shown = quoted(alice, deal, cast, 500)
    commit(alice, reserve(alice, deal, cast.aldgate, 500), hash_shown)
    assert factories.value(owner, "select terms_data ->> 'hash' from term_sheets") == hash_shown
    commit_units(alice, deal, cast, 100, quoted(alice, deal, cast, 600))
    assert broken_rules(owner) == []


MOVES = {
    "rate": "update fee_components set rate_bps = 900",
    "name of the plan's fee": "update fee_components set frequency = 'annual'",
    "override": "insert into investor_terms (deal_id, investor_id, overrides)"
    " select d.id, i.id, jsonb_build_object(f.id::text, '{\"rate_bps\": 100}'::jsonb)"
    " from deals d, investors i, fee_components f where i.legal_name like 'Aldgate%%'",
    "default plan": "update fee_plans set is_default = false",
}


@pytest.mark.parametrize("move", MOVES.values(), ids=MOVES)
def test_whatever_moved_since_nothing_is_taken(owner, superuser, cast, deal, app_connection, move):
    alice = app_connection(cast.alice)
    hash_shown = quoted(alice, deal, cast, 500)
    hold = reserve(alice, deal, cast.aldgate, 500)
    superuser.execute("set session_replication_role = replica")
    superuser.execute(move.replace("%%", "%"))
    superuser.execute("set session_replication_role = origin")
    before = everything(owner)
    assert refusal(commit, alice, hold, hash_shown)[0] == "DL007"
    assert refusal(commit_units, alice, deal, cast, 500, hash_shown)[0] == "DL007"
    assert refusal(commit, alice, hold, "")[0] == "DL007"
    assert everything(owner) == before


def test_the_sum_with_what_waits_is_what_has_to_be_shown(owner, cast, deal, app_connection):
    alice = app_connection(cast.alice)
    committed(owner, alice, deal, cast.aldgate, 500)
    hold = reserve(alice, deal, cast.aldgate, 100)
    before = everything(owner)
    assert refusal(commit, alice, hold, quoted(alice, deal, cast, 100))[0] == "DL007"
    assert everything(owner) == before
    assert commit(alice, hold, quoted(alice, deal, cast, 600))


def test_the_refusal_names_the_hash_of_now(cast, deal, app_connection):
    alice = app_connection(cast.alice)
    now = quoted(alice, deal, cast, 500)
    assert refusal(commit, alice, reserve(alice, deal, cast.aldgate, 500), "q1:other") == ("DL007", now)


def test_an_answer_is_bound_alike(owner, cast, deal, app_connection):
    alice = app_connection(cast.alice)
    plan = factories.add_fee_plan(owner, deal.id, "2 %", rate_bps=200, is_default=False)
    it = committed(owner, alice, deal, cast.aldgate, 500)
    decide(app_connection(cast.ada), it.approval, "revise", "why")
    before = everything(owner)
    assert refusal(answer, alice, it.id, plan, None, quoted(alice, deal, cast, 500))[0] == "DL007"
    assert refusal(answer, alice, it.id, None, "Yes", quoted(alice, deal, cast, 500, plan=plan))[0] == "DL007"
    assert everything(owner) == before
    assert answer(alice, it.id, plan, None, quoted(alice, deal, cast, 500, plan=plan))


def reduce(connection, commitment, units, shown):
    return connection.execute(
        "select fn_reduce_commitment(%s, %s::numeric, %s)", [commitment, units, shown]
    ).fetchone()[0]


def test_a_reduction_is_bound_alike(owner, superuser, cast, deal, app_connection):
    """What stays is committed to anew, at the fees of now: those are what has to have been shown."""
    alice = app_connection(cast.alice)
    it = committed(owner, alice, deal, cast.aldgate, 500)
    hash_shown = quoted(alice, deal, cast, 120)
    superuser.execute("set session_replication_role = replica")
    superuser.execute(MOVES["rate"])
    superuser.execute("set session_replication_role = origin")
    before = everything(owner)
    now = quoted(alice, deal, cast, 120)
    assert refusal(reduce, alice, it.id, 120, hash_shown) == ("DL007", now)
    assert refusal(reduce, alice, it.id, 120, "")[0] == "DL007"
    assert everything(owner) == before
    new = reduce(alice, it.id, 120, now)
    assert reduce(alice, it.id, 120, hash_shown) == new  # the same reduction again, from the same page, changes nothing
    assert factories.value(owner, "select terms_data ->> 'hash' from term_sheets order by version desc limit 1") == now
    assert broken_rules(owner) == []
