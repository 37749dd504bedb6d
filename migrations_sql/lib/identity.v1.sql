-- Who is acting. In the database, because every policy and every function asks it.
-- The identity is one transaction-local setting; role and activity are looked up in tables, never carried.
-- PL/pgSQL, because these functions are made before the tables they read.

-- Hands a function over to verso_definer: nobody but the named roles and the owner may run it.
CREATE OR REPLACE FUNCTION app.as_definer(p_function regprocedure, VARIADIC p_roles text[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_role text;
BEGIN
    EXECUTE format('ALTER FUNCTION %s OWNER TO verso_definer', p_function);
    EXECUTE 'SET LOCAL ROLE verso_definer';
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', p_function);
    -- The change of owner takes EXECUTE from verso_owner: migrations and owner jobs need it back.
    FOREACH v_role IN ARRAY p_roles || ARRAY['verso_owner'] LOOP
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO %I', p_function, v_role);
    END LOOP;
    EXECUTE 'RESET ROLE';
END;
$$;
REVOKE ALL ON FUNCTION app.as_definer(regprocedure, text[]) FROM PUBLIC;

-- Keeps a function for other functions alone: no person's role may run it. It has no settings of its own and runs
-- with those of the definer function that calls it, which is also what makes it cheap.
CREATE OR REPLACE FUNCTION app.as_internal(p_function regprocedure) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', p_function);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO verso_definer', p_function);
END;
$$;
REVOKE ALL ON FUNCTION app.as_internal(regprocedure) FROM PUBLIC;

GRANT USAGE ON SCHEMA app TO verso_app, verso_readonly, verso_definer;
GRANT USAGE ON SCHEMA public TO verso_app, verso_readonly, verso_definer;

CREATE OR REPLACE FUNCTION app.uid() RETURNS uuid
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('app.user_id', true), '')::uuid
$$;
REVOKE ALL ON FUNCTION app.uid() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.uid() TO verso_app, verso_readonly, verso_definer;
COMMENT ON FUNCTION app.uid() IS 'The acting profile, or null. After a local setting ended its value is '''', hence nullif.';

-- The role of the acting profile while it may sign in (or is the system profile of the jobs), else null.
CREATE OR REPLACE FUNCTION app.role() RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN (SELECT p.role FROM public.profiles p WHERE p.id = app.uid() AND p.is_active);
END;
$$;
SELECT app.as_definer('app.role()', 'verso_app');

CREATE OR REPLACE FUNCTION app.is_staff() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN coalesce(app.role() LIKE 'staff%', false);
END;
$$;
SELECT app.as_definer('app.is_staff()', 'verso_app');

-- The fixed id of "VERSO system", as whom jobs act.
CREATE OR REPLACE FUNCTION app.system_profile() RETURNS uuid
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT '00000000-0000-4000-8000-000000000001'::uuid $$;
REVOKE ALL ON FUNCTION app.system_profile() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.system_profile() TO verso_app, verso_readonly, verso_definer;

-- May this session do the work of a job: staff, the system profile, or the owner itself without identity.
CREATE OR REPLACE FUNCTION app.may_run_jobs() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN app.is_staff() OR session_user = 'verso_owner'
        OR pg_has_role(session_user, 'verso_owner', 'MEMBER');
END;
$$;
SELECT app.as_definer('app.may_run_jobs()', 'verso_app');
