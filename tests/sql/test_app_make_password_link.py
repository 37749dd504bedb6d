"""app.make_password_link: who may make a link for whom, and what becomes of earlier ones."""

import pytest
from psycopg import errors

from tests import factories
from tests.sql.password_links import add_link, live_hashes


@pytest.fixture
def wanda(owner):
    """An investor's person who has no password yet."""
    return factories.add_person(owner, "Wanda Waiting", password="!waiting")


def make(connection, person_id, hashed="new-hash"):
    return connection.execute("select app.make_password_link(%s, %s)", [person_id, hashed]).fetchone()[0]


@pytest.mark.parametrize("maker", ["sam", "rita", "ada"])
def test_staff_make_a_first_link_for_seven_days(owner, cast, app_connection, wanda, maker):
    maker = getattr(cast, maker)
    link = make(app_connection(maker), wanda.id)
    row = owner.execute(
        "select id, user_id, token_hash, created_by, used_at,"
        " round(extract(epoch from expires_at - now()) / 3600) from set_password_links"
    ).fetchall()
    assert row == [(link, wanda.id, "new-hash", maker.id, None, 168)]


def test_a_new_link_ends_the_earlier_ones_of_this_person_only(owner, cast, app_connection, wanda):
    add_link(owner, wanda.id, "old-hash")
    add_link(owner, cast.bob.id, "bobs-hash")
    make(app_connection(cast.sam), wanda.id)
    assert live_hashes(owner) == ["bobs-hash", "new-hash"]


@pytest.mark.parametrize(
    ("maker", "person"),
    [
        ("alice", "wanda"), ("larry", "wanda"), (None, "wanda"),
        ("sam", "alice"), ("rita", "alice"),  # she has a password: a link would let them become her
        ("sam", "ada"), ("rita", "sam"), ("sam", "sam"),
        ("ada", "nobody"), ("ada", "disabled"), ("ada", "system"),
    ],
)  # fmt: skip
def test_everybody_else_is_refused_alike_and_nothing_changes(owner, cast, app_connection, wanda, maker, person):
    add_link(owner, wanda.id, "old-hash")
    disabled = factories.add_profile(owner, "Dora Disabled", is_active=False, password="!waiting")
    ids = {
        "wanda": wanda.id,
        "disabled": disabled,
        "nobody": "00000000-0000-4000-8000-00000000dead",
        "system": "00000000-0000-4000-8000-000000000001",
    }
    connection = app_connection(maker and getattr(cast, maker))
    with pytest.raises(errors.InsufficientPrivilege):
        make(connection, ids.get(person) or getattr(cast, person).id)
    assert live_hashes(owner) == ["old-hash"]


def test_an_administrator_makes_one_for_staff_and_for_whoever_has_a_password(owner, cast, app_connection):
    ada = app_connection(cast.ada)
    make(ada, cast.sam.id, "for-sam")
    make(ada, cast.alice.id, "for-alice")
    assert live_hashes(owner) == ["for-alice", "for-sam"]


def test_the_audit_row_names_the_maker_and_hides_the_hash(owner, cast, app_connection, wanda):
    make(app_connection(cast.sam), wanda.id)
    rows = owner.execute(
        "select actor_user_id, action, after ->> 'user_id', after ->> 'token_hash' from audit_log"
        " where entity = 'set_password_links'"
    ).fetchall()
    assert rows == [(cast.sam.id, "set_password_links.insert", str(wanda.id), "[redacted]")]


def test_nobody_reads_a_hash_or_writes_the_table(owner, cast, app_connection, wanda):
    add_link(owner, wanda.id)
    ada = app_connection(cast.ada)
    assert ada.execute("select user_id from set_password_links").fetchall() == [(wanda.id,)]
    for statement in (
        "select token_hash from set_password_links",
        "update set_password_links set used_at = null",
        "delete from set_password_links",
        "insert into set_password_links (user_id, token_hash, expires_at) values (app.uid(), 'x', now())",
    ):
        with pytest.raises(errors.InsufficientPrivilege):
            ada.execute(statement)
    assert app_connection(cast.alice).execute("select count(id) from set_password_links").fetchone() == (0,)
