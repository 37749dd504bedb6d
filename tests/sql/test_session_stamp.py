"""new_session_stamp: every new password, however it was stored, ends the sessions of before."""

from tests import factories


def stamps(owner):
    return dict(owner.execute("select display_name, session_stamp from profiles").fetchall())


def test_a_new_password_brings_a_new_stamp_for_its_person_alone(owner, cast, app_connection):
    before = stamps(owner)
    app_connection(cast.alice).execute("select app.change_password(%s, 'md5$a$b')", [factories.password_hash()])
    owner.execute("update profiles set password = 'md5$c$d' where id = %s", [cast.bob.id])
    assert {name for name, stamp in stamps(owner).items() if stamp != before[name]} == {"Alice Aldgate", "Bob Aldgate"}


def test_other_changes_keep_it(owner, cast, app_connection):
    before = stamps(owner)
    owner.execute("update profiles set password = password, title = 'T'")
    assert stamps(owner) == before
