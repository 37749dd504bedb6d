"""app.audit_row and app.audit_table: direct writes leave a row each, whoever writes and with what."""

import uuid

import pytest

from tests.factories import act_as, value

ONE, TWO = (uuid.UUID(int=n, version=4) for n in (1, 2))
FRIEND = uuid.UUID(int=3, version=4)
ROWS = (
    "select action, entity_id, deal_id, before, after, actor_user_id, db_user from audit_log"
    " where entity = any (%s) order by id"
)


@pytest.fixture
def notes(owner):
    """A table under the trigger, as an app's migration would make it; gone after the test."""
    owner.execute(
        "create table notes (id uuid primary key, deal_id uuid, text text, access_token text, units numeric,"
        " at timestamptz, last_login timestamptz, updated_at timestamptz)"
    )
    owner.execute("create table friends (a uuid, b uuid, note text, primary key (a, b))")
    owner.execute("select app.audit_table('public.notes'), app.audit_table('public.friends', 'a', p_deal => 'b')")
    owner.execute("grant select, insert, update, delete on notes to verso_app")
    yield "notes"
    owner.execute("drop table notes, friends")


def told(connection):
    return connection.execute(ROWS, [["notes", "friends"]]).fetchall()


def test_insert_tells_the_whole_row_without_its_nulls(owner, notes):
    owner.execute("insert into notes (id, deal_id, text, units) values (%s, %s, 'a', 1.50)", [ONE, TWO])
    assert told(owner) == [
        (
            "notes.insert", ONE, TWO, None,
            {"id": str(ONE), "deal_id": str(TWO), "text": "a", "units": 1.50}, None, "verso_owner",
        )
    ]  # fmt: skip


def test_update_tells_only_what_changed(owner, notes):
    owner.execute("insert into notes (id, text, units) values (%s, 'a', 1)", [ONE])
    owner.execute("update notes set text = 'b', units = 1, deal_id = %s", [TWO])
    assert told(owner)[1][:5] == (
        "notes.update", ONE, TWO, {"text": "a", "deal_id": None}, {"text": "b", "deal_id": str(TWO)},
    )  # fmt: skip


def test_delete_keeps_what_was_there(owner, notes):
    owner.execute("insert into notes (id, text) values (%s, 'a')", [ONE])
    owner.execute("delete from notes")
    assert told(owner)[1][:5] == ("notes.delete", ONE, None, {"id": str(ONE), "text": "a"}, None)


def test_nothing_worth_telling_writes_nothing(owner, notes):
    owner.execute("insert into notes (id, text) values (%s, 'a')", [ONE])
    owner.execute("update notes set text = 'a'")
    owner.execute("update notes set last_login = now()")
    owner.execute("update notes set last_login = now(), updated_at = now()")
    owner.execute("update notes set text = 'b' where id = %s", [TWO])
    owner.execute("delete from notes where id = %s", [TWO])
    assert [row[0] for row in told(owner)] == ["notes.insert"]


def test_beside_a_real_change_the_sign_in_is_told(owner, notes):
    owner.execute("insert into notes (id, text) values (%s, 'a')", [ONE])
    owner.execute("update notes set last_login = '2026-01-02 03:04:05+01', text = 'b'")
    assert told(owner)[1][4] == {"last_login": "2026-01-02T02:04:05+00:00", "text": "b"}


def test_secrets_are_never_told(owner, notes):
    owner.execute("insert into notes (id, access_token) values (%s, 'hush')", [ONE])
    owner.execute("update notes set access_token = 'other'")
    owner.execute("update notes set access_token = null")
    assert [(row[3], row[4]) for row in told(owner)] == [
        (None, {"id": str(ONE), "access_token": "[redacted]"}),
        ({"access_token": "[redacted]"}, {"access_token": "[redacted]"}),
        ({"access_token": "[redacted]"}, {"access_token": None}),
    ]
    assert value(owner, "select count(*) from audit_log where concat(before, after) ~ 'hush|other'") == 0


def test_passwords_and_link_tokens_of_the_product_are_never_told(owner, cast):
    owner.execute("update profiles set password = 'argon2$hush' where id = %s", [cast.alice.id])
    row = owner.execute(
        "select before, after from audit_log where action = 'profiles.update' and entity_id = %s",
        [cast.alice.id],
    ).fetchone()
    hidden = {"password": "[redacted]", "session_stamp": "[redacted]"}  # sessions hang on the stamp
    assert row == (hidden, hidden)
    assert value(owner, "select count(*) from audit_log where concat(before, after) ~ 'argon2'") == 0


