"""A fee plan that somebody agreed to stays as it was: guard_fee_plan, refuse_if_plan_in_use."""

import threading

import psycopg
import pytest

from tests.factories import add_commitment, add_deal, add_fee_plan, insert, value
from tests.sql.holds import set_status

CHANGES = {
    "its name": "update fee_plans set name = 'Cheaper' where id = %(plan)s",
    "its deal": "update fee_plans set deal_id = %(other)s where id = %(plan)s",
    "the plan itself": "delete from fee_plans where id = %(plan)s",
    "a rate": "update fee_components set rate_bps = 100 where fee_plan_id = %(plan)s",
    "an added fee": "insert into fee_components (fee_plan_id, kind, flat_amount) values (%(plan)s, 'flat', 1)",
    "a removed fee": "delete from fee_components where fee_plan_id = %(plan)s",
    "a fee moved away": "update fee_components set fee_plan_id = %(free)s where fee_plan_id = %(plan)s",
    "a fee moved in": "update fee_components set fee_plan_id = %(plan)s where fee_plan_id = %(free)s",
}
AGREEMENTS = ("deal_commitments", "investor_terms", "term_sheets")


@pytest.fixture
def keys(owner, deal):
    return {
        "plan": deal.fee_plan_id,
        "other": add_deal(owner, "Other", code="other"),
        "free": add_fee_plan(owner, deal.id, "Free", is_default=False),
    }


def agree(owner, cast, deal, kind):
    column = "fee_plan_id" if kind == "term_sheets" else "selected_fee_plan_id"
    insert(owner, kind, deal_id=deal.id, investor_id=cast.aldgate, **{column: deal.fee_plan_id})


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
@pytest.mark.parametrize("kind", AGREEMENTS)
def test_what_was_agreed_stays(owner, cast, deal, app_connection, keys, kind, change):
    agree(owner, cast, deal, kind)
    state = "select string_agg(c::text, '' order by c.id) from fee_components c"
    before = value(owner, state)
    for connection in (owner, app_connection(cast.ada)):
        if connection is not owner and change.startswith("delete"):
            continue  # the application deletes through functions alone
        with pytest.raises(psycopg.errors.InvalidParameterValue) as caught:
            connection.execute(change, keys)
        assert caught.value.diag.message_detail == "fee_plan_in_use"
    assert value(owner, state) == before


def test_the_default_may_move(owner, superuser, cast, deal, app_connection, keys):
    set_status(superuser, "draft")
    agree(owner, cast, deal, "deal_commitments")
    sam = app_connection(cast.sam)
    sam.execute("update fee_plans set is_default = false where id = %(plan)s", keys)
    assert sam.execute("update fee_plans set is_default = true where id = %(free)s", keys).rowcount == 1


@pytest.mark.parametrize(
    "change", [c for n, c in CHANGES.items() if n not in ("the plan itself", "a fee moved in", "a removed fee")]
)
def test_before_that_it_may_change(superuser, cast, deal, app_connection, keys, change):
    set_status(superuser, "draft")
    assert app_connection(cast.sam).execute(change, keys).rowcount == 1


def test_a_plan_that_is_being_chosen_is_waited_for(owner, cast, deal, app_connection):
    """The commitment holds the plan by its foreign key until it is there to be seen."""
    outcome = []

    def lower_the_rate(connection):
        try:
            connection.execute("update fee_components set rate_bps = 0")
        except psycopg.Error as error:
            outcome.append(error.diag.message_detail)

    staff = app_connection(cast.sam)
    with owner.transaction():
        add_commitment(owner, deal.id, cast.aldgate, selected_fee_plan_id=deal.fee_plan_id)
        owner.execute("set constraints all immediate")
        thread = threading.Thread(target=lower_the_rate, args=[staff])
        thread.start()
        thread.join(0.3)
        assert thread.is_alive() and outcome == []
    thread.join(5)
    assert outcome == ["fee_plan_in_use"]
    assert value(owner, "select rate_bps from fee_components") == 500


@pytest.mark.parametrize("who", ["alice", "mallory", "larry", None])
def test_whether_others_agreed_is_not_for_members_to_know(owner, cast, deal, app_connection, who):
    asking = app_connection(who and getattr(cast, who))
    for agreed in (False, True):
        if agreed:
            agree(owner, cast, deal, "deal_commitments")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            asking.execute("select app.refuse_if_plan_in_use(%s)", [deal.fee_plan_id])
