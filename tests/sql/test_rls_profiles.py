"""What people may write of people: rls_profiles with guard_profile, and guard_investor."""

import psycopg
import pytest

from tests.factories import add_profile, value

SYSTEM = "00000000-0000-4000-8000-000000000001"
OTHER_HASH = "argon2$another"


def change(connection, person_id, **columns) -> int:
    sets = ", ".join(f"{column} = %s" for column in columns)
    return connection.execute(f"update profiles set {sets} where id = %s", [*columns.values(), person_id]).rowcount


def refused(connection, person_id, **columns) -> str:
    with pytest.raises(psycopg.errors.InsufficientPrivilege) as caught:
        change(connection, person_id, **columns)
    return caught.value.diag.message_primary


def row(owner, person_id):
    return owner.execute(
        "select role, is_active, email, title, password, last_login, created_at from profiles where id = %s",
        [person_id],
    ).fetchone()


RIGHTS = [
    {"role": "staff_admin"}, {"is_active": False}, {"email": "other@verso.example"}, {"title": "Director"},
    {"created_at": "2020-01-01"},
]  # fmt: skip


@pytest.mark.parametrize("name", ["alice", "larry", "sam", "rita"])
@pytest.mark.parametrize("rights", RIGHTS, ids=lambda r: next(iter(r)))
def test_nobody_gives_themselves_rights(owner, cast, app_connection, name, rights):
    person = getattr(cast, name)
    before = row(owner, person.id)
    refused(app_connection(person), person.id, **rights)
    assert row(owner, person.id) == before


@pytest.mark.parametrize("rights", [{"role": "investor"}, {"is_active": False}, {"email": "x@verso.example"}])
def test_not_even_an_administrator_changes_their_own(owner, cast, app_connection, rights):
    refused(app_connection(cast.ada), cast.ada.id, **rights)


def test_people_keep_their_own_name_and_language(owner, cast, app_connection):
    mine = {"display_name": "A.", "language": "de", "time_zone": "UTC"}
    assert change(app_connection(cast.alice), cast.alice.id, **mine, last_login="2026-01-01") == 1
    assert row(owner, cast.alice.id)[5] is not None


@pytest.mark.parametrize("column", ["password", "session_stamp"])
@pytest.mark.parametrize("who", ["alice", "ada"])
def test_nobody_writes_what_is_kept_of_a_password_past_its_functions(owner, cast, app_connection, who, column):
    before = value(owner, f"select {column} from profiles where id = %s", cast.alice.id)
    refused(app_connection(getattr(cast, who)), cast.alice.id, **{column: str(cast.alice.id)})
    assert value(owner, f"select {column} from profiles where id = %s", cast.alice.id) == before


@pytest.mark.parametrize(
    "reading",
    [
        "select password from profiles",
        "select * from profiles",
        "select p from profiles p",
        "select 1 from profiles where password ~ '^md5'",
        "select id from profiles order by password",
        "select to_jsonb(p) from profiles p",
        "update profiles set display_name = password",
        "update profiles set display_name = display_name where password ~ '^md5'",
        "update profiles set display_name = display_name returning password",
        "select token_hash from invite_links",
        "select 1 from invite_links where token_hash > 'a'",
        "select token_hash from set_password_links",
        "select max(token_hash) from set_password_links",
    ],
)
def test_what_is_kept_of_passwords_and_tokens_cannot_be_read(cast, app_connection, reading):
    for who in (cast.alice, cast.ada, SYSTEM):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app_connection(who).execute(reading)


def test_other_peoples_rows_are_not_there(cast, app_connection):
    assert change(app_connection(cast.alice), cast.bob.id, display_name="B.") == 0
    assert change(app_connection(cast.alice), cast.sam.id, display_name="S.") == 0
    assert change(app_connection(), cast.alice.id, display_name="A.") == 0