def test_a_composite_key_is_told_and_a_changed_key_shows_both_rows(owner, notes):
    owner.execute("insert into friends values (%s, %s, 'x')", [ONE, TWO])
    owner.execute("update friends set note = 'y'")
    owner.execute("update friends set b = %s", [FRIEND])
    rows = told(owner)
    assert rows[1][:5] == (
        "friends.update", ONE, TWO, {"note": "x", "b": str(TWO)}, {"note": "y", "b": str(TWO)},
    )  # fmt: skip
    assert sorted((str(row[2]), row[3] is None, row[4] is None) for row in rows[2:]) == [
        (str(TWO), False, True),
        (str(FRIEND), True, False),
    ]


def test_many_rows_of_one_statement_are_one_chain(owner, notes):
    made = 300
    owner.execute("insert into notes (id, units) select gen_random_uuid(), n from generate_series(1, %s) n", [made])
    owner.execute("update notes set units = units + 1000")
    for action in ("notes.insert", "notes.update"):
        lanes, first, last, rows, told_rows = owner.execute(
            "select count(distinct lane), min(seq), max(seq), count(*), count(distinct entity_id)"
            " from audit_log"
            " where action = %s",
            [action],
        ).fetchone()
        assert (lanes, last - first + 1, rows, told_rows) == (1, made, made, made)
    pairs = owner.execute(
        "select before ->> 'units', after ->> 'units' from audit_log where action = 'notes.update'"
    ).fetchall()
    assert all(int(after) - int(before) == 1000 for before, after in pairs)


def test_insert_on_conflict_tells_both_halves(owner, notes):
    owner.execute("insert into notes (id, text) values (%s, 'a')", [ONE])
    owner.execute(
        "insert into notes (id, text) values (%s, 'b'), (%s, 'c') on conflict (id) do update set text = 'b'",
        [ONE, TWO],
    )
    assert sorted((row[0], str(row[1])) for row in told(owner)[1:]) == [
        ("notes.insert", str(TWO)),
        ("notes.update", str(ONE)),
    ]


def test_the_application_is_named_by_its_identity(owner, app_connection, notes, cast):
    app = app_connection()
    with app.transaction():
        act_as(app, cast.sam.id, local=True)
        app.execute("insert into notes (id) values (%s)", [ONE])
    app.execute("update notes set text = 'nobody'")
    assert [(row[0], row[5], row[6]) for row in told(owner)] == [
        ("notes.insert", cast.sam.id, "verso_app"),
        ("notes.update", None, "verso_app"),
    ]


def test_a_session_in_replica_mode_is_audited_too(owner, superuser, notes):
    superuser.execute("set session_replication_role = replica")
    superuser.execute("insert into notes (id) values (%s)", [ONE])
    assert [(row[0], row[6]) for row in told(owner)] == [("notes.insert", "postgres")]


def test_a_failed_audit_row_undoes_the_change(owner, app_connection, notes):
    """Control: an audit write that fails is not swallowed."""
    with owner.transaction():
        owner.execute("select pg_advisory_xact_lock(4157, lane) from audit_lanes")
        app = app_connection()
        with pytest.raises(Exception) as refused:
            app.execute("insert into notes (id) values (%s)", [ONE])
    assert refused.value.sqlstate == "DL002"
    assert value(owner, "select count(*) from notes") == 0


def test_rows_that_were_there_before_are_told_as_they_are(owner, superuser, notes):
    superuser.execute("alter table notes disable trigger all; alter table friends disable trigger all")
    owner.execute("insert into notes (id, deal_id, text) values (%s, %s, 'a'), (%s, null, 'b')", [ONE, ONE, TWO])
    owner.execute("drop trigger audit_insert on notes")
    owner.execute("select app.audit_table('public.notes'), app.audit_table('public.friends', 'a', p_deal => 'b')")
    assert [row[:5] for row in told(owner)] == [
        ("notes.there", ONE, ONE, None, {"id": str(ONE), "deal_id": str(ONE), "text": "a"}),
        ("notes.there", TWO, None, None, {"id": str(TWO), "text": "b"}),
    ]


def test_a_key_that_is_no_uuid_is_told_with_every_change(owner, notes):
    owner.execute("create table numbered (id bigint primary key, text text)")
    owner.execute("select app.audit_table('public.numbered')")
    owner.execute("insert into numbered values (1, 'a'), (2, 'a')")
    owner.execute("update numbered set text = 'b' where id = 2")
    rows = owner.execute("select entity_id, before, after from audit_log where action = 'numbered.update'").fetchall()
    owner.execute("drop table numbered")
    assert rows == [(None, {"id": 2, "text": "a"}, {"id": 2, "text": "b"})]


def test_installing_twice_is_installing_once(owner, notes):
    owner.execute("select app.audit_table('public.notes')")
    owner.execute("insert into notes (id) values (%s)", [ONE])
    assert len(told(owner)) == 1
