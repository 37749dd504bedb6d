-- What the fees of a quotation come to by an exit: after so many years, at so many times the amount paid. In the database,
-- as the quotation is: the same lines, read and carried on, and no second way of working out a fee. It reads no table, so it
-- shows nobody more than the quotation it is given.
-- Errors: 22023 for years or multiples below 0 or beyond 100.

-- One fee by then, unrounded. p_management: what the yearly management fees come to, for profit after them.
CREATE OR REPLACE FUNCTION app.projected(p_line jsonb, p_paid numeric, p_multiple numeric, p_years numeric, p_management numeric)
RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN p_line ->> 'when' = 'yearly' THEN (p_line ->> 'unrounded')::numeric * p_years  -- [1]
        WHEN p_line ->> 'method' <> 'percent_of_profit' THEN (p_line ->> 'unrounded')::numeric
        ELSE app.carry(
            p_paid * (p_multiple - 1) - CASE WHEN (p_line ->> 'after_management_fee')::boolean THEN p_management ELSE 0 END,
            app.hurdle(p_paid, coalesce((p_line ->> 'hurdle_rate_bps')::numeric, 0), p_years, p_line ->> 'hurdle_compounding'),
            (p_line ->> 'rate_bps')::numeric, p_line ->> 'hurdle_type', (p_line ->> 'catch_up_bps')::numeric) END
$$;

