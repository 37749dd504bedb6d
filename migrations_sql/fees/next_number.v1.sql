-- The next numbers of a series in a year: INV-2026-000001. In the database, because numbers have no gaps and no duplicates
-- whoever asks at once: the counter moves in the transaction that uses the numbers, under its row's lock, and goes back with
-- it. Take them last: whoever else needs a number of that series waits from here to the commit.
-- Locks: the row of series and year. Errors: 23514 for an unknown series. Internal.
CREATE OR REPLACE FUNCTION app.next_numbers(p_series text, p_on date, p_count int) RETURNS text[]
LANGUAGE plpgsql AS $$
DECLARE
    v_year constant int := extract(year FROM p_on);
    v_last bigint;
BEGIN
    IF p_count = 0 THEN
        RETURN '{}';
    END IF;
    INSERT INTO public.number_series AS s (series, year, last) VALUES (p_series, v_year, p_count)
    ON CONFLICT (series, year) DO UPDATE SET last = s.last + p_count  -- [1]
    RETURNING s.last INTO v_last;
    RETURN ARRAY(SELECT format('%s-%s-%s', p_series, v_year, lpad(n::text, 6, '0'))
                   FROM generate_series(v_last - p_count + 1, v_last) n ORDER BY n);
END;
$$;
SELECT app.as_internal('app.next_numbers(text, date, int)');
COMMENT ON FUNCTION app.next_numbers(text, date, int) IS
    'The next numbers of a series in the year of a day. For definer functions.';

CREATE OR REPLACE FUNCTION app.next_number(p_series text, p_on date) RETURNS text
LANGUAGE sql AS $$
    SELECT (app.next_numbers(p_series, p_on, 1))[1]
$$;
SELECT app.as_internal('app.next_number(text, date)');
COMMENT ON FUNCTION app.next_number(text, date) IS 'The next number of a series in the year of a day. For definer functions.';

-- The day of a moment where the firm is, by which papers are dated. Internal.
CREATE OR REPLACE FUNCTION app.house_day(p_moment timestamptz) RETURNS date
LANGUAGE plpgsql STABLE AS $$
BEGIN
    RETURN app.day_at_house(p_moment);
END;
$$;
SELECT app.as_internal('app.house_day(timestamptz)');
