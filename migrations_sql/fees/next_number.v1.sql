-- The next number of a series in a year: INV-2026-000001. In the database, because numbers have no gaps and no duplicates
-- whoever asks at once: the counter moves in the transaction that uses the number, under its row's lock, and goes back with
-- it. Take it last: whoever else needs a number of that series waits from here to the commit.
-- Locks: the row of series and year. Errors: 23514 for an unknown series. Internal.
CREATE OR REPLACE FUNCTION app.next_number(p_series text, p_on date) RETURNS text
LANGUAGE plpgsql AS $$
DECLARE
    v_year constant int := extract(year FROM p_on);
    v_last bigint;
BEGIN
    INSERT INTO public.number_series AS s (series, year, last) VALUES (p_series, v_year, 1)
    ON CONFLICT (series, year) DO UPDATE SET last = s.last + 1  -- [1]
    RETURNING s.last INTO v_last;
    RETURN format('%s-%s-%s', p_series, v_year, lpad(v_last::text, 6, '0'));
END;
$$;
SELECT app.as_internal('app.next_number(text, date)');
COMMENT ON FUNCTION app.next_number(text, date) IS 'The next number of a series in the year of a day. For definer functions.';

-- The day of a moment where the house is: by the setting time_zone, and UTC without one. Internal.
CREATE OR REPLACE FUNCTION app.house_day(p_moment timestamptz) RETURNS date
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN (p_moment AT TIME ZONE coalesce(
        (SELECT s.value FROM public.house_settings s WHERE s.key = 'time_zone'), 'UTC'))::date;
END;
$$;
SELECT app.as_internal('app.house_day(timestamptz)');
