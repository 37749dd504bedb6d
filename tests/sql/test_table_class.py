"""table_class: what a table states of itself, and what follows; reset_table takes all of it away."""

import pytest

from tests.classes import classes_of
from tests.factories import value
from tests.sql.holds import refusal

STAFF = "( SELECT app.is_staff() AS is_staff)"
ADMINISTRATORS = "(( SELECT app.role() AS role) = 'staff_admin'::text)"
THEIRS = "(investor_id = ANY (ARRAY( SELECT app.visible_investors() AS visible_investors)))"


@pytest.fixture
def sample(owner):
    """A table of its own that no file speaks of."""
    owner.execute("create table public.sample (id int primary key, investor_id uuid, secret text)")
    yield
    owner.execute("delete from app.table_classes where name = 'sample'")
    owner.execute("drop table public.sample")


@pytest.fixture
def state(owner, sample):
    """State a class of the sample."""

    def call(whose, writes, audit, **more):
        arguments = {"p_whose": whose, "p_writes": writes, "p_audit": audit, **more}
        named = ", ".join(f"{name} => %s" for name in arguments)
        owner.execute(f"select app.table_class('public.sample', {named})", list(arguments.values()))

    return call


@pytest.fixture
def policies(owner, sample):
    def found() -> dict:
        rows = owner.execute(
            "select polname::text, polcmd::text, polroles::regrole[]::text[], pg_get_expr(polqual, polrelid),"
            " pg_get_expr(polwithcheck, polrelid) from pg_policy where polrelid = 'sample'::regclass"
        ).fetchall()
        return {name.removeprefix("class: "): tuple(rest) for name, *rest in rows}

    return found


def rights(owner, role) -> set[str]:
    """The columns that a role may touch, by verb; a verb alone stands for the table as a whole."""
    rows = owner.execute(
        "select x.privilege_type from pg_class c, aclexplode(c.relacl) x"
        " where c.oid = 'sample'::regclass and x.grantee = %(role)s::regrole union all"
        " select x.privilege_type || ' ' || a.attname from pg_attribute a, aclexplode(a.attacl) x"
        " where a.attrelid = 'sample'::regclass and x.grantee = %(role)s::regrole",
        {"role": role},
    )
    return {right for (right,) in rows}


def triggers(owner) -> set[str]:
    return {name for (name,) in owner.execute("select tgname::text from pg_trigger where tgrelid = 'sample'::regclass")}


APP = ["verso_app"]
EDITED = {"SELECT", "INSERT", "UPDATE investor_id", "UPDATE secret"}
AUDITED = {"audit_insert", "audit_update", "audit_delete"}


@pytest.mark.parametrize(
    ("writes", "who", "condition"),
    [("staff", "staff", STAFF), ("administrators", "administrators", ADMINISTRATORS)],
)
def test_a_table_that_people_of_the_house_keep(owner, state, policies, writes, who, condition):
    state("staff", writes, "rows")
    assert policies() == {
        "staff read": ("r", APP, STAFF, None),
        f"{who} add": ("a", APP, None, condition),
        f"{who} change": ("w", APP, condition, condition),
    }
    assert rights(owner, "verso_app") == EDITED
    assert rights(owner, "verso_definer") == rights(owner, "verso_readonly") == set()
    assert triggers(owner) == AUDITED
    assert value(owner, "select relrowsecurity from pg_class where oid = 'sample'::regclass")


def test_a_table_of_investors_that_functions_write(owner, state, policies):
    state("investor_id in visible_investors", "functions", "functions", p_functions="SELECT, INSERT, UPDATE (secret)")
    assert policies() == {
        "people read what is theirs": ("r", APP, THEIRS, None),
        "functions": ("*", ["verso_definer"], "true", "true"),
    }
    assert rights(owner, "verso_app") == {"SELECT"}
    assert rights(owner, "verso_definer") == {"SELECT", "INSERT", "UPDATE secret"}
    assert triggers(owner) == set()


def test_a_table_that_functions_alone_read(owner, state, policies):
    state("nobody", "nobody", "none", p_functions="SELECT")
    assert policies() == {"functions": ("r", ["verso_definer"], "true", None)}
    assert rights(owner, "verso_app") == set()


def test_some_columns_are_nobodys_to_read(owner, state):
    state("staff", "functions", "none", p_columns="id, investor_id")
    assert rights(owner, "verso_app") == {"SELECT id", "SELECT investor_id"}


def test_what_is_special_is_derived_from_nothing(owner, state, policies):
    state("special", "special", "none")
    assert policies() == {} and rights(owner, "verso_app") == {"SELECT"}


def test_stated_again_it_replaces_what_it_gave_and_nothing_else(owner, state, policies):
    state("staff", "staff", "rows", p_functions="SELECT, DELETE")
    owner.execute('create policy "Everybody reads" on sample for select to verso_app using (true)')
    owner.execute("grant select (id) on sample to verso_readonly")
    state("investor_id in visible_investors", "nobody", "none")
    assert set(policies()) == {"people read what is theirs", "Everybody reads"}
    assert rights(owner, "verso_app") == {"SELECT"} and rights(owner, "verso_definer") == set()
    assert rights(owner, "verso_readonly") == {"SELECT id"}
    assert triggers(owner) == set()


def test_the_class_can_be_read_back(owner, state):
    state("staff", "staff", "rows", p_functions="SELECT")
    stated = classes_of(owner)["sample"]
    assert (stated.whose, stated.writes, stated.audit, stated.functions) == ("staff", "staff", "rows", "SELECT")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("everybody", "staff", "rows"), "22023"),
        (("investor_id = app.uid()", "staff", "rows"), "22023"),
        (("investor_id in nothing_known", "staff", "rows"), "42883"),
        (("staff", "everybody", "rows"), "23514"),
        (("staff", "staff", "perhaps"), "23514"),
        ((None, "staff", "rows"), "22023"),
        (("staff", None, "rows"), "23502"),
    ],
)
def test_a_class_that_is_none_is_refused(owner, state, policies, words, code):
    assert refusal(state, *words)[0] == code
    assert policies() == {} and rights(owner, "verso_app") == set()


def test_reset_table_leaves_nothing_behind(owner, state, policies):
    state("staff", "staff", "rows", p_functions="SELECT", p_columns="id")
    owner.execute('create policy "Everybody reads" on sample to verso_app using (true)')
    owner.execute("grant select (id) on sample to verso_readonly")
    owner.execute("select app.reset_table('public.sample')")
    assert policies() == {} and triggers(owner) == set() and "sample" not in classes_of(owner)
    assert not any(rights(owner, role) for role in ("verso_app", "verso_definer", "verso_readonly"))
    assert not value(owner, "select relrowsecurity from pg_class where oid = 'sample'::regclass")
