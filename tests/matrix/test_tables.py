"""Every table × every kind of person × every verb, over generated worlds, against the oracle (A2).

0 rows too many, 0 too few. Five worlds in every run, a hundred with ``pytest -m many_worlds``.
"""

import psycopg
import pytest
from psycopg import sql
from psycopg.rows import dict_row

from tests.matrix import oracle
from tests.matrix.world import LATER, NOW, World

PEOPLE = list(oracle.REACH)
STAFF = {"staff_rm", "staff_ops", "staff_admin", "system"}

# A column that is set to itself to try an UPDATE; the first one besides the key unless named here.
HARMLESS = {
    "notices": "read_at",
    "profiles": "display_name",
    "invite_links": "expires_at",
    "django_session": "session_data",
    "axes_accesslog": "logout_time",
}


def tables_of(connection) -> dict[str, list[str]]:
    """Every table there is, with the columns of its key."""
    return dict(
        connection.execute(
            "select c.relname::text, array_agg(a.attname::text order by a.attnum) from pg_class c"
            " join pg_index i on i.indrelid = c.oid and i.indisprimary"
            " join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey)"
            " where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')"
            " and not c.relispartition"
            " group by c.relname"
        )
    )


def key_of(columns) -> sql.Composed:
    return sql.SQL("concat_ws(',', {})").format(sql.SQL(", ").join(map(sql.Identifier, columns)))


class Matrix:
    """One world, all of its rows as the owner sees them, and connections as each kind of person."""

    def __init__(self, owner, connect, seed):
        self.world, self.keys = World(owner, seed), tables_of(owner)
        self.connections = {kind: connect(self.world.people[kind]) for kind in PEOPLE}
        self.truth = {}
        with owner.cursor(row_factory=dict_row) as cursor:
            for table, key in self.keys.items():
                statement = sql.SQL("select {} as _key, * from {}").format(key_of(key), sql.Identifier(table))
                self.truth[table] = cursor.execute(statement).fetchall()

    def eyes(self, kind) -> oracle.Eyes:
        return oracle.eyes_of(self.truth, self.world.people[kind])

    def column(self, table) -> str:
        """The column with which an UPDATE is tried."""
        return HARMLESS.get(table) or self.world.catalog.first_column(table)

    def rows(self, table):
        """The rows on which a verb is tried: without those that a rule of business protects."""
        agreed = {c["selected_fee_plan_id"] for c in self.truth["deal_commitments"]}
        if table == "fee_components":
            drafts = {d["id"] for d in self.truth["deals"] if d["status"] == "draft"}
            fixed = {f["id"] for f in self.truth["fee_plans"] if f["effective_from"] and f["deal_id"] not in drafts}
            return [r for r in self.truth[table] if r["fee_plan_id"] not in agreed | fixed]
        if table == "fee_plans":
            return [r for r in self.truth[table] if r["name"] == "Empty"]
        return self.truth[table]


@pytest.fixture
def matrix(request, owner, app_connection):
    return Matrix(owner, app_connection, request.param)


five_worlds = pytest.mark.parametrize("matrix", range(1, 6), indirect=True, ids="world{}".format)


def test_every_table_has_an_entry_in_the_oracle(superuser):
    assert set(tables_of(superuser)) == set(oracle.SEES)


@five_worlds
def test_reading(matrix):
    check_reading(matrix)


@five_worlds
def test_writing(matrix):
    check_writing(matrix)


@pytest.mark.many_worlds
@pytest.mark.parametrize("matrix", range(6, 106), indirect=True, ids="world{}".format)
def test_many_worlds(matrix):
    check_reading(matrix)
    check_writing(matrix)


