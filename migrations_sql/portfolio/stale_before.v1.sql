-- The day before which a valuation is stale on a day: the setting valuation_stale_days earlier. In the database, and a
-- definer function, because investors' pages say so as well, and investors read no settings. Reads only. No errors.
CREATE OR REPLACE FUNCTION app.stale_before(p_on date) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT p_on - app.house_setting('valuation_stale_days')::int
$$;
COMMENT ON FUNCTION app.stale_before(date) IS 'The day before which a valuation is stale on this day, by the firm''s setting.';
SELECT app.as_definer('app.stale_before(date)', 'verso_app');
