-- The day of a moment where the firm is, by its setting time_zone: papers are dated, numbered by year and due by it. In the
-- database, because a number and its year are given in the transaction that issues.
-- Locks: none. Errors: none.
CREATE OR REPLACE FUNCTION app.day_at_house(p_moment timestamptz) RETURNS date
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (p_moment AT TIME ZONE app.house_setting('time_zone'))::date;
END;
$$;
SELECT app.as_internal('app.day_at_house(timestamptz)');
COMMENT ON FUNCTION app.day_at_house(timestamptz) IS 'The day of a moment in the time zone of the firm. For definer functions.';

-- The day it is there now. For everybody: what is due or overdue is so by this day, whoever reads it where.
CREATE OR REPLACE FUNCTION app.house_today() RETURNS date
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN app.day_at_house(clock_timestamp());
END;
$$;
SELECT app.as_definer('app.house_today()', 'verso_app');
COMMENT ON FUNCTION app.house_today() IS 'The day it is where the firm is.';
