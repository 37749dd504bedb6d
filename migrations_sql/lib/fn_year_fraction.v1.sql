-- The part of a year between two dates, by a named day count. In the database, because every fee that runs by the year is
-- worked out there, and whoever checks one from psql must get the same figure. From the first day up to, and without, the
-- last. Unrounded, to 24 decimals. No locks.
-- Source: 2006 ISDA Definitions, section 4.16 (ACT/365F, ACT/360, ACT/ACT ISDA, 30/360, 30E/360, 30E/360 ISDA); ICMA for
-- NL/365; the SIA's Standard Securities Calculation Methods for 30U/360.
-- Errors: 22023 for a name that is none of these, and for dates in the wrong order or beyond 1900 to 2199.

-- Whether a date is the last of February.
CREATE OR REPLACE FUNCTION app.ends_february(p_date date) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT extract(month FROM p_date) = 2 AND extract(day FROM p_date + 1) = 1
$$;

-- Days between two dates where every month has 30. The four rules differ in what they make of a month's last day.
CREATE OR REPLACE FUNCTION app.days_of_30_360(p_from date, p_to date, p_convention text) RETURNS int
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    v_first int := extract(day FROM p_from);
    v_last int := extract(day FROM p_to);
BEGIN
    IF p_convention = '30U/360' AND app.ends_february(p_from) THEN
        v_last := CASE WHEN app.ends_february(p_to) THEN 30 ELSE v_last END;
        v_first := 30;
    ELSIF p_convention = '30E/360 ISDA' THEN
        v_first := CASE WHEN app.ends_february(p_from) THEN 30 ELSE v_first END;
        v_last := CASE WHEN app.ends_february(p_to) THEN 30 ELSE v_last END;
    END IF;
    v_first := least(v_first, 30);
    IF v_first = 30 OR p_convention LIKE '30E/360%' THEN
        v_last := least(v_last, 30);
    END IF;
    RETURN (extract(year FROM p_to) - extract(year FROM p_from)) * 360
         + (extract(month FROM p_to) - extract(month FROM p_from)) * 30 + v_last - v_first;
END;
$$;

-- Days of each calendar year over that year's own length.
CREATE OR REPLACE FUNCTION app.years_by_calendar(p_from date, p_to date) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT sum(round(least(p_to, make_date(y + 1, 1, 1)) - greatest(p_from, make_date(y, 1, 1)), 24)
               / (make_date(y + 1, 1, 1) - make_date(y, 1, 1)))
      FROM generate_series(extract(year FROM p_from)::int, extract(year FROM p_to)::int) y
$$;

-- The 29ths of February after the first date, up to and with the last.
CREATE OR REPLACE FUNCTION app.leap_days(p_from date, p_to date) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT count(*)::int
      FROM generate_series(extract(year FROM p_from)::int, extract(year FROM p_to)::int) y
     WHERE extract(day FROM make_date(y, 3, 1) - 1) = 29 AND make_date(y, 3, 1) - 1 > p_from AND make_date(y, 3, 1) - 1 <= p_to
$$;

CREATE OR REPLACE FUNCTION public.fn_year_fraction(p_from date, p_to date, p_convention text) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF p_from < '1900-01-01' OR p_to > '2200-01-01' OR p_to < p_from THEN
        RAISE EXCEPTION 'a period runs from one date to a later one, between 1900 and 2199' USING ERRCODE = '22023', DETAIL = 'dates';
    END IF;
    CASE p_convention
        WHEN 'ACT/365F' THEN RETURN round(p_to - p_from, 24) / 365;
        WHEN 'ACT/360' THEN RETURN round(p_to - p_from, 24) / 360;
        WHEN 'ACT/ACT ISDA' THEN RETURN app.years_by_calendar(p_from, p_to);
        WHEN 'NL/365' THEN RETURN round(p_to - p_from - app.leap_days(p_from, p_to), 24) / 365;
        WHEN '30/360 ISDA', '30E/360', '30E/360 ISDA', '30U/360' THEN
            RETURN round(app.days_of_30_360(p_from, p_to, p_convention), 24) / 360;
        ELSE
            RAISE EXCEPTION '% is no day count', coalesce(p_convention, 'null') USING ERRCODE = '22023', DETAIL = 'convention';
    END CASE;
END;
$$;

-- Arithmetic for everybody: it reads no table.
DO $$
DECLARE
    v regprocedure;
BEGIN
    FOREACH v IN ARRAY ARRAY['app.ends_february(date)', 'app.days_of_30_360(date, date, text)', 'app.years_by_calendar(date, date)',
                             'app.leap_days(date, date)', 'public.fn_year_fraction(date, date, text)']::regprocedure[] LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', v);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO verso_app, verso_definer, verso_readonly', v);
    END LOOP;
END;
$$;
COMMENT ON FUNCTION public.fn_year_fraction(date, date, text) IS
    'The part of a year from a date up to another, by a named day count, to 24 decimals. 22023 for an unknown name.';
