DO $$
DECLARE
    v_table regclass;
BEGIN
    FOR v_table IN SELECT p.polrelid FROM pg_catalog.pg_policy p WHERE p.polname = 'Analysts read the figures of all' LOOP
        EXECUTE format('DROP POLICY "Analysts read the figures of all" ON %s', v_table);
        EXECUTE format('REVOKE ALL ON %s FROM verso_readonly', v_table);
    END LOOP;
END
$$;
