"""What a database is made of, as its catalog tells it, so that two can be compared."""


def schema(connection) -> dict[str, set]:
    """All that SQL files make, as the catalog tells it."""
    asked = {
        "functions": "select pg_get_functiondef(p.oid), proacl::text, proowner::regrole::text from pg_proc p"
        " where pronamespace in ('app'::regnamespace, 'public'::regnamespace) and prokind <> 'a'",
        "policies": "select polrelid::regclass::text, polname, polcmd, polpermissive, polroles::text,"
        " pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid) from pg_policy",
        "tables": "select oid::regclass::text, array(select a::text from unnest(coalesce(relacl,"
        " acldefault('r', relowner))) a order by 1)::text, relrowsecurity, relkind, relowner::regrole::text,"
        " reloptions::text from pg_class where relnamespace in ('app'::regnamespace, 'public'::regnamespace)",
        "columns": "select attrelid::regclass::text, attname, atttypid::regtype::text,"
        " array(select a::text from unnest(attacl) a order by 1)::text, attnotnull"
        " from pg_attribute a join pg_class c on c.oid = attrelid where attnum > 0 and not attisdropped"
        " and relnamespace in ('app'::regnamespace, 'public'::regnamespace)",
        "triggers": "select pg_get_triggerdef(oid), tgenabled::text from pg_trigger where not tgisinternal",
        "constraints": "select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint"
        " where connamespace = 'public'::regnamespace",
        "views": "select viewname::text, definition from pg_views where schemaname = 'public'",
        "schemas": "select nspname::text, nspacl::text from pg_namespace where nspname in ('app', 'public')",
        "comments": "select objoid::regproc::text, description from pg_description"
        " where classoid = 'pg_proc'::regclass and objoid >= 16384",
        "rules": "select (to_jsonb(r) - 'id' - 'proposed_at' - 'in_force_from')::text, null"
        " from approval_rules r union all select r::text, null from sla_rules r"
        " union all select role, display_name from profiles",
    }
    if connection.execute("select to_regclass('app.table_classes')").fetchone()[0]:
        asked["classes"] = "select c::text, null from app.table_classes c"
    return {what: set(connection.execute(query).fetchall()) for what, query in asked.items()}


def assert_equal(found: dict[str, set], expected: dict[str, set]) -> None:
    assert found.keys() == expected.keys()
    for what in expected:
        assert found[what] == expected[what], (what, found[what] - expected[what], expected[what] - found[what])


def counted(connection) -> dict[str, int]:
    """The rows of every table of ours."""
    tables = (
        "select c.relname::text from pg_class c"
        " where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace"
    )
    names = [name for (name,) in connection.execute(tables).fetchall()]
    return {name: connection.execute(f'select count(*) from "{name}"').fetchone()[0] for name in names}
