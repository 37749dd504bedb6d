"""The database is what design §3 says: who owns, who may, which policies, which functions. Asked of"
" the catalog."""

import re

import psycopg
import pytest

from tests import factories
from tests.classes import classes_of
from tests.factories import value

# Tables of the framework on which row level security cannot stand, each with its reason.
WITHOUT_RLS = {
    "auth_group": "names of groups; nobody is in one, rights follow from the role",
    "auth_group_permissions": "as auth_group",
    "auth_permission": "names of rights; about nobody",
    "axes_accessattempt": "written before there is an identity: failed sign-ins",
    "axes_accessattemptexpiration": "as axes_accessattempt",
    "axes_accessfailurelog": "as axes_accessattempt",
    "axes_accesslog": "as axes_accessattempt",
    "django_content_type": "names of models; about nobody",
    "django_migrations": "read by /readyz, without an identity",
}

S, I, U, D = "SELECT", "INSERT", "UPDATE", "DELETE"  # noqa: E741
# What verso_app may do with a table follows from its class. This is what stands in the files beside that.
SPECIAL_GRANTS = {
    "account_emailaddress": {I},
    "deal_memberships": {I},
    "deals": {I},
    "django_admin_log": {I},
    "documents": {I},
    "fee_components": {I},
    "fee_plans": {I},
    "introducers": {I},
    "investor_users": {I},
    "investors": {I},
    "invite_links": {I},
    "profiles": {I},
    "statement_mappings": {I},
    "tasks": {I},
    "valuations": {I},
    # without a class
    "auth_group": {S},
    "auth_group_permissions": {S},
    "auth_permission": {S},
    "axes_accessattempt": {S, I},
    "axes_accessattemptexpiration": {S},
    "axes_accessfailurelog": {S},
    "axes_accesslog": {S, I},
    "django_content_type": {S},
    "django_migrations": {S},
    "v_deal_summary": {S},
}
# Of these too every column but the key may be changed (app.grant_update). Never the table as such: who may UPDATE or
# DELETE a table may lock it against everybody.
CHANGED_IN_PLACE = {
    "account_emailaddress", "axes_accessattempt", "deals", "documents", "fee_components", "fee_plans", "investors",
    "tasks",
}  # fmt: skip
# Where only some columns may be written or read.
COLUMN_GRANTS = {
    ("axes_accesslog", U): {"logout_time"},
    ("introducers", U): {
        "user_id", "legal_name", "status", "contact_name", "email", "phone", "street", "postcode", "town", "country",
        "vat_id", "vat_treatment", "vat_rate_bps", "account_holder", "bank_name", "iban", "bic",
    },
    ("invite_links", U): {"expires_at", "max_uses", "email", "revoked_at"},
    ("notices", U): {"read_at"},
    ("profiles", U): {
        "role", "display_name", "email", "title", "created_at", "last_login", "is_active", "time_zone",
        "language",
    },
    # All but what is kept of passwords and tokens.
    ("profiles", S): {
        "id", "role", "display_name", "email", "title", "created_at", "created_by", "has_password", "session_stamp",
        "lockout_told_at", "last_login", "is_active", "is_staff", "time_zone", "language", "admin_until",
        "investor_until", "staff_until",
    },
    ("invite_links", S): {
        "id", "deal_id", "role", "expires_at", "max_uses", "used_count", "created_by", "created_at", "email",
        "revoked_at",
    },
    ("set_password_links", S): {"id", "user_id", "expires_at", "used_at", "created_by", "created_at", "from_known"},
}  # fmt: skip
# Written directly, and yet without the generic audit trigger.
NOT_AUDITED = {
    "job_runs": "a heartbeat, not a change",
    "notices": "that somebody read a notice changes nothing of the business",
    "tasks": "work to do; what is done leaves its own row",
    "account_emailaddress": "a copy of profiles.email that allauth keeps",
    "django_admin_log": "a log itself",
}
# Columns that a WITH CHECK need not name: who may write there reads every row they could point to.
UNCHECKED_REFERENCES = {
    ("share_sources", "contract_doc_id"): "staff only, and staff read all papers",
    ("deals", "receiving_account_id"): "staff only, and staff read all receiving accounts",
    ("django_admin_log", "content_type_id"): "content types are about nobody",
    ("statement_mappings", "receiving_account_id"): "staff only, and staff read all receiving accounts",
}
# SECURITY DEFINER functions that the owner keeps: they make tables, which verso_definer may not.
OWNED_BY_OWNER = {"audit_make_partitions", "audit_partition_state"}

