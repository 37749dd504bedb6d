-- Failed sign-ins that no longer count. In the database as functions, because whoever may DELETE from a table may also
-- lock all of it against everybody else, and nobody would sign in.
-- Locks: the rows. Errors: none.

-- Forgets the failed tries of a name and an address, null for any; how many went.
CREATE OR REPLACE FUNCTION app.attempts_forget(p_username text, p_ip inet) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_count integer;
BEGIN
    DELETE FROM public.axes_accessattempt a
     WHERE (p_username IS NULL OR a.username = p_username) AND (p_ip IS NULL OR a.ip_address = p_ip);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END;
$$;
COMMENT ON FUNCTION app.attempts_forget(text, inet) IS 'Forgets failed sign-ins of a name and an address; gives how many.';
SELECT app.as_definer('app.attempts_forget(text, inet)', 'verso_app');

-- Throws away failed tries from before; how many.
CREATE OR REPLACE FUNCTION app.attempts_clear(p_before timestamptz) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_count integer;
BEGIN
    DELETE FROM public.axes_accessattempt a WHERE a.attempt_time <= p_before;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
END;
$$;
COMMENT ON FUNCTION app.attempts_clear(timestamptz) IS 'Throws away failed sign-ins from before a time; gives how many.';
SELECT app.as_definer('app.attempts_clear(timestamptz)', 'verso_app');
GRANT SELECT, DELETE ON public.axes_accessattempt TO verso_definer;
