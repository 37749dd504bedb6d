"""What somebody who runs SQL as the application cannot do: rights that PostgreSQL leaves to everybody."""

import psycopg
import pytest

from tests.factories import value

# Functions of PostgreSQL that change something or look beyond the transaction, and may stay everybody's. A function
# that a later PostgreSQL adds fails here until somebody has looked at it.
HARMLESS = {
    "the clock and chance": "clock_timestamp timeofday random random_normal setseed gen_random_uuid uuidv4 uuidv7"
    " array_sample array_shuffle",
    "the own session": "set_config current_query currval lastval nextval setval pg_stat_clear_snapshot"
    " pg_stat_force_next_flush pg_get_loaded_modules pg_jit_available query_to_xml query_to_xmlschema"
    " query_to_xml_and_xmlschema cursor_to_xml cursor_to_xmlschema ts_rewrite ts_stat currtid2",
    "what has a function's place, not its use": "amvalidate bernoulli system brinhandler bthandler ginhandler"
    " gisthandler hashhandler spghandler heap_tableam_handler plpgsql_call_handler plpgsql_inline_handler"
    " plpgsql_validator dsnowball_init dsnowball_lexize pg_extension_config_dump",
    "refused to all but a table's owner or a superuser, by themselves": "brin_desummarize_range brin_summarize_range"
    " brin_summarize_new_values gin_clean_pending_list pg_nextoid pg_import_system_collations"
    " pg_stop_making_pinned_objects pg_get_sequence_data pg_sequence_last_value pg_read_file_old pg_rotate_logfile_old",
    "sizes and counts": "pg_database_size pg_indexes_size pg_relation_size pg_table_size pg_tablespace_size"
    " pg_total_relation_size pg_partition_ancestors pg_partition_tree pg_notification_queue_usage"
    " pg_stat_get_io pg_stat_get_recovery_prefetch pg_collation_actual_version pg_database_collation_actual_version"
    " pg_get_wait_events pg_get_multixact_members",
    "the state of the log of changes": "pg_available_wal_summaries pg_wal_summary_contents pg_control_checkpoint"
    " pg_control_init pg_control_recovery pg_control_system pg_current_wal_flush_lsn pg_current_wal_insert_lsn"
    " pg_current_wal_lsn pg_get_wal_replay_pause_state pg_get_wal_resource_managers pg_get_wal_summarizer_state"
    " pg_is_in_recovery pg_is_wal_replay_paused pg_last_committed_xact pg_last_wal_receive_lsn"
    " pg_last_wal_replay_lsn pg_last_xact_replay_timestamp pg_xact_commit_timestamp pg_xact_commit_timestamp_origin"
    " pg_xact_status txid_status",
}


def test_every_function_that_is_everybodys_was_looked_at(superuser):
    found = superuser.execute(
        "select distinct proname::text from pg_proc where pronamespace = 'pg_catalog'::regnamespace"
        " and provolatile = 'v' and has_function_privilege('verso_app', oid, 'execute')"
        " and proname !~ '^(binary_upgrade_|pg_stat_get_xact_)' and prorettype not in"
        " ('trigger'::regtype, 'event_trigger'::regtype)"
    )
    assert {name for (name,) in found} - {name for names in HARMLESS.values() for name in names.split()} == set()


def test_functions_beyond_the_transaction_are_the_owners(superuser):
    """Large objects are nobody's; the others are what backups, migrations and people at work need."""
    functions = superuser.execute(
        "select proname::text, has_function_privilege('verso_owner', oid, 'execute'),"
        " has_function_privilege('verso_readonly', oid, 'execute') from pg_proc"
        " where pronamespace = 'pg_catalog'::regnamespace and not has_function_privilege('public', oid, 'execute')"
        " and proname ~ '^(lo_|lo(read|write)|pg_(try_)?advisory|pg_terminate|pg_cancel|pg_stat_get_activity)'"
    ).fetchall()
    assert len(functions) > 40
    for name, owners, readonlys in functions:
        assert owners != name.startswith(("lo_", "loread", "lowrite")), name
        assert not readonlys, name


