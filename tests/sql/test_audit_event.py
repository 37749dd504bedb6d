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