@pytest.mark.parametrize("name", ["sam", "rita"])
def test_staff_keep_investors_people_but_not_staff(owner, cast, app_connection, name):
    connection = app_connection(getattr(cast, name))
    kept = {"display_name": "Alice A.", "title": "Head", "is_active": False}
    assert change(connection, cast.alice.id, **kept) == 1
    assert row(owner, cast.alice.id)[1:4] == (False, "alice@verso.example", "Head")
    refused(connection, cast.alice.id, role="staff_ops")
    assert "administrator" in refused(connection, cast.ada.id, display_name="Ada A.")


def test_the_email_of_who_signs_in_is_the_administrators_to_change(owner, cast, app_connection):
    """Whoever can change the e-mail can have a new password sent there, and become the person."""
    new = add_profile(owner, "Nora New", password="!none")
    sam, ada = app_connection(cast.sam), app_connection(cast.ada)
    assert change(sam, new, email="nora.new@verso.example") == 1
    refused(sam, cast.alice.id, email="mine@verso.example")
    assert change(ada, cast.alice.id, email="alice.a@verso.example") == 1
    assert change(ada, cast.sam.id, email="sam.s@verso.example", role="staff_rm") == 1


@pytest.mark.parametrize("name", ["sam", "ada"])
def test_nobody_sets_anothers_password_or_sign_in(cast, app_connection, name):
    connection = app_connection(getattr(cast, name))
    for columns in ({"password": OTHER_HASH}, {"password": "!"}, {"last_login": "2026-01-01"}):
        refused(connection, cast.alice.id, **columns)


def test_the_system_profile_is_nobodys_to_change(cast, app_connection):
    refused(app_connection(cast.ada), SYSTEM, display_name="Me")
    refused(app_connection(SYSTEM), SYSTEM, password=OTHER_HASH)


@pytest.mark.parametrize(
    ("name", "new", "allowed"),
    [
        ("sam", {}, True),
        ("rita", {}, True),
        ("sam", {"role": "staff_rm"}, False),
        ("rita", {"role": "staff_admin"}, False),
        ("ada", {"role": "staff_admin"}, True),
        ("ada", {"password": OTHER_HASH}, False),
        ("alice", {}, False),
    ],
)
def test_adding_people(owner, cast, app_connection, name, new, allowed):
    columns = {"email": "new@verso.example", "display_name": "New", **new}
    values = ", ".join(["%s"] * len(columns))
    statement = f"insert into profiles ({', '.join(columns)}) values ({values}) returning id"
    connection = app_connection(getattr(cast, name))
    if allowed:
        assert value(connection, statement, *columns.values())
    else:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement, list(columns.values()))
    assert value(owner, "select count(*) from profiles where display_name = 'New'") == int(allowed)


def test_the_owner_is_not_asked(owner, cast):
    assert change(owner, cast.alice.id, role="staff_ops", email="o@verso.example", password="x") == 1


def test_no_manager_takes_an_investor_over(owner, cast, app_connection):
    """An RM approves any amount for own investors."""
    owner.execute("update investors set rm_id = null where id = %s", [cast.morland])
    take = "update investors set rm_id = %s where id = %s"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app_connection(cast.rita).execute(take, [cast.rita.id, cast.morland])
    assert value(owner, "select rm_id from investors where id = %s", cast.morland) is None
    assert app_connection(cast.sam).execute(take, [cast.rita.id, cast.morland]).rowcount == 1
    keep = "update investors set legal_name = 'Morland', rm_id = rm_id where id = %s"
    assert app_connection(cast.rita).execute(keep, [cast.morland]).rowcount == 1
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app_connection(cast.sam).execute("update investors set created_at = '2020-01-01'")


def test_hashes_of_password_links_are_read_by_nobody(owner, cast, app_connection):
    owner.execute(
        "insert into set_password_links (user_id, token_hash, expires_at) values (%s, 'h', now())",
        [cast.alice.id],
    )
    ada = app_connection(cast.ada)
    assert value(ada, "select user_id from set_password_links") == cast.alice.id
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        ada.execute("select token_hash from set_password_links")
