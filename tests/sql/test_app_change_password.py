"""app.change_password: only who knows the present password stores a new one, and only their own."""

import pytest
from psycopg import errors

from tests import factories
from tests.sql.password_links import password_of

NEW = "md5$salt$new"


def change(connection, derived, password=NEW):
    return factories.value(connection, "select app.change_password(%s, %s)", derived, password)


def test_who_knows_the_present_one_stores_a_new_one(owner, cast, app_connection):
    assert change(app_connection(cast.alice), factories.password_hash()) is True
    assert password_of(owner, cast.alice.id) == NEW
    assert password_of(owner, cast.bob.id) == factories.password_hash()
    assert change(app_connection(cast.alice), factories.password_hash(), "md5$salt$again") is False
    assert password_of(owner, cast.alice.id) == NEW


@pytest.mark.parametrize("who", ["alice", "ada", "nobody", "waiting", "disabled"])
def test_nobody_else_does(owner, cast, app_connection, who):
    waiting = factories.add_profile(owner, "Wanda Waiting", password="!none")
    disabled = factories.add_profile(owner, "Dora Disabled", is_active=False)
    ids = {"nobody": None, "waiting": waiting, "disabled": disabled}
    acting = app_connection(ids[who] if who in ids else getattr(cast, who))
    before = owner.execute("select id, password, session_stamp from profiles order by id").fetchall()
    wrong = {"alice": "md5$salt$guess", "ada": "", "waiting": "!none"}
    assert change(acting, wrong.get(who, factories.password_hash())) is False
    assert owner.execute("select id, password, session_stamp from profiles order by id").fetchall() == before


@pytest.mark.parametrize("password", [None, "", "a plain password", "!unusable", "!$no"])
def test_only_an_encoded_password_is_stored(owner, cast, app_connection, password):
    with pytest.raises(errors.InvalidParameterValue):
        change(app_connection(cast.alice), factories.password_hash(), password)
    assert password_of(owner, cast.alice.id) == factories.password_hash()


def test_is_for_the_application_alone(readonly_connection, cast):
    with pytest.raises(errors.InsufficientPrivilege):
        change(readonly_connection(cast.alice), factories.password_hash())
