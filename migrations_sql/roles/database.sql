-- Inside the database, by its owner or a superuser. Can be run again.
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