OURS = "n.nspname in ('public', 'app')"


@pytest.fixture
def rows(superuser):
    return lambda sql, *params: superuser.execute(sql, params).fetchall()


@pytest.fixture
def names(rows):
    return lambda sql, *params: {row[0] for row in rows(sql, *params)}


@pytest.fixture
def classes(superuser):
    return classes_of(superuser)


@pytest.fixture
def grants(classes):
    """All that verso_app may do with each table as a whole."""
    by_column = {table for table, verb in COLUMN_GRANTS if verb == S}
    derived = {name: table.grants - ({S} if name in by_column else set()) for name, table in classes.items()}
    return derived | {name: derived.get(name, set()) | special for name, special in SPECIAL_GRANTS.items()}


@pytest.fixture
def changed_in_place(classes):
    return CHANGED_IN_PLACE | {name for name, table in classes.items() if table.written_in_place}


# --- roles


def test_the_application_is_nobody_in_particular(names, rows):
    assert rows(
        "select rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolinherit, rolcanlogin"
        " from pg_roles"
        " where rolname in ('verso_app', 'verso_readonly', 'verso_definer') order by 1"
    ) == [
        ("verso_app", False, False, False, False, False, True),
        ("verso_definer", False, False, False, False, True, False),
        ("verso_readonly", False, False, False, False, False, True),
    ]
    assert not names(
        "select r.rolname || ' in ' || g.rolname from pg_auth_members m join pg_roles r on r.oid = m.member"
        " join pg_roles g on g.oid = m.roleid where r.rolname in ('verso_app', 'verso_readonly',"
        " 'verso_definer')"
    )
    assert not names(
        "select r.rolname from pg_auth_members m join pg_roles r on r.oid = m.member"
        " where m.roleid in ('verso_app'::regrole, 'verso_readonly'::regrole) and not r.rolsuper"
    )


def test_sessions_are_limited_in_time_and_number(rows):
    """A session may change its times; how many there are it may not."""
    times = ["idle_in_transaction_session_timeout=30s", "lock_timeout=10s", "statement_timeout=60s"]
    found = rows(
        "select rolname, rolconnlimit, array(select unnest(rolconfig) except select 'transaction_timeout=1h')"
        " from pg_roles where rolname in ('verso_app', 'verso_readonly') order by 1"
    )
    assert [(name, number, sorted(config)) for name, number, config in found] == [
        ("verso_app", 120, times),
        ("verso_readonly", 20, times),
    ]


def test_the_owner_gets_in_when_the_application_has_taken_all_it_can(rows):
    """By arithmetic: a test that took all of them would starve whatever else runs on this server."""
    ((taken, all_there_are),) = rows(
        "select sum(rolconnlimit), current_setting('max_connections')::int"
        " - current_setting('superuser_reserved_connections')::int from pg_roles"
        " where starts_with(rolname::text, 'verso') and rolcanlogin and rolname <> 'verso_owner'"
    )
    assert taken == 140
    assert all_there_are - taken >= 20


def test_the_application_owns_nothing(rows):
    owners = {
        "pg_class": "relowner",
        "pg_proc": "proowner",
        "pg_namespace": "nspowner",
        "pg_type": "typowner",
    }
    for catalog, column in owners.items():
        owned = f"select 1 from {catalog} where {column} in ('verso_app'::regrole, 'verso_readonly'::regrole)"
        assert rows(owned) == [], catalog


