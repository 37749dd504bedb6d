-- Inside the database, by a superuser (its owner can do all but the functions of PostgreSQL). Can be run again.
DO $$
DECLARE
    here text := current_database();
BEGIN
    EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', here);
    -- CONNECT only: without TEMPORARY nobody can shadow a table of ours.
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO verso_app, verso_readonly', here);
    EXECUTE format('ALTER DATABASE %I SET timezone = ''UTC''', here);
    REVOKE CREATE ON SCHEMA public FROM PUBLIC;
END
$$;

-- Functions of PostgreSQL that everybody may call and that reach beyond one's own transaction: large objects (one of
-- them breaks every dump), advisory locks (ours are taken by definer functions alone), other sessions (ending them,
-- reading what they run), waiting, and what fills a queue or the log of changes. A dump does not bring this back:
-- `bootstrap` runs this file each time.
DO $$
DECLARE
    v record;
BEGIN
    FOR v IN
        SELECT p.oid::regprocedure AS function, p.proname ~ '^(lo_|loread|lowrite)' AS of_large_objects
          FROM pg_catalog.pg_proc p
         WHERE p.pronamespace = 'pg_catalog'::regnamespace
           AND has_function_privilege('public', p.oid, 'EXECUTE')
           AND p.proname ~ ('^(lo_\w+|loread|lowrite|pg_(try_)?advisory_\w+|pg_(terminate|cancel)_backend'
               || '|pg_stat_get_(activity|backend_\w+)|pg_lock_status|pg_prepared_xact|pg_(safe_snapshot_)?blocking_pids'
               || '|pg_isolation_test_session_is_blocked|pg_sleep(_for|_until)?|pg_notify|pg_export_snapshot'
               || '|pg_logical_emit_message|pg_(logical|replication)_slot_\w+|pg_(copy|create|drop|sync)\w*_slots?'
               || '|pg_(clear|restore)_\w+_stats)$')
    LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', v.function);
        IF NOT v.of_large_objects THEN
            EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO verso_owner', v.function);
        END IF;
    END LOOP;

    -- What definer functions need of these: a lane of the audit log, a request key, whose lane it is, a short pause.
    FOR v IN
        SELECT f AS function FROM unnest(ARRAY['pg_try_advisory_xact_lock(integer, integer)', 'pg_advisory_xact_lock(bigint)',
            'pg_lock_status()', 'pg_sleep(double precision)']::regprocedure[]) f
         WHERE NOT has_function_privilege('verso_definer', f, 'EXECUTE')
    LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO verso_definer', v.function);
    END LOOP;
END
$$;
