-- The periods of a fee that runs: by the calendar, or from a day that is kept as data. In the database, because accruals make
-- one row per period there, and quotations and staff who check one must find the same days. Inlined into the statement that
-- calls it. No locks, no tables.

-- Months from one period to the next. Errors: 22023 for a frequency that has no periods.
CREATE OR REPLACE FUNCTION app.period_months(p_frequency text) RETURNS int
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    CASE p_frequency
        WHEN 'monthly' THEN RETURN 1;
        WHEN 'quarterly' THEN RETURN 3;
        WHEN 'annual' THEN RETURN 12;
        ELSE RAISE EXCEPTION '% has no periods', coalesce(p_frequency, 'null') USING ERRCODE = '22023', DETAIL = 'frequency';
    END CASE;
END;
$$;

-- This day of a month that is counted from the year 0, or the month's last one. Never from the month before, so that the
-- 31st comes back after February.
CREATE OR REPLACE FUNCTION app.day_of_month(p_month int, p_day int) RETURNS date
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT least(make_date(p_month / 12, p_month % 12 + 1, 1) + p_day - 1,
                 make_date((p_month + 1) / 12, (p_month + 1) % 12 + 1, 1) - 1)
$$;

-- The month, counted from the year 0, in which the whole period around a date begins.
CREATE OR REPLACE FUNCTION app.period_month(p_date date, p_months int, p_anchor_day int) RETURNS int
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN p_anchor_day IS NULL THEN m - m % p_months
                WHEN app.day_of_month(m, p_anchor_day) > p_date THEN m - 1
                ELSE m END
      FROM (SELECT extract(year FROM p_date)::int * 12 + extract(month FROM p_date)::int - 1 AS m) month_of
$$;

-- The periods from p_start to p_end, first and last day inclusive, beside the whole periods that they are parts of.
-- p_calendar 'calendar' (or null): months, quarters and years of the calendar; the anchor day is not looked at. 'anniversary':
-- periods begin on the anchor day (null: the day of p_start) of every first, third or twelfth month, counted from p_start.
-- Ends before it starts, or no date: no periods. Errors: 22023 for an unknown frequency.
CREATE OR REPLACE FUNCTION app.fee_periods(p_start date, p_end date, p_frequency text, p_anchor_day int DEFAULT NULL,
                                           p_calendar text DEFAULT 'calendar')
RETURNS TABLE (period_start date, period_end date, full_start date, full_end date)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT greatest(whole.full_start, p_start), least(whole.full_end, p_end), whole.full_start, whole.full_end
      FROM (SELECT CASE WHEN p_calendar = 'anniversary' THEN coalesce(p_anchor_day, extract(day FROM p_start)::int) END AS anchor,
                   app.period_months(p_frequency) AS months) rule
     CROSS JOIN LATERAL generate_series(
               app.period_month(p_start, rule.months, rule.anchor),
               extract(year FROM p_end)::int * 12 + extract(month FROM p_end)::int - 1, rule.months) m
     CROSS JOIN LATERAL (SELECT app.day_of_month(m, coalesce(rule.anchor, 1)) AS full_start,
                                app.day_of_month(m + rule.months, coalesce(rule.anchor, 1)) - 1 AS full_end) whole
     WHERE whole.full_start <= p_end AND p_start <= p_end
$$;

DO $$
DECLARE
    v regprocedure;
BEGIN
    FOREACH v IN ARRAY ARRAY['app.period_months(text)', 'app.day_of_month(int, int)', 'app.period_month(date, int, int)',
                             'app.fee_periods(date, date, text, int, text)']::regprocedure[] LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', v);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO verso_app, verso_definer, verso_readonly', v);
    END LOOP;
END;
$$;
COMMENT ON FUNCTION app.fee_periods(date, date, text, int, text) IS
    'The periods of a fee between two days, inclusive, beside the whole periods that they are parts of. 22023.';
