"""audit_event: what the application says of itself, in a form that every page can show."""

import pytest
from psycopg.types.json import Jsonb

from tests import factories
from tests.sql.holds import refusal

SAY = "select app.audit_event('sample.seen', 'sample', null, null, null, %s)"


def nested(depth: int):
    return {"a": 1} if depth == 1 else {"a": nested(depth - 1)}


@pytest.mark.parametrize("body", ["x", [1], 5, {"a": "x" * 20_000}, nested(5), {"a": [[[[1]]]]}])
def test_what_cannot_be_shown_does_not_get_in(owner, cast, app_connection, body):
    count = "select count(*) from audit_log"
    before = factories.value(owner, count)
    assert refusal(app_connection(cast.alice).execute, SAY, [Jsonb(body)])[0] == "22023"
    assert factories.value(owner, count) == before


def test_nor_a_number_of_a_hundred_thousand_digits(cast, app_connection):
    say = "select app.audit_event('sample.seen', 'sample', null, null, null, '{\"a\": 1e100000}')"
    assert refusal(app_connection(cast.alice).execute, say)[0] == "22023"


@pytest.mark.parametrize("body", [None, {}, {"a": "x" * 19_000}, nested(4), {"a": [1, {"b": 2}]}])
def test_what_pages_show_does(owner, cast, app_connection, body):
    row = app_connection(cast.alice).execute(SAY, [body if body is None else Jsonb(body)]).fetchone()[0]
    assert owner.execute("select after from audit_log where id = %s", [row]).fetchone() == (body,)


def events(connection, action: str, entity: str = "sample"):
    return refusal(connection.execute, "select app.audit_event(%s, %s, null)", [action, entity])[0]


@pytest.mark.parametrize(
    "action",
    ["hold.placed", "deal_change.approved", "job_clock.confirmed", "notice.mailed_again", "profile.reset_refused",
     "positions.there", "deals.update"],
)  # fmt: skip
def test_what_the_database_records_nobody_forges(owner, cast, app_connection, action):
    before = factories.value(owner, "select count(*) from audit_log")
    assert events(app_connection(cast.mallory), action) == "42501"
    assert factories.value(owner, "select count(*) from audit_log") == before


@pytest.mark.parametrize(
    "action",
    ["", "placed", "Hold.placed", " hold.placed", "x\nhold.placed", "deals.update\n", "a." + "b" * 41, "a.b.c"],
)
def test_an_action_is_a_thing_and_a_verb(cast, app_connection, action):
    assert events(app_connection(cast.mallory), action) == "22023"


@pytest.mark.parametrize("entity", ["", "x" * 64, "deals;", "Deals", "deals\n"])
def test_an_entity_is_the_name_of_a_table(cast, app_connection, entity):
    assert events(app_connection(cast.mallory), "sample.seen", entity) == "22023"


def test_where_a_change_came_from_is_kept_short(owner, cast, app_connection):
    mallory = app_connection(cast.mallory)
    mallory.execute("select set_config('app.' || n, repeat('x', 5000), false) from unnest(%s::text[]) n",
                    [["user_agent", "ip", "request_id"]])  # fmt: skip
    row = mallory.execute("select app.audit_event('sample.seen', 'sample', null)").fetchone()[0]
    kept = owner.execute(
        "select length(user_agent), length(ip), length(request_id) from audit_log where id = %s", [row]
    )
    assert kept.fetchone() == (400, 100, 100)