def test_tables_belong_to_the_owner_and_functions_to_owner_or_definer(names):
    assert names(f"select distinct pg_get_userbyid(relowner)::text from pg_class c join pg_namespace n"
                 f" on n.oid = relnamespace where {OURS}") == {"verso_owner"}  # fmt: skip
    assert names(f"select distinct pg_get_userbyid(proowner)::text from pg_proc p join pg_namespace n"
                 f" on n.oid = pronamespace where {OURS}") == {"verso_owner", "verso_definer"}  # fmt: skip


@pytest.mark.parametrize(
    "forbidden",
    [
        "create table public.mine (id int)",
        "create temp table reservations (id int)",
        "create function app.mine() returns int language sql as 'select 1'",
        "alter table deals disable row level security",
        'drop policy "Staff read all deals" on deals',
        "alter table audit_log disable trigger all",
        "set role verso_owner",
        "set role verso_definer",
        "set session_replication_role = replica",
        "truncate reservations",
        "truncate audit_log",
        "copy deals to program 'cat'",
        "select pg_read_file('/etc/passwd')",
        "select lo_import('/etc/passwd')",
        "create schema mine",
    ],
)
def test_denied_to_the_application(app_connection, cast, forbidden):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app_connection(cast.ada).execute(forbidden)


def test_row_security_off_is_an_error_not_a_way_around(app_connection, cast, deal):
    alice = app_connection(cast.alice)
    alice.execute("set row_security = off")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        alice.execute("select * from deals")


# --- tables


def test_every_table_has_row_security_or_a_reason(names):
    without = names(
        f"select c.relname::text from pg_class c join pg_namespace n on n.oid = relnamespace"
        f" where {OURS} and c.relkind in ('r', 'p') and not c.relrowsecurity and not c.relispartition"
    )
    assert without == set(WITHOUT_RLS)
    assert not names("select relname::text from pg_class where relforcerowsecurity")


def test_every_table_with_row_security_states_its_class(names, classes):
    protected = names(
        f"select c.relname::text from pg_class c join pg_namespace n on n.oid = relnamespace"
        f" where {OURS} and c.relkind in ('r', 'p') and c.relrowsecurity and not c.relispartition"
    )
    assert protected == set(classes)


def test_grants_table_by_table(rows, grants):
    found: dict[str, set] = {}
    for table, privilege in rows(
        "select c.relname::text, a.privilege_type from pg_class c join pg_namespace n on n.oid ="
        " c.relnamespace"
        f" left join lateral aclexplode(c.relacl) a on a.grantee = 'verso_app'::regrole where {OURS}"
        " and c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition"
    ):
        found.setdefault(table, set()).update({privilege} - {None})
    assert found == grants


def test_column_grants(rows, changed_in_place):
    found: dict[tuple, set] = {}
    for table, privilege, column in rows(
        "select c.relname::text, x.privilege_type, a.attname::text from pg_attribute a"
        " join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace,"
        f" aclexplode(a.attacl) x where x.grantee = 'verso_app'::regrole and {OURS}"
    ):
        found.setdefault((table, privilege), set()).add(column)
    but_the_key = rows(
        "select c.relname::text, array_agg(a.attname::text) from pg_class c join pg_attribute a on a.attrelid = c.oid"
        " where c.relnamespace = 'public'::regnamespace and a.attnum > 0 and not a.attisdropped and attgenerated = ''"
        " and not exists (select from pg_index i where indrelid = c.oid and indisprimary and a.attnum = any (indkey))"
        " group by 1"
    )
    in_place = {(table, U): set(columns) for table, columns in but_the_key if table in changed_in_place}
    assert found == COLUMN_GRANTS | in_place


