-- Ends lapsed holds and gives their units back: one call is one batch is one transaction; the caller loops until 0.
-- In the database, set-based: row by row it deadlocks with buyers and takes hundreds of times longer.
-- Locks, in order: lapsed reservations (SKIP LOCKED: another runner or a buyer's sweep has them) -> their lots.
-- Errors: 42501 for who may not run jobs. Returns how many holds ended.
CREATE OR REPLACE FUNCTION public.fn_expire_reservations(p_limit int DEFAULT 1000) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_now timestamptz := clock_timestamp();
BEGIN
    IF NOT app.may_run_jobs() THEN
        RAISE EXCEPTION 'only staff and jobs end lapsed holds' USING ERRCODE = '42501';
    END IF;
    RETURN app.release_holds(
        ARRAY(SELECT r.id FROM public.reservations r
               WHERE r.status = 'pending' AND r.expires_at <= v_now
               ORDER BY r.expires_at LIMIT greatest(least(p_limit, 5000), 0) FOR NO KEY UPDATE SKIP LOCKED),
        'expired', 'hold.lapsed', app.system_profile());
END;
$$;
SELECT app.as_definer('public.fn_expire_reservations(int)', 'verso_app');
COMMENT ON FUNCTION public.fn_expire_reservations(int) IS 'End up to p_limit lapsed holds; returns how many. Safe to repeat and to run in parallel.';
