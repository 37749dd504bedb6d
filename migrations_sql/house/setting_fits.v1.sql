-- Whether a value may be kept for a setting of the firm; the list of settings is this one. In the database, because SQL acts
-- by them and whoever writes one must not break it. A tolerance or limit may have a value of its own for a currency,
-- "bank_fee_tolerance:JPY"; null there means that the one for all others applies. In plpgsql, as app.is_line.
-- Locks: none. Errors: none.
CREATE OR REPLACE FUNCTION app.setting_fits(p_key text, p_value text) RETURNS boolean
LANGUAGE plpgsql IMMUTABLE PARALLEL RESTRICTED AS $$
DECLARE
    v_name constant text := split_part(p_key, ':', 1);
    v_days int[];
BEGIN
    IF v_name IN ('bank_fee_tolerance', 'write_off_limit') THEN
        RETURN (v_name = p_key AND p_value IS NOT NULL OR app.is_currency(substr(p_key, length(v_name) + 2)))
           AND coalesce(p_value, '0') ~ '^(0|[1-9][0-9]{0,8})(\.[0-9]{1,2})?$';
    ELSIF p_key = 'auto_apply_matches' THEN
        RETURN coalesce(p_value IN ('true', 'false'), false);
    ELSIF p_key = 'invoice_runs' THEN
        RETURN coalesce(p_value IN ('off', 'monthly', 'quarterly'), false);
    ELSIF p_key = 'invoice_run_day' THEN
        RETURN coalesce(p_value ~ '^([1-9]|1[0-9]|2[0-8])$', false);
    ELSIF p_key = 'time_zone' THEN
        -- One that this server doesn't know would stop every paper: each asks for the day there.
        BEGIN
            RETURN coalesce(p_value ~ '^(UTC|[A-Z][A-Za-z_]+(/[A-Z][A-Za-z0-9_+-]+){1,2})$', false)
                   AND timestamptz '2000-01-01 00:00+00' AT TIME ZONE p_value IS NOT NULL;
        EXCEPTION WHEN invalid_parameter_value THEN
            RETURN false;
        END;
    ELSIF p_key IN ('invoice_due_days', 'valuation_stale_days') THEN
        RETURN coalesce(p_value ~ '^(0|[1-9][0-9]{0,3})$' AND p_value::int BETWEEN 0 AND 3650, false);
    ELSIF p_key = 'reminder_days' AND p_value ~ '^[1-9][0-9]{0,2}(,[1-9][0-9]{0,2}){0,4}$' THEN
        v_days := string_to_array(p_value, ',')::int[];
        RETURN v_days = array(SELECT DISTINCT d FROM unnest(v_days) d ORDER BY d);
    END IF;
    RETURN false;
END;
$$;
REVOKE ALL ON FUNCTION app.setting_fits(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.setting_fits(text, text) TO verso_app, verso_definer;
COMMENT ON FUNCTION app.setting_fits(text, text) IS 'Whether a value may be kept for a setting of the firm.';
