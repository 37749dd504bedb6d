"""app.password_link_owner: whose password a link sets, for live links only."""

import pytest

from tests import factories
from tests.sql.password_links import add_link


def owner_of(connection, token_hash):
    return connection.execute("select email, display_name from app.password_link_owner(%s)", [token_hash]).fetchall()


def test_names_the_person_behind_a_live_link(owner, cast, app_connection):
    add_link(owner, cast.alice.id)
    assert owner_of(app_connection(), "a-hash") == [("alice@verso.example", "Alice Aldgate")]


@pytest.mark.parametrize("dead", ["unknown", "used", "over", "disabled"])
def test_says_nothing_about_any_other(owner, cast, app_connection, dead):
    person = factories.add_profile(owner, "Dora Doe", is_active=dead != "disabled")
    add_link(owner, person, days=-0.001 if dead == "over" else 7, used=dead == "used")
    assert owner_of(app_connection(), "guess" if dead == "unknown" else "a-hash") == []
