-- The rows that tests begin with, kept beside the tables of a test database and laid again after each test. As
-- superuser, without triggers: the log is append-only, and what a fixture made once was audited when it was made.
CREATE SCHEMA tests;

-- Which tables hold rows in the state of this name, and by which columns they are laid.
CREATE TABLE tests.kept (state text, tab text, columns text, PRIMARY KEY (state, tab));

CREATE FUNCTION tests.tables() RETURNS SETOF text LANGUAGE sql STABLE AS $$
    SELECT relname::text FROM pg_class
     WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
       AND relname NOT IN ('django_migrations', 'django_content_type', 'auth_permission')
$$;

-- Keeps what the tables hold now.
CREATE FUNCTION tests.keep(p_state text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_tab text;
    v_filled boolean;
BEGIN
    EXECUTE format('CREATE SCHEMA %I', 'kept_' || p_state);
    FOR v_tab IN SELECT tests.tables() LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', v_tab) INTO v_filled;
        CONTINUE WHEN NOT v_filled;
        EXECUTE format('CREATE TABLE %I.%I AS TABLE public.%2$I', 'kept_' || p_state, v_tab);
        INSERT INTO tests.kept
        SELECT p_state, v_tab, string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
         WHERE attrelid = format('public.%I', v_tab)::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
    END LOOP;
END;
$$;

-- Takes every table back to a state. Those that hold it already are left alone; triggers marked ALWAYS fire even for a
-- replica, so they are off for a moment.
CREATE FUNCTION tests.lay(p_state text) RETURNS void LANGUAGE plpgsql SET session_replication_role = replica AS $$
DECLARE
    v record;
    v_differs boolean;
BEGIN
    FOR v IN SELECT format('public.%I', t) AS tab, format('%I.%I', 'kept_' || p_state, t) AS kept, k.columns,
                    a.off, a.again
               FROM tests.tables() t LEFT JOIN tests.kept k ON k.state = p_state AND k.tab = t
               LEFT JOIN (SELECT tgrelid, string_agg(format('DISABLE TRIGGER %I', tgname), ', ') AS off,
                                 string_agg(format('ENABLE ALWAYS TRIGGER %I', tgname), ', ') AS again
                            FROM pg_trigger WHERE tgenabled = 'A' GROUP BY tgrelid) a
                 ON a.tgrelid = format('public.%I', t)::regclass LOOP
        EXECUTE CASE WHEN v.columns IS NULL THEN format('SELECT EXISTS (SELECT FROM %s)', v.tab) ELSE format(
            'SELECT EXISTS ((SELECT x::text FROM %1$s x EXCEPT ALL SELECT x::text FROM %2$s x) UNION ALL'
            ' (SELECT x::text FROM %2$s x EXCEPT ALL SELECT x::text FROM %1$s x))', v.tab, v.kept) END INTO v_differs;
        CONTINUE WHEN NOT v_differs;
        EXECUTE coalesce('ALTER TABLE ' || v.tab || ' ' || v.off, 'SELECT');
        EXECUTE format('DELETE FROM %s', v.tab);
        IF v.columns IS NOT NULL THEN
            EXECUTE format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %2$s FROM %s', v.tab, v.columns, v.kept);
        END IF;
        EXECUTE coalesce('ALTER TABLE ' || v.tab || ' ' || v.again, 'SELECT');
    END LOOP;
END;
$$;
