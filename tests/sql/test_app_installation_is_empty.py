"""app.installation_is_empty: whether the first page says how to make an administrator."""

import pytest

from tests import factories


def is_empty(connection):
    return connection.execute("select app.installation_is_empty()").fetchone()[0]


def test_the_system_profile_alone_is_an_empty_installation(owner, app_connection):
    assert owner.execute("select count(*) from profiles").fetchone() == (1,)
    assert is_empty(app_connection()) is True


@pytest.mark.parametrize(
    ("columns", "empty"),
    [({}, False), ({"is_active": False}, True), ({"password": "!waiting"}, True)],
    ids=["can sign in", "disabled", "no password yet"],
)
def test_only_somebody_who_can_sign_in_ends_it(owner, app_connection, columns, empty):
    factories.add_profile(owner, "Ada Adler", role="staff_admin", **columns)
    assert is_empty(app_connection()) is empty