-- The yearly management fees by then.
CREATE OR REPLACE FUNCTION app.projected_management(p_quotation jsonb, p_years numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(sum((l ->> 'unrounded')::numeric * p_years), 0) FROM jsonb_array_elements(p_quotation -> 'lines') l
     WHERE l ->> 'when' = 'yearly' AND l ->> 'kind' = 'management'
$$;

-- All fees by then, unrounded: a straight line between the profits at which a share of profit begins or changes its slope.
CREATE OR REPLACE FUNCTION app.projected_fees(p_quotation jsonb, p_multiple numeric, p_years numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(sum(app.projected(l, (p_quotation ->> 'amount')::numeric, p_multiple, p_years,
                                      app.projected_management(p_quotation, p_years))), 0)
      FROM jsonb_array_elements(p_quotation -> 'lines') l
$$;

-- The multiples at which the fees of a quotation change their slope.
CREATE OR REPLACE FUNCTION app.projected_bends(p_quotation jsonb, p_years numeric) RETURNS SETOF numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT 1 + (CASE WHEN (l ->> 'after_management_fee')::boolean THEN app.projected_management(p_quotation, p_years) ELSE 0 END
                + bend.profit) / nullif((p_quotation ->> 'amount')::numeric, 0)
      FROM jsonb_array_elements(p_quotation -> 'lines') l
     CROSS JOIN LATERAL (SELECT app.hurdle((p_quotation ->> 'amount')::numeric, coalesce((l ->> 'hurdle_rate_bps')::numeric, 0),
                                           p_years, l ->> 'hurdle_compounding') AS hurdle,
                                coalesce((l ->> 'catch_up_bps')::numeric, 10000) AS catch_up, (l ->> 'rate_bps')::numeric AS rate) t
     CROSS JOIN LATERAL (SELECT t.hurdle AS profit
                         UNION ALL SELECT t.catch_up * t.hurdle / (t.catch_up - t.rate)
                          WHERE l ->> 'hurdle_type' = 'soft' AND t.catch_up > t.rate) bend
     WHERE l ->> 'method' = 'percent_of_profit'
$$;

CREATE OR REPLACE FUNCTION app.check_projected(p_multiple numeric, p_years numeric) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF p_multiple NOT BETWEEN 0 AND 100 OR p_years NOT BETWEEN 0 AND 100 OR num_nulls(p_multiple, p_years) > 0 THEN
        RAISE EXCEPTION 'years and multiples are 0 to 100' USING ERRCODE = '22023', DETAIL = 'years';
    END IF;
END;
$$;

-- Proceeds, fees by when they fall due, and what is left of the proceeds after amount paid and fees; each fee rounded once.
CREATE OR REPLACE FUNCTION app.projection(p_quotation jsonb, p_multiple numeric, p_years numeric) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    v_currency text := p_quotation ->> 'currency';
    v_paid numeric := (p_quotation ->> 'amount')::numeric;
    v_proceeds numeric := app.money_round(v_paid * p_multiple, v_currency);
    v_sums jsonb;
    v_fees numeric;
BEGIN
    PERFORM app.check_projected(p_multiple, p_years);
    SELECT jsonb_object_agg(w.name, coalesce(s.fees, 0)), coalesce(sum(s.fees), 0) INTO v_sums, v_fees
      FROM unnest(ARRAY['once', 'yearly', 'profit', 'on_exit']) w(name)
      LEFT JOIN LATERAL (
        SELECT sum(app.money_round(app.projected(l, v_paid, p_multiple, p_years, app.projected_management(p_quotation, p_years)),
                                   v_currency)) AS fees
          FROM jsonb_array_elements(p_quotation -> 'lines') l
         WHERE CASE WHEN l ->> 'method' = 'percent_of_profit' THEN 'profit' ELSE l ->> 'when' END = w.name) s ON true;
    RETURN jsonb_build_object('currency', v_currency, 'multiple', trim_scale(p_multiple)::text, 'years', trim_scale(p_years)::text,
        'amount', v_paid::text, 'proceeds', v_proceeds::text, 'fees', v_fees::text, 'net', (v_proceeds - v_paid - v_fees)::text)
        || (SELECT jsonb_object_agg(e.key, app.money_round(e.value::numeric, v_currency)::text) FROM jsonb_each_text(v_sums) e);
END;
$$;

-- Where two plans change places: the first multiple at which the one that costs less below it ("cheaper": 'first', 'second',
-- or 'same' where they cost the same up to there) stops doing so. No multiple where that holds for all of them.
CREATE OR REPLACE FUNCTION app.break_even(p_first jsonb, p_second jsonb, p_years numeric) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    v record;
    v_before record;
    v_sign int;
    v_multiple numeric;
BEGIN
    PERFORM app.check_projected(1, p_years);
    FOR v IN
        SELECT m, app.projected_fees(p_first, m, p_years) - app.projected_fees(p_second, m, p_years) AS gap
          FROM (SELECT 0::numeric AS m UNION SELECT 100 UNION SELECT app.projected_bends(p_first, p_years)
                UNION SELECT app.projected_bends(p_second, p_years)) bends
         WHERE m BETWEEN 0 AND 100 ORDER BY m
    LOOP
        v_sign := coalesce(v_sign, sign(v.gap));
        IF sign(v.gap) <> v_sign AND (v_sign = 0 OR v.gap <> 0) THEN
            v_multiple := CASE WHEN v_sign = 0 THEN v_before.m
                               ELSE v_before.m + (v.m - v_before.m) * v_before.gap / (v_before.gap - v.gap) END;
            EXIT;
        END IF;
        v_before := v;
    END LOOP;
    RETURN jsonb_build_object('multiple', trim_scale(round(v_multiple, 12))::text,
                              'cheaper', (ARRAY['first', 'same', 'second'])[v_sign + 2]);
END;
$$;

-- Arithmetic on what the caller has: nobody learns anything by it.
DO $$
DECLARE
    v regprocedure;
BEGIN
    FOREACH v IN ARRAY ARRAY[
        'app.projected(jsonb, numeric, numeric, numeric, numeric)', 'app.projected_management(jsonb, numeric)',
        'app.projected_fees(jsonb, numeric, numeric)', 'app.projected_bends(jsonb, numeric)',
        'app.check_projected(numeric, numeric)', 'app.projection(jsonb, numeric, numeric)',
        'app.break_even(jsonb, jsonb, numeric)']::regprocedure[] LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', v);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO verso_app, verso_definer', v);
    END LOOP;
END;
$$;
COMMENT ON FUNCTION app.projection(jsonb, numeric, numeric) IS
    'What a purchase comes to at an exit after so many years at so many times the amount: proceeds, fees, net. 22023.';
COMMENT ON FUNCTION app.break_even(jsonb, jsonb, numeric) IS
    'The exit multiple at which two quotations cost the same after so many years, and which costs less below it. 22023.';
