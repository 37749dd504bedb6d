-- The part of a year between two dates, by a named day count. In the database, because every fee that runs by the year is
-- worked out there, and whoever checks one from psql must get the same figure. From the first day up to, and without, the
-- last. Unrounded, to 24 decimals. No locks.
-- Version 2: every day count is days over days, exactly (app.year_parts), so that a fee multiplies before it divides; and
-- years are counted, not listed.
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

-- How many of the years 1 to p_year have 366 days.
CREATE OR REPLACE FUNCTION app.leap_years(p_year int) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT p_year / 4 - p_year / 100 + p_year / 400 $$;

-- The 29ths of February up to and with a date, since the year 1.
CREATE OR REPLACE FUNCTION app.leap_days_until(p_date date) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT app.leap_years(extract(year FROM p_date)::int
                          - CASE WHEN extract(month FROM p_date) * 100 + extract(day FROM p_date) < 229 THEN 1 ELSE 0 END)
$$;

-- The 29ths of February after the first date, up to and with the last.
CREATE OR REPLACE FUNCTION app.leap_days(p_from date, p_to date) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN p_to < p_from THEN 0 ELSE app.leap_days_until(p_to) - app.leap_days_until(p_from) END
$$;

-- Days before a date that lie in years of 366 days, since the year 1.
CREATE OR REPLACE FUNCTION app.days_of_leap_years(p_date date) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT app.leap_years(y - 1) * 366
         + CASE WHEN app.leap_years(y) > app.leap_years(y - 1) THEN p_date - make_date(y, 1, 1) ELSE 0 END
      FROM (SELECT extract(year FROM p_date)::int AS y) year_of
$$;

-- The fraction as days over days, exactly. ACT/ACT ISDA counts the days of each kind of year in 365 × 366 parts.
CREATE OR REPLACE FUNCTION app.year_parts(p_from date, p_to date, p_convention text, OUT days bigint, OUT per int)
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    v_leap int;
BEGIN
    IF p_from < '1900-01-01' OR p_to > '2200-01-01' OR p_to < p_from THEN
        RAISE EXCEPTION 'a period runs from one date to a later one, between 1900 and 2199' USING ERRCODE = '22023', DETAIL = 'dates';
    END IF;
    CASE p_convention
        WHEN 'ACT/365F' THEN days := p_to - p_from; per := 365;
        WHEN 'ACT/360' THEN days := p_to - p_from; per := 360;
        WHEN 'ACT/ACT ISDA' THEN
            v_leap := app.days_of_leap_years(p_to) - app.days_of_leap_years(p_from);
            days := (p_to - p_from - v_leap) * 366::bigint + v_leap * 365;
            per := 365 * 366;
        WHEN 'NL/365' THEN days := p_to - p_from - app.leap_days(p_from, p_to); per := 365;
        WHEN '30/360 ISDA', '30E/360', '30E/360 ISDA', '30U/360' THEN
            days := app.days_of_30_360(p_from, p_to, p_convention); per := 360;
        ELSE
            RAISE EXCEPTION '% is no day count', coalesce(p_convention, 'null') USING ERRCODE = '22023', DETAIL = 'convention';
    END CASE;
END;
$$;

CREATE OR REPLACE FUNCTION public.fn_year_fraction(p_from date, p_to date, p_convention text) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT round(parts.days, 24) / parts.per FROM app.year_parts(p_from, p_to, p_convention) parts
$$;

-- Days of each calendar year over that year's own length. Errors: 22023 for dates beyond the years, as above.
CREATE OR REPLACE FUNCTION app.years_by_calendar(p_from date, p_to date) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT round(parts.days, 24) / parts.per FROM app.year_parts(p_from, p_to, 'ACT/ACT ISDA') parts
$$;

-- Arithmetic for everybody: it reads no table.
DO $$
DECLARE
    v regprocedure;
BEGIN
    FOREACH v IN ARRAY ARRAY['app.ends_february(date)', 'app.days_of_30_360(date, date, text)', 'app.years_by_calendar(date, date)',
                             'app.leap_years(int)', 'app.leap_days_until(date)', 'app.leap_days(date, date)',
                             'app.days_of_leap_years(date)', 'app.year_parts(date, date, text)',
                             'public.fn_year_fraction(date, date, text)']::regprocedure[] LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', v);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO verso_app, verso_definer, verso_readonly', v);
    END LOOP;
END;
$$;
COMMENT ON FUNCTION public.fn_year_fraction(date, date, text) IS
    'The part of a year from a date up to another, by a named day count, to 24 decimals. 22023 for an unknown name.';
