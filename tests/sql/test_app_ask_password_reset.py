"""app.ask_password_reset: a link for an hour for whoever has this e-mail, without an identity."""

import pytest

from tests import factories
from tests.sql.password_links import add_link, live_hashes


def ask(connection, email, hashed="reset-hash"):
    sql = "select email, display_name, language from app.ask_password_reset(%s, %s)"
    return connection.execute(sql, [email, hashed]).fetchall()


def test_gives_whom_to_write_to_and_a_link_for_an_hour(owner, cast, app_connection):
    assert ask(app_connection(), "ALICE@verso.example") == [("alice@verso.example", "Alice Aldgate", "en")]
    row = owner.execute(
        "select user_id, token_hash, created_by, round(extract(epoch from expires_at - now()) / 60)"
        " from set_password_links"
    ).fetchall()
    assert row == [(cast.alice.id, "reset-hash", None, 60)]


def test_a_stranger_cannot_end_earlier_links_by_asking(owner, cast, app_connection):
    add_link(owner, cast.alice.id, "from-staff")
    ask(app_connection(), "alice@verso.example")
    assert live_hashes(owner) == ["from-staff", "reset-hash"]


@pytest.mark.parametrize("email", ["unknown@verso.example", "dora@verso.example", "", None])
def test_nobody_is_found_and_it_is_recorded(owner, app_connection, email):
    factories.add_profile(owner, "Dora Disabled", is_active=False)
    assert ask(app_connection(), email) == []
    assert live_hashes(owner) == []
    rows = owner.execute("select actor_user_id, action, entity_id, after from audit_log where action like 'profile.%'")
    assert rows.fetchall() == [(None, "profile.reset_refused", None, {"email": email})]
