"""app.staff_profiles: staff learn who is staff; nobody else learns anything."""

import pytest

from tests.factories import value


@pytest.mark.parametrize("who", ["sam", "ada", "alice", "larry", None])
def test_who_learns_it(owner, cast, app_connection, who):
    asked = app_connection(who and getattr(cast, who))
    found = {row[0] for row in asked.execute("select app.staff_profiles()").fetchall()}
    staff = {cast.ada.id, cast.abe.id, cast.sam.id, cast.rita.id, value(owner, "select app.system_profile()")}
    assert found == (staff if who in ("sam", "ada") else set())