def test_the_application_reads_no_column_that_keeps_a_secret(names):
    """Whatever it may select can leak, letter by letter too: through a filter, an ordering, a message of an error."""
    kept = "a.attname ~ '^password$|token|secret' and c.relkind in ('r', 'p', 'v') and c.relname <> 'cache'"
    found = names(
        "select c.relname || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid"
        f" join pg_namespace n on n.oid = c.relnamespace where {OURS} and a.attnum > 0 and {kept}"
    )
    assert found == {"profiles.password", "invite_links.token_hash", "set_password_links.token_hash"}
    assert not names(
        "select c.relname || '.' || a.attname from pg_attribute a join pg_class c on c.oid = a.attrelid"
        f" join pg_namespace n on n.oid = c.relnamespace where {OURS} and a.attnum > 0 and {kept}"
        " and (has_column_privilege('verso_app', c.oid, a.attnum, 'SELECT')"
        "   or has_column_privilege('verso_readonly', c.oid, a.attnum, 'SELECT')"
        "   or has_column_privilege('verso_app', c.oid, a.attnum, 'UPDATE'))"
    )


def test_nothing_is_granted_to_everybody(names):
    everybody = "x.grantee = 0"
    assert not names(f"select c.relname::text from pg_class c join pg_namespace n on n.oid = relnamespace,"
                     f" aclexplode(c.relacl) x where {everybody} and {OURS}")  # fmt: skip
    assert not names(
        f"select n.nspname::text from pg_namespace n, aclexplode(n.nspacl) x where {everybody} and {OURS}"
        " and x.privilege_type = 'CREATE'"
    )
    assert not names(f"select 1 from pg_database, aclexplode(datacl) x where datname = current_database()"
                     f" and {everybody}")  # fmt: skip
    assert not names("select 1 from pg_default_acl")


def test_partitions_are_reached_through_their_parent_alone(names):
    assert not names(
        "select c.relname::text from pg_class c, aclexplode(c.relacl) x where c.relispartition"
        " and x.grantee <> c.relowner"
    )


def test_views_run_as_their_caller_and_none_is_materialised(names):
    assert not names(
        f"select c.relname::text from pg_class c join pg_namespace n on n.oid = relnamespace where {OURS}"
        " and relkind = 'v' and not coalesce('security_invoker=true' = any (reloptions), false)"
    )
    assert not names("select relname::text from pg_class where relkind = 'm'")


def test_no_cascade_from_or_to_a_protected_table(names):
    assert not names("select conname::text from pg_constraint where contype = 'f' and"
                     " (confdeltype not in ('a', 'r') or confupdtype not in ('a', 'r'))")  # fmt: skip


def test_every_number_has_an_upper_bound(rows):
    """NaN is above every number in PostgreSQL: only an upper bound keeps it out."""
    unbounded = rows(
        "select c.relname::text, a.attname::text from pg_class c join pg_attribute a on a.attrelid = c.oid"
        " where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and a.attnum > 0"
        " and a.atttypid = 'numeric'::regtype and not exists (select 1 from pg_constraint k"
        "   where k.conrelid = c.oid and k.contype = 'c'"
        "     and pg_get_constraintdef(k.oid) ~ ('\\m' || a.attname || '\\M[^<]* <=? '))"
    )
    assert unbounded == []


def test_direct_writes_are_audited(names, grants, changed_in_place, classes):
    written = {table for table, may in grants.items() if may & {I, U, D}} | changed_in_place
    written |= {table for table, verb in COLUMN_GRANTS if verb == U}
    assert {table for table in written - set(WITHOUT_RLS) if classes[table].audit != "rows"} == set(NOT_AUDITED)
    audited = names(
        "select relname::text from pg_class c where (select count(*) from pg_trigger t where t.tgrelid = c.oid"
        " and t.tgenabled = 'A' and t.tgfoid = 'app.audit_row'::regproc) = 3"
    )
    assert audited == {name for name, table in classes.items() if table.audit == "rows"}


# --- policies


