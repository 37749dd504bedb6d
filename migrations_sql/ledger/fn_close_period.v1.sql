-- Closes a month for good: nothing more is posted in it or before it. In the database, because everything that posts
-- must see it at once. Months are closed one after another; the first may be any that no open month with entries precedes.
-- p_today is the day where the house is; the month must be over by then. It may differ from the server's by a day.
-- Locks: accounting_periods (SHARE ROW EXCLUSIVE): waits for whoever is posting, and they for it. At most 3 s.
-- Errors: 42501 not an administrator; 22023 with DETAIL reason (none given), month (not a first day), not_over, closed
-- (already), earlier (a month before it is open); DL002 somebody was posting all the time. The table's trigger audits it.
CREATE OR REPLACE FUNCTION public.fn_close_period(p_month date, p_reason text, p_today date DEFAULT NULL) RETURNS date
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    v_utc constant date := (clock_timestamp() AT TIME ZONE 'UTC')::date;
    v_open date;
BEGIN
    IF app.role() IS DISTINCT FROM 'staff_admin' OR app.uid() = app.system_profile() THEN
        RAISE EXCEPTION 'administrators close months' USING ERRCODE = '42501';
    ELSIF coalesce(p_reason, '') !~ '\S' THEN
        RAISE EXCEPTION 'say why' USING ERRCODE = '22023', DETAIL = 'reason';
    ELSIF p_month IS NULL OR p_month <> date_trunc('month', p_month)::date THEN
        RAISE EXCEPTION 'a month is named by its first day' USING ERRCODE = '22023', DETAIL = 'month';
    ELSIF p_month + interval '1 month' > least(coalesce(p_today, v_utc), v_utc + 1) THEN
        RAISE EXCEPTION 'this month is not over' USING ERRCODE = '22023', DETAIL = 'not_over';
    END IF;
    LOCK TABLE public.accounting_periods IN SHARE ROW EXCLUSIVE MODE;  -- [1]
    -- Asked once nobody posts: what was there before may have changed meanwhile.
    v_open := app.first_open_day();
    IF p_month < v_open THEN
        RAISE EXCEPTION 'this month is closed' USING ERRCODE = '22023', DETAIL = 'closed';
    ELSIF p_month > coalesce(v_open, (SELECT min(e.period) FROM public.ledger_entries e)) THEN
        RAISE EXCEPTION 'a month before this one is open' USING ERRCODE = '22023', DETAIL = 'earlier';
    END IF;
    INSERT INTO public.accounting_periods (month, closed_at, reason) VALUES (p_month, clock_timestamp(), btrim(p_reason));
    RETURN p_month;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'entries are being posted at this moment' USING ERRCODE = 'DL002';
END;
$$;
SELECT app.as_definer('public.fn_close_period(date, text, date)', 'verso_app');
COMMENT ON FUNCTION public.fn_close_period(date, text, date) IS 'Close a month for good, with a reason; gives its first day.';
