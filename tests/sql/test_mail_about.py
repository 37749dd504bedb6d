"""app.mail_about: staff learn whether people were mailed about a thing, and never what a notice says."""

from tests import factories
from tests.factories import value
from tests.sql.holds import refusal

ASKED = "select kind, user_id, mailed_at is not null, mail_stopped from app.mail_about(%s::uuid[])"


def test_staff_see_who_was_mailed_and_others_nothing(owner, cast, app_connection):
    thing, other = (value(owner, "select gen_random_uuid()") for _ in range(2))
    for who, entity, mailed in ((cast.alice, thing, "now"), (cast.bob, thing, None), (cast.mallory, other, None)):
        factories.insert(owner, "notices", user_id=who.id, kind="invoice.issued", entity_id=entity, mailed_at=mailed)
    found = app_connection(cast.sam).execute(ASKED, [[thing]]).fetchall()
    assert set(found) == {
        ("invoice.issued", cast.alice.id, True, ""), ("invoice.issued", cast.bob.id, False, "")
    }  # fmt: skip
    assert refusal(app_connection(cast.alice).execute, ASKED, [[thing]])[0] == "42501"
