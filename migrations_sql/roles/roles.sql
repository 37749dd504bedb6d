-- The roles, once per cluster, by a role that may create roles. Can be run again.
--   verso_owner     owns the tables and runs migrations
--   verso_definer   owns the SECURITY DEFINER functions; nobody logs in as it
--   verso_app       web and jobs: owns nothing, is a member of nothing, row level security applies to it
--   verso_readonly  analysts: reads figures of the whole house, column by column, and nothing about persons
DO $$
DECLARE
    wrong text;
    login name;
    other name;
    others text;
BEGIN
    -- The owner keeps INHERIT: on PostgreSQL 15 it would lose the schema public of its own database without it.
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'verso_owner') THEN
        CREATE ROLE verso_owner LOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'verso_definer') THEN
        CREATE ROLE verso_definer NOLOGIN;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'verso_app') THEN
        CREATE ROLE verso_app LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'verso_readonly') THEN
        CREATE ROLE verso_readonly LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOINHERIT;
    END IF;

    -- What is forgotten or goes astray ends by itself: a transaction would hold its locks for ever. A session may set
    -- other limits for itself, and PostgreSQL lets nobody forbid that; the number of sessions it may not change. Owner
    -- and administrator always get in, and two audit lanes to a session leave some of the 256 free.
    FOREACH login IN ARRAY '{verso_app,verso_readonly}'::name[] LOOP
        EXECUTE format('ALTER ROLE %I SET idle_in_transaction_session_timeout = %L', login, '30s');
        EXECUTE format('ALTER ROLE %I SET statement_timeout = %L', login, '60s');
        EXECUTE format('ALTER ROLE %I SET lock_timeout = %L', login, '10s');
        IF current_setting('server_version_num')::integer >= 170000 THEN
            EXECUTE format('ALTER ROLE %I SET transaction_timeout = %L', login, '1h');
        END IF;
    END LOOP;
    EXECUTE format('ALTER ROLE verso_app CONNECTION LIMIT %s',
                   least(120, current_setting('max_connections')::integer * 6 / 10));
    EXECUTE format('ALTER ROLE verso_readonly CONNECTION LIMIT %s',
                   least(20, current_setting('max_connections')::integer / 10));

    -- For ALTER FUNCTION … OWNER TO, and for replacing such a function later. Inherited, as on PostgreSQL 15 it
    -- cannot be otherwise; policies of the definer say nothing to the owner, who owns the tables anyway.
    IF NOT pg_has_role('verso_owner', 'verso_definer', 'USAGE') THEN
        GRANT verso_definer TO verso_owner;
    END IF;

    -- An administrator that is no superuser makes the owner's database on its behalf.
    IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
       AND NOT pg_has_role(current_user, 'verso_owner', 'USAGE') THEN
        EXECUTE format('GRANT verso_owner TO %I', current_user);
    END IF;

    -- From a database that is not ours the functions that database.sql takes away could still be called, for instance
    -- to end our sessions. Whoever else logs in there today goes on doing so.
    FOR other IN SELECT d.datname FROM pg_database d WHERE d.datname IN ('postgres', 'template1')
                    AND has_database_privilege('public', d.oid, 'CONNECT') LOOP
        SELECT string_agg(quote_ident(r.rolname), ', ') INTO others FROM pg_roles r
         WHERE r.rolcanlogin AND r.rolname NOT IN ('verso_app', 'verso_readonly');
        EXECUTE format('GRANT CONNECT ON DATABASE %I TO %s', other, others);
        EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', other);
    END LOOP;

    SELECT string_agg(DISTINCT r.rolname, ', ') INTO wrong
      FROM pg_roles r
      LEFT JOIN pg_auth_members m ON m.member = r.oid
     WHERE r.rolname IN ('verso_app', 'verso_readonly')
       AND (r.rolsuper OR r.rolbypassrls OR r.rolcreaterole OR r.rolcreatedb OR m.member IS NOT NULL);
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'may do more than VERSO allows: %', wrong
            USING HINT = 'Take SUPERUSER, BYPASSRLS, CREATEROLE, CREATEDB and all memberships from it.';
    END IF;
END
$$;
