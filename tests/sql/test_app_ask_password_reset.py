"""app.ask_password_reset: a link for an hour for whoever has this e-mail, without an identity."""

import pytest

from tests import factories
from tests.sql.password_links import add_link, live_hashes


def ask(connection, email, hashed="reset-hash", known=False):
    sql = "select email, display_name, language from app.ask_password_reset(%s, %s, %s)"
    return connection.execute(sql, [email, hashed, known]).fetchall()


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


def test_five_an_hour_for_one_person_counted_apart_where_the_person_signed_in(owner, cast, app_connection):
    nobody = app_connection()
    for made_by_staff in range(6):
        add_link(owner, cast.alice.id, f"staff {made_by_staff}", made_by=cast.sam.id)
    for known in (False, True):
        answers = [len(ask(nobody, "alice@verso.example", f"{known} {n}", known)) for n in range(7)]
        assert answers == [1, 1, 1, 1, 1, 0, 0]
    assert len(ask(nobody, "bob@verso.example")) == 1
    refused = owner.execute(
        "select entity_id, count(*) from audit_log where action = 'profile.reset_refused' group by 1"
    )
    assert refused.fetchall() == [(cast.alice.id, 4)]
    owner.execute(
        "update set_password_links set created_at = created_at - interval '1 hour' where token_hash = 'True 0'"
    )
    assert len(ask(nobody, "alice@verso.example", "an hour later", True)) == 1
    assert len(ask(nobody, "alice@verso.example", "too soon", False)) == 0
