-- What pages and limits remember for a while, as JSON. In the database, so that nothing but PostgreSQL is needed to sign
-- in or to buy; as functions and as jsonb, so that nothing that is read back can be more than data.
-- The time comes from the caller, who reckoned the end by the same clock.
-- Locks: the rows, for two seconds at most: whoever keeps one waiting longer is gone on without, since nobody is kept from
-- signing in by what is only remembered. Errors: none.
CREATE TABLE IF NOT EXISTS public.cache (
    cache_key varchar(255) PRIMARY KEY,
    value jsonb NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX IF NOT EXISTS cache_expires ON public.cache (expires);

-- What of these is there and not over.
CREATE OR REPLACE FUNCTION app.cache_read(p_keys text[], p_now timestamptz) RETURNS TABLE (cache_key text, value text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT c.cache_key, c.value::text FROM public.cache c
     WHERE c.cache_key = ANY (p_keys) AND c.expires > p_now
$$;
COMMENT ON FUNCTION app.cache_read(text[], timestamptz) IS 'What is remembered under these keys and not over.';
SELECT app.as_definer('app.cache_read(text[], timestamptz)', 'verso_app');

-- Remembers a value; whether that was done: with p_add only where nothing live is there. Above p_most entries those
-- that are over go, then a third of the others, the soonest to end first.
CREATE OR REPLACE FUNCTION app.cache_write(
    p_key text, p_value jsonb, p_expires timestamptz, p_now timestamptz, p_add boolean, p_most integer
) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
    v_done boolean;
    v_count bigint;
BEGIN
    INSERT INTO public.cache AS c (cache_key, value, expires) VALUES (p_key, p_value, p_expires)
        ON CONFLICT (cache_key) DO UPDATE SET value = excluded.value, expires = excluded.expires
        WHERE NOT p_add OR c.expires <= p_now;
    v_done := FOUND;
    SELECT count(*) INTO v_count FROM public.cache;
    IF v_count > p_most THEN
        DELETE FROM public.cache c WHERE c.expires <= p_now;
        SELECT count(*) INTO v_count FROM public.cache;
        DELETE FROM public.cache c WHERE v_count > p_most AND c.cache_key IN (
            SELECT o.cache_key FROM public.cache o WHERE o.cache_key <> p_key ORDER BY o.expires LIMIT v_count / 3);
    END IF;
    RETURN v_done;
EXCEPTION WHEN lock_not_available THEN
    RETURN false;
END;
$$;
COMMENT ON FUNCTION app.cache_write IS 'Remembers a JSON value until a time; false where p_add found one already.';
SELECT app.as_definer('app.cache_write(text, jsonb, timestamptz, timestamptz, boolean, integer)', 'verso_app');

-- Moves the end of what is there and not over; whether there was any.
CREATE OR REPLACE FUNCTION app.cache_touch(p_key text, p_expires timestamptz, p_now timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
BEGIN
    UPDATE public.cache c SET expires = p_expires
     WHERE c.cache_key = p_key AND c.expires > p_now;
    RETURN FOUND;
EXCEPTION WHEN lock_not_available THEN
    RETURN false;
END;
$$;
COMMENT ON FUNCTION app.cache_touch(text, timestamptz, timestamptz) IS 'Moves the end of a remembered value; false where there is none.';
SELECT app.as_definer('app.cache_touch(text, timestamptz, timestamptz)', 'verso_app');

-- Forgets these keys, or everything where none are given; how many went.
CREATE OR REPLACE FUNCTION app.cache_forget(p_keys text[]) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '2s' AS $$
DECLARE
    v_count integer;
BEGIN
    DELETE FROM public.cache c WHERE p_keys IS NULL OR c.cache_key = ANY (p_keys);
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
EXCEPTION WHEN lock_not_available THEN
    RETURN 0;
END;
$$;
COMMENT ON FUNCTION app.cache_forget(text[]) IS 'Forgets what is remembered under these keys; all of it for null.';
SELECT app.as_definer('app.cache_forget(text[])', 'verso_app');

SELECT app.table_class('public.cache', p_whose => 'nobody', p_writes => 'functions', p_audit => 'none',
    p_functions => 'SELECT, INSERT, UPDATE, DELETE');
