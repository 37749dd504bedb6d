"""end_password_links: a link is good for what the person was when it was made."""

import pytest

from tests import factories
from tests.sql.password_links import add_link, live_hashes


@pytest.mark.parametrize(
    "change", ["role = 'staff_admin'", "email = 'new@verso.example'", "is_active = false", "email = null"]
)
def test_links_end_with_role_address_and_access(owner, cast, change):
    person = factories.add_profile(owner, "Dora Doe", password="!waiting")
    add_link(owner, person)
    add_link(owner, cast.bob.id, "bobs")
    owner.execute(f"update profiles set {change} where id = %s", [person])
    assert live_hashes(owner) == ["bobs"]


def test_links_stay_with_any_other_change(owner, cast):
    person = factories.add_profile(owner, "Dora Doe", password="!waiting")
    add_link(owner, person)
    owner.execute("update profiles set display_name = 'Dora', role = role where id = %s", [person])
    assert live_hashes(owner) == ["a-hash"]


def test_a_kept_link_of_an_investor_makes_no_administrator(owner, cast, app_connection):
    """The manager who made it keeps it until an administrator makes the person staff."""
    rita, ada = app_connection(cast.rita), app_connection(cast.ada)
    person = factories.add_profile(owner, "Dora Doe", password="!waiting")
    rita.execute("select app.make_password_link(%s, 'kept')", [person])
    ada.execute("update profiles set role = 'staff_admin' where id = %s", [person])
    used = "select app.use_password_link('kept', 'md5$salt$mine')"
    assert app_connection().execute(used).fetchone() == (None,)
    assert factories.value(owner, "select password from profiles where id = %s", person) == "!waiting"


@pytest.mark.parametrize("change", ["role = 'staff_ops'", "is_active = false"])
def test_links_that_a_person_made_end_with_their_rights(owner, cast, app_connection, change):
    """An administrator keeps a link of a colleague, and is let go."""
    app_connection(cast.abe).execute("select app.make_password_link(%s, 'kept')", [cast.ada.id])
    add_link(owner, cast.bob.id, "bobs")
    owner.execute(f"update profiles set {change} where id = %s", [cast.abe.id])
    assert live_hashes(owner) == ["bobs"]


def test_links_that_a_person_made_stay_with_another_address(owner, cast, app_connection):
    app_connection(cast.abe).execute("select app.make_password_link(%s, 'kept')", [cast.bob.id])
    owner.execute("update profiles set email = 'abe.arnold@verso.example' where id = %s", [cast.abe.id])
    assert live_hashes(owner) == ["kept"]