@pytest.mark.parametrize(
    "statement",
    [
        "select lo_create(0)",
        "select lo_from_bytea(0, 'x')",
        "select lo_put(1, 0, 'x')",
        "select pg_advisory_lock(4157, 1)",
        "select pg_advisory_xact_lock(4157, 1)",
        "select pg_try_advisory_lock(1)",
        "select pg_terminate_backend(1)",
        "select pg_cancel_backend(1)",
        "select pg_sleep(1)",
        "select pg_sleep_for('1 hour')",
        "select pg_notify('a', 'b')",
        "select pg_export_snapshot()",
        "select pg_logical_emit_message(false, 'a', 'b')",
        "select query from pg_stat_activity",
        "select pg_stat_get_backend_activity(1)",
        "select * from pg_locks",
        "select app.audit_claim_lane()",
    ],
)
@pytest.mark.parametrize("who", ["ada", None])
def test_denied_beyond_the_transaction(app_connection, cast, who, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app_connection(who and getattr(cast, who)).execute(statement)


def test_what_other_sessions_run_cannot_be_read_and_they_go_on(superuser, app_connection, cast):
    victim, attacker = app_connection(cast.alice), app_connection()
    for attempt in ("select pg_terminate_backend(%s)", "select pg_cancel_backend(%s)"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            attacker.execute(attempt, [victim.info.backend_pid])
    assert value(victim, "select 1") == 1
    assert value(superuser, "select count(*) from pg_largeobject_metadata") == 0


def test_no_other_database_is_open_to_the_application(superuser):
    """There its functions would be everybody's again. Other test runs make and drop databases of their own."""
    open_to_it = superuser.execute(
        "select datname from pg_database where datallowconn and has_database_privilege('verso_app', oid, 'connect')"
        " and datname not like 'verso%' and datname not like '%\\_t\\_%' and datname not like '%\\_w\\_%'"
    )
    assert open_to_it.fetchall() == []


# What an INSERT takes anyway, and nothing of the application's own waits for.
GENTLE = {"access share", "row share", "row exclusive"}
MODES = [*GENTLE, "share update exclusive", "share", "share row exclusive", "exclusive", "access exclusive"]


def test_no_table_can_be_locked_against_others(app_connection, readonly_connection, superuser, cast):
    """Every table there is, the framework's too, in every mode: who may UPDATE, DELETE or TRUNCATE could lock it."""
    tables = superuser.execute(
        "select oid::regclass::text from pg_class where relkind in ('r', 'p', 'v')"
        " and relnamespace in ('public'::regnamespace, 'app'::regnamespace) order by 1"
    ).fetchall()
    assert len(tables) > 45
    for connection in (app_connection(cast.ada), app_connection(), readonly_connection()):
        for (table,) in tables:
            got = {mode for mode in MODES if _locks(connection, table, mode)}
            assert got - GENTLE == set(), (connection.info.user, table)


def _locks(connection, table, mode) -> bool:
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(f"lock table {table} in {mode} mode nowait")
    except psycopg.errors.InsufficientPrivilege:
        return False
    return True


def test_rights_on_a_whole_table_are_reading_and_adding(superuser):
    """Derived from the catalog, catalogs of PostgreSQL included: what is granted more than that could lock."""
    assert (
        superuser.execute(
            "select c.oid::regclass::text, x.privilege_type from pg_class c, aclexplode(c.relacl) x"
            " where x.grantee in (0, 'verso_app'::regrole, 'verso_readonly'::regrole)"
            " and c.relkind in ('r', 'p', 'v', 'm', 'f') and x.privilege_type not in ('SELECT', 'INSERT')"
            " and c.oid <> 'pg_catalog.pg_settings'::regclass"  # where UPDATE is SET
        ).fetchall()
        == []
    )