@pytest.fixture
def policies(rows):
    keys = ("table", "name", "verb", "roles", "permissive", "using", "check")
    found = rows(
        "select c.relname::text, p.polname::text, p.polcmd::text, p.polroles::regrole[]::text[],"
        " p.polpermissive,"
        " coalesce(pg_get_expr(p.polqual, p.polrelid), ''), coalesce(pg_get_expr(p.polwithcheck,"
        " p.polrelid), '')"
        " from pg_policy p join pg_class c on c.oid = p.polrelid"
    )
    return [dict(zip(keys, row, strict=True)) for row in found]


def test_policies_are_sentences_for_one_role(policies):
    for policy in policies:
        assert re.match(r"(?:[A-Z]|class: [a-z]).* .*[^.]$|class: functions$", policy["name"]), policy
        assert policy["roles"] in (["verso_app"], ["verso_definer"], ["verso_readonly"]), policy


def test_policies_of_the_application_name_their_verb(policies):
    for policy in policies:
        if policy["roles"] == ["verso_app"]:
            assert policy["verb"] != "*", policy


def test_tables_the_application_reaches_have_policies_for_each_verb(policies, grants, changed_in_place):
    have = {(p["table"], p["verb"]) for p in policies if p["roles"] == ["verso_app"] and p["permissive"]}
    letters = {S: "r", I: "a", U: "w", D: "d"}
    granted = {(table, letters[verb]) for table, verbs in grants.items() for verb in verbs}
    granted |= {(table, letters[verb]) for table, verb in COLUMN_GRANTS} | {(t, letters[U]) for t in changed_in_place}
    assert have == {(t, v) for t, v in granted if t not in WITHOUT_RLS and t != "v_deal_summary"}


def test_policies_ask_helpers_once_a_statement_and_never_with_a_row(policies):
    """``( SELECT app.f() …)`` without a column in it; a call with a column runs once a row."""
    for policy in policies:
        for text in (policy["using"], policy["check"]):
            calls = re.findall(r"\b(?:app|public)\.\w+\(([^)]*)\)", text)
            assert not any(calls), policy
            once = len(re.findall(r"SELECT app\.\w+\(\)", text)) + text.count("app.system_profile()")
            assert len(calls) == once, policy


def test_policies_read_no_table(names):
    """A policy that reads another protected table recurses, or leaks; helpers in schema app read for it."""
    assert not names(
        "select p.polname::text from pg_depend d join pg_policy p on p.oid = d.objid"
        " where d.classid = 'pg_policy'::regclass and d.refclassid = 'pg_class'::regclass and"
        " d.refobjid <> p.polrelid"
    )


def test_checks_name_every_reference(policies, rows):
    """A row whose check leaves out a reference tells, by its foreign key, whether an unseen row exists."""
    missing = set()
    references = rows(
        "select c.relname::text, a.attname::text from pg_constraint k join pg_class c on c.oid = k.conrelid"
        " join pg_attribute a on a.attrelid = c.oid and a.attnum = any (k.conkey) where k.contype = 'f'"
    )
    for table, column in references:
        for verb in ("a", "w"):
            checks = [p["check"] for p in policies
                      if (p["table"], p["verb"], p["roles"]) == (table, verb, ["verso_app"])]  # fmt: skip
            named = any(re.search(rf"\b{column}\b", check) for check in checks)
            if checks and not named and _writable(table, column, verb):
                missing.add((table, column))
    assert missing == set(UNCHECKED_REFERENCES)


def _writable(table, column, verb):
    limited = COLUMN_GRANTS.get((table, U))
    never_changes = {("documents", "created_by"), ("deals", "created_by")}  # trigger app.keep_columns
    return verb == "a" or ((table, column) not in never_changes and (limited is None or column in limited))


def test_columns_that_policies_compare_are_indexed(policies, rows):
    first = {(table, column) for table, column in rows(
        "select c.relname::text, a.attname::text from pg_index i join pg_class c on c.oid = i.indrelid"
        " join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]")}  # fmt: skip
    compared = {
        (p["table"], column)
        for p in policies
        if p["verb"] == "r"
        for column in re.findall(r"\((\w+) = (?:ANY )?\(", p["using"])
    }
    assert compared - first == set()