@five_worlds
def test_readonly_reads_no_whole_row_of_anybody_and_writes_nothing(matrix, readonly_connection):
    """What it reads is granted by column: tests/house/test_readonly.py."""
    reader = readonly_connection(matrix.world.people["staff_admin"])
    for table in set(matrix.keys) - oracle.FIGURES_ALONE:
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            reader.execute(sql.SQL("select * from {}").format(sql.Identifier(table)))
    for table in matrix.keys:
        for verb in ("delete from {}", "truncate {}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(sql.SQL(verb).format(sql.Identifier(table)))


# --- reading


def check_reading(matrix):
    for kind in PEOPLE:
        connection, eyes = matrix.connections[kind], matrix.eyes(kind)
        for table in matrix.keys:
            allowed = {r["_key"] for r in matrix.truth[table] if oracle.SEES[table](eyes, r)}
            seen = seen_keys(connection, table, matrix.keys[table])
            assert seen - allowed == set(), f"{kind} sees too much of {table}"
            assert allowed - seen == set(), f"{kind} sees too little of {table}"
            check_cell(matrix, kind, table, seen)


def check_cell(matrix, kind, table, seen):
    """A cell without a row to see, or to miss, would prove nothing."""
    assert bool(seen) == (table in oracle.REACH[kind]), f"{kind} on {table}: nothing to see, or never to be seen"
    never_missed = kind in STAFF or table in oracle.ALWAYS
    if not never_missed or (table == "notices" and kind != "system"):
        assert len(seen) < len(matrix.truth[table]), f"{kind} on {table}: nothing to miss"


def seen_keys(connection, table, key) -> set[str]:
    statement = sql.SQL("select {} from {}").format(key_of(key), sql.Identifier(table))
    try:
        return {row[0] for row in connection.execute(statement)}
    except psycopg.errors.InsufficientPrivilege:
        return set()


# --- writing: every try is rolled back


class Undo(Exception):
    pass


def attempt(connection, statement, params=()) -> int | None:
    """How many rows a statement touches, or None when it is refused (42501)."""
    touched = None
    try:
        with connection.transaction():
            touched = connection.execute(statement, params).rowcount
            raise Undo
    except Undo:
        return touched
    except psycopg.errors.InsufficientPrivilege:
        return None


def check_writing(matrix):
    check_inserts(matrix)
    check_changes(matrix, "UPDATE")
    check_blind_updates(matrix)
    check_changes(matrix, "DELETE")


def check_inserts(matrix):
    for kind in PEOPLE:
        connection, eyes = matrix.connections[kind], matrix.eyes(kind)
        for table in matrix.keys:
            columns = new_row(matrix, table, eyes)
            statement = sql.SQL("insert into {} ({}) values ({})").format(
                sql.Identifier(table),
                sql.SQL(", ").join(map(sql.Identifier, columns)),
                sql.SQL(", ").join(sql.Placeholder() * len(columns)),
            )
            # As Django does it, the row comes back, so it must be one's to read as well.
            reading = statement + sql.SQL(" returning {}").format(key_of(matrix.keys[table]))
            for form in (statement, reading):
                done = attempt(connection, form, list(columns.values())) == 1
                assert done == oracle.may_insert(table, eyes), f"{kind} inserts into {table}"


def check_changes(matrix, verb):
    for kind in PEOPLE:
        connection, eyes = matrix.connections[kind], matrix.eyes(kind)
        for table, key in matrix.keys.items():
            rows = [r for r in matrix.rows(table) if not guarded(verb, table, r, eyes)]
            if verb == "UPDATE":
                expected = [r for r in rows if oracle.may_update(table, eyes, r)]
            else:
                expected = [r for r in rows if oracle.may_delete(table, eyes, r)]
            touched = attempt(connection, change(matrix, verb, table, key), [[r["_key"] for r in rows]]) or 0
            assert touched == len(expected), f"{kind}: {verb} of {table}"


def check_blind_updates(matrix):
    """An UPDATE that reads no column is not held back by what may be read: its own policy must do it."""
    for kind in set(PEOPLE) - STAFF:
        connection, eyes = matrix.connections[kind], matrix.eyes(kind)
        for table in set(matrix.keys) - oracle.ANYBODY_KEEPS:
            column = sql.Identifier(matrix.column(table))
            value = sql.SQL("true" if table == "account_emailaddress" else "default")
            statement = sql.SQL("update {} set {} = {}").format(sql.Identifier(table), column, value)
            expected = [r for r in matrix.truth[table] if oracle.may_update(table, eyes, r)]
            assert (attempt(connection, statement) or 0) == len(expected), f"{kind}: blind UPDATE of {table}"


def guarded(verb, table, row, eyes) -> bool:
    """Rows at which a trigger raises for staff: tried one by one in tests/sql/test_rls_profiles.py."""
    return verb == "UPDATE" and table == "profiles" and eyes.staff and not oracle.may_update(table, eyes, row)


def change(matrix, verb, table, key) -> sql.Composed:
    if verb == "DELETE":
        return sql.SQL("delete from {} where {} = any (%s)").format(sql.Identifier(table), key_of(key))
    column = sql.Identifier(matrix.column(table))
    return sql.SQL("update {} set {} = {} where {} = any (%s)").format(
        sql.Identifier(table), column, column, key_of(key)
    )


def new_row(matrix, table, eyes) -> dict:
    """A row right in itself, pointing to what the person sees where it can: only access can refuse it."""
    world = matrix.world
    deal = next(iter(eyes.deals), world.first)
    investor = next(iter(eyes.investors), world.aldgate)
    vehicle = next(iter(eyes.vehicles), world.vehicles[0])
    me = eyes.who or world.others[0]
    special = (
        rows_of_people(world, me, investor)
        | rows_of_deals(world, deal, investor, vehicle, me)
        | rows_of_the_framework(matrix, me)
    )
    known = {"deals": deal, "investors": investor, "vehicles": vehicle, "profiles": me}
    return special.get(table) or world.catalog.row(table, known)


# Rows of tables on which something special depends; of any other a plain row will do (tests/matrix/rows.py).


def rows_of_people(world, me, investor) -> dict:
    return {
        "investor_users": {"investor_id": world.novak, "user_id": world.people["lawyer"]},
        "investors": {"legal_name": "New"},
        "profiles": {"email": "new@verso.example", "display_name": "New"},
        "set_password_links": {"user_id": me, "token_hash": "new", "expires_at": LATER},
        "tasks": {"owner_user_id": me, "title": "New"},
    }  # fmt: skip


def rows_of_deals(world, deal, investor, vehicle, me) -> dict:
    return {
        "deal_memberships": {"deal_id": world.draft, "user_id": me, "role": "viewer"},
        "deals": {"name": "New", "code": "new_deal", "vehicle_id": vehicle},
        "documents": {"file_key": "new.pdf", "owner_investor_id": investor, "owner_user_id": me, "deal_id": deal,
                      "vehicle_id": vehicle},
        "fee_components": {"fee_plan_id": world.free_plans[deal], "kind": "flat", "flat_amount": 1},
        "fee_plans": {"deal_id": deal, "name": "New"},
        "invite_links": {"deal_id": deal, "role": "investor", "token_hash": "new", "expires_at": LATER},
        "valuations": {"vehicle_id": vehicle, "as_of_date": "2027-01-01", "nav_total": 1},
    }  # fmt: skip


def rows_of_the_framework(matrix, me) -> dict:
    tried = {"user_agent": "", "http_accept": "", "path_info": "/", "attempt_time": NOW}
    return {
        "account_emailaddress": {"email": "n@verso.example", "verified": False, "primary": False, "user_id": me},
        "axes_accessattempt": {**tried, "username": "n", "get_data": "", "post_data": "", "failures_since_start": 1},
        "axes_accesslog": {**tried, "session_hash": ""},
        "django_admin_log": {"action_time": NOW, "object_repr": "x", "action_flag": 1, "change_message": "",
                             "user_id": me},
    }  # fmt: skip
