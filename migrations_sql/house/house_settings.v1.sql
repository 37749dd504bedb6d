-- The settings of the firm that SQL acts by: how long an invoice has, when it is reminded of, what is small enough to pass
-- over, in which time zone days begin. In the database, because functions read them in the transaction that acts by them. A
-- setting is text of the form that app.setting_fits knows, and the caller says what it is:
-- app.house_setting('invoice_due_days')::int.
INSERT INTO public.house_settings (key, value) VALUES
    ('invoice_due_days', '30'), ('reminder_days', '7,21,45'), ('bank_fee_tolerance', '5.00'),
    ('write_off_limit', '100.00'), ('auto_apply_matches', 'false'), ('valuation_stale_days', '180'),
    ('time_zone', 'Europe/Paris'), ('invoice_runs', 'off'), ('invoice_run_day', '3')
ON CONFLICT (key) DO NOTHING;
-- What refers to profiles is checked here, and not while a table is altered below.
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;

-- The value of a setting, as text; 'bank_fee_tolerance:JPY' gives the one for yen or, without one, that for all others.
-- For staff and for functions: others read no settings, and are told so as of one that is not there.
-- Locks: none. Errors: 22023 for a setting that is not there (DETAIL setting), so that a slip of the pen is no null.
CREATE OR REPLACE FUNCTION app.house_setting(p_key text) RETURNS text
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v_value text := (SELECT s.value FROM public.house_settings s WHERE s.key = p_key);
BEGIN
    IF v_value IS NULL AND app.setting_fits(p_key, NULL) THEN
        v_value := (SELECT s.value FROM public.house_settings s WHERE s.key = split_part(p_key, ':', 1));
    END IF;
    IF v_value IS NULL THEN
        RAISE EXCEPTION 'There is no setting %.', p_key USING ERRCODE = '22023', DETAIL = 'setting';
    END IF;
    RETURN v_value;
END;
$$;
REVOKE ALL ON FUNCTION app.house_setting(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.house_setting(text) TO verso_app, verso_definer;
COMMENT ON FUNCTION app.house_setting(text) IS 'The value of a setting of the firm as text, for its currency where it has one.';

-- Changes settings, for administrators: p_changes and p_before are objects of key to value, a null value takes a currency's
-- own value away. p_before is what every setting was when the caller read it. Gives how many changed.
-- Locks: the rows of the settings, by key (NO KEY UPDATE).
-- Errors: 42501 not an administrator; 22023 no reason (DETAIL reason); 23514 a value that does not fit; DL007 another change
-- came between; DL002 busy. The audit log keeps each row.
CREATE OR REPLACE FUNCTION public.fn_change_house_settings(p_changes jsonb, p_before jsonb, p_reason text) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    v_count int;
BEGIN
    IF app.role() IS DISTINCT FROM 'staff_admin' OR app.uid() = app.system_profile() THEN
        RAISE EXCEPTION 'administrators change settings' USING ERRCODE = '42501';
    ELSIF coalesce(p_reason, '') !~ '\S' THEN
        RAISE EXCEPTION 'say why' USING ERRCODE = '22023', DETAIL = 'reason';
    END IF;
    PERFORM 1 FROM public.house_settings s ORDER BY s.key FOR NO KEY UPDATE;
    IF (SELECT jsonb_object_agg(s.key, s.value) FROM public.house_settings s) IS DISTINCT FROM p_before THEN  -- [1]
        RAISE EXCEPTION 'somebody changed the settings' USING ERRCODE = 'DL007';
    END IF;
    INSERT INTO public.house_settings AS s (key, value, reason, changed_by, changed_at)
    SELECT c.key, c.value, btrim(p_reason), app.uid(), clock_timestamp() FROM jsonb_each_text(p_changes) c ORDER BY c.key
        ON CONFLICT (key) DO UPDATE SET (value, reason, changed_by, changed_at)
            = (EXCLUDED.value, EXCLUDED.reason, EXCLUDED.changed_by, EXCLUDED.changed_at)
         WHERE s.value IS DISTINCT FROM EXCLUDED.value;
    GET DIAGNOSTICS v_count = ROW_COUNT;
    RETURN v_count;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is changing the settings at this moment' USING ERRCODE = 'DL002';
WHEN unique_violation THEN  -- a currency that another added at the same moment
    RAISE EXCEPTION 'somebody changed the settings' USING ERRCODE = 'DL007';
END;
$$;
SELECT app.as_definer('public.fn_change_house_settings(jsonb, jsonb, text)', 'verso_app');
COMMENT ON FUNCTION public.fn_change_house_settings(jsonb, jsonb, text) IS
    'Change settings of the firm, with a reason, if they are still as p_before says; how many changed.';