# --- functions


@pytest.fixture
def functions(rows):
    keys = ("name", "definer", "owner", "config", "body", "everybody", "trigger")
    found = rows(
        "select p.proname::text, p.prosecdef, pg_get_userbyid(p.proowner)::text, p.proconfig,"
        " coalesce(pg_get_functiondef(p.oid), p.prosrc), has_function_privilege('public', p.oid, 'execute'),"
        " p.prorettype = 'trigger'::regtype"
        f" from pg_proc p join pg_namespace n on n.oid = p.pronamespace where {OURS} and p.prokind in"
        f" ('f', 'p')"
    )
    return [dict(zip(keys, row, strict=True)) for row in found]


def test_no_function_is_for_everybody(functions):
    assert [f["name"] for f in functions if f["everybody"]] == []


def test_definer_functions_belong_to_the_definer_and_pin_their_path(functions):
    definers = [f for f in functions if f["definer"]]
    assert {f["name"] for f in definers if f["owner"] != "verso_definer"} == OWNED_BY_OWNER
    for function in definers:
        assert "search_path=pg_catalog, pg_temp" in (function["config"] or []), function["name"]
    assert {f["name"] for f in functions if not f["definer"] and f["owner"] == "verso_definer"} == set()


def test_functions_name_the_schema_of_every_table(functions, names):
    tables = names("select relname::text from pg_class where relnamespace = 'public'::regnamespace"
                   " and relkind in ('r', 'p', 'v')")  # fmt: skip
    for function in functions:
        for table in re.findall(r"(?i)\b(?:from|join|update|into)\s+(?:only\s+)?(\w+)\b(?!\s*[.(])", function["body"]):
            assert table not in tables, (function["name"], table)


def test_internal_functions_are_for_functions_alone(functions, names):
    """What is neither a definer function nor arithmetic, which reads nothing, the application cannot call."""
    callable_by_app = names(
        "select p.proname::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
        f" where {OURS} and not p.prosecdef and has_function_privilege('verso_app', p.oid, 'execute')"
        " and not (p.provolatile = 'i' and p.prosrc !~ '\\mpublic\\.')"
    )
    assert callable_by_app == {
        "uid",
        # over rows that the caller's policies show
        "commitment_hash",
        "position_on",
        "valuation_on",
        "nav_per_unit_on",
        "house_identity_on",
        "house_setting",
        "receiving_account_for",
        "billing_of",
    }


def test_the_definer_may_do_only_what_its_functions_need(names):
    """It never deletes but what a function of its own throws away, projects or gives back, and never truncates."""
    assert names(
        "select c.relname || ' ' || x.privilege_type from pg_class c, aclexplode(c.relacl) x"
        " where x.grantee = 'verso_definer'::regrole and x.privilege_type not in"
        " ('SELECT', 'INSERT', 'UPDATE', 'USAGE')"
    ) == {
        f"{table} DELETE"
        for table in (
            "guardian_userobjectpermission",
            "django_session",
            "cache",
            "axes_accessattempt",
            "investor_users",
            "deal_memberships",
            "fee_components",
            "reservation_lot_items",
        )
    }


# --- the start of every suite


def test_this_suite_runs_as_the_application(app_connection, db):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select current_user::text, session_user::text, current_setting('row_security')")
        assert cursor.fetchone() == ("verso_app", "verso_app", "on")
    assert value(app_connection(), "select current_user::text") == "verso_app"


def test_a_session_that_comes_back_from_a_test_is_as_a_new_one(house_database, cast):
    lent = house_database.lend("app")
    factories.act_as(lent, cast.ada.id).execute("set row_security = off")
    lent.execute("begin")
    house_database.take_back(lent, "app")
    again = house_database.lend("app")
    asked = "select app.uid(), current_setting('row_security'), current_setting('app.user_id', true)"
    assert (again is lent, again.info.transaction_status.name) == (True, "IDLE")
    assert again.execute(asked).fetchone() == (None, "on", "")
    again.close()
