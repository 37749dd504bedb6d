-- Sessions, kept under a hash of their key. In the database as functions, because the table is read before there is an
-- identity: whoever runs SQL as the application reads, lists and locks nothing of it, and can end or write a session
-- only by a hash it already knows.
-- Locks: the session's row. Errors: none.

-- The data of a session that is not over at that time, or null.
CREATE OR REPLACE FUNCTION app.session_read(p_key_hash text, p_now timestamptz) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT s.session_data FROM public.django_session s
     WHERE s.session_key = p_key_hash AND s.expire_date > p_now
$$;
COMMENT ON FUNCTION app.session_read(text, timestamptz) IS 'The data of a live session, by the hash of its key; else null.';
SELECT app.as_definer('app.session_read(text, timestamptz)', 'verso_app');

-- Stores a session; whether that was done: a new one must not be there, another one must.
CREATE OR REPLACE FUNCTION app.session_write(p_key_hash text, p_data text, p_expires timestamptz, p_new boolean)
RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF p_new THEN
        INSERT INTO public.django_session (session_key, session_data, expire_date)
        VALUES (p_key_hash, p_data, p_expires) ON CONFLICT (session_key) DO NOTHING;
    ELSE
        UPDATE public.django_session s SET session_data = p_data, expire_date = p_expires
         WHERE s.session_key = p_key_hash;
    END IF;
    RETURN FOUND;
END;
$$;
COMMENT ON FUNCTION app.session_write IS 'Stores a session under the hash of its key; false where it is there, or gone, already.';
SELECT app.as_definer('app.session_write(text, text, timestamptz, boolean)', 'verso_app');

CREATE OR REPLACE FUNCTION app.session_end(p_key_hash text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    DELETE FROM public.django_session s WHERE s.session_key = p_key_hash;
END;
$$;
COMMENT ON FUNCTION app.session_end(text) IS 'Ends a session, by the hash of its key.';
SELECT app.as_definer('app.session_end(text)', 'verso_app');

-- Throws away the sessions that are over; how many.
CREATE OR REPLACE FUNCTION app.sessions_clear() RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_count integer;
BEGIN
    DELETE FROM public.django_session s WHERE s.expire_date < statement_timestamp();
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END;
$$;
COMMENT ON FUNCTION app.sessions_clear() IS 'Throws away sessions that are over; gives how many.';
SELECT app.as_definer('app.sessions_clear()', 'verso_app');

SELECT app.table_class('public.django_session', p_whose => 'nobody', p_writes => 'functions', p_audit => 'none',
    p_functions => 'SELECT, INSERT, UPDATE, DELETE');
