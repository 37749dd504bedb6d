-- What the fees of a quotation come to by an exit: after so many years, at so many times the amount paid. In the database,
-- as the quotation is: the same lines, read and carried on, and no second way of working out a fee. It reads no table, so it
-- shows nobody more than the quotation it is given.
-- Version 2 counts caps and the VAT that fees state, and works out the management fees once for each quotation.
-- Errors: 22023 for years or multiples below 0 or beyond 100.

-- One fee by then, unrounded and without VAT. p_management: what the yearly management fees come to, for profit after them.
CREATE OR REPLACE FUNCTION app.projected(p_line jsonb, p_paid numeric, p_multiple numeric, p_years numeric, p_management numeric)
RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE
        WHEN p_line ->> 'when' = 'yearly' THEN app.bounded(
            (p_line ->> 'unrounded')::numeric * p_years,  -- [1]
            NULL, CASE p_line ->> 'cap_scope' WHEN 'total' THEN (p_line ->> 'cap_amount')::numeric END)
        WHEN p_line ->> 'method' <> 'percent_of_profit' THEN (p_line ->> 'unrounded')::numeric
        ELSE app.bounded(app.carry(
            p_paid * (p_multiple - 1) - CASE WHEN (p_line ->> 'after_management_fee')::boolean THEN p_management ELSE 0 END,
            app.hurdle(p_paid, coalesce((p_line ->> 'hurdle_rate_bps')::numeric, 0), p_years, p_line ->> 'hurdle_compounding'),
            (p_line ->> 'rate_bps')::numeric, p_line ->> 'hurdle_type', (p_line ->> 'catch_up_bps')::numeric),
            NULL, (p_line ->> 'cap_amount')::numeric) END
$$;

-- The yearly management fees by then, without VAT.
CREATE OR REPLACE FUNCTION app.projected_management(p_quotation jsonb, p_years numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(sum(app.projected(l, 0, 1, p_years, 0)), 0) FROM jsonb_array_elements(p_quotation -> 'lines') l
     WHERE l ->> 'when' = 'yearly' AND l ->> 'kind' = 'management'
$$;

-- All fees by then with the VAT they state, unrounded: a straight line between the profits at which a share of profit begins,
-- changes its slope or ends.
CREATE OR REPLACE FUNCTION app.projected_fees(p_quotation jsonb, p_multiple numeric, p_years numeric) RETURNS numeric
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    v_paid numeric := (p_quotation ->> 'amount')::numeric;
    v_management numeric := app.projected_management(p_quotation, p_years);
BEGIN
    RETURN (SELECT coalesce(sum(app.projected(l, v_paid, p_multiple, p_years, v_management)
                                * (1 + coalesce((l ->> 'vat_rate_bps')::numeric, 0) * 0.0001)), 0)
              FROM jsonb_array_elements(p_quotation -> 'lines') l);
END;
$$;

-- The multiples at which the fees of a quotation change their slope; some more than that do no harm.
CREATE OR REPLACE FUNCTION app.projected_bends(p_quotation jsonb, p_years numeric) RETURNS SETOF numeric
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    v_paid numeric := nullif((p_quotation ->> 'amount')::numeric, 0);
    v_management numeric := app.projected_management(p_quotation, p_years);
BEGIN
    RETURN QUERY
    SELECT 1 + (CASE WHEN (l ->> 'after_management_fee')::boolean THEN v_management ELSE 0 END + bend.profit) / v_paid
      FROM jsonb_array_elements(p_quotation -> 'lines') l
     CROSS JOIN LATERAL (SELECT app.hurdle(v_paid, coalesce((l ->> 'hurdle_rate_bps')::numeric, 0), p_years,
                                           l ->> 'hurdle_compounding') AS hurdle,
                                coalesce((l ->> 'catch_up_bps')::numeric, 10000) AS catch_up,
                                nullif((l ->> 'rate_bps')::numeric, 0) AS rate, (l ->> 'cap_amount')::numeric AS cap) t
     CROSS JOIN LATERAL (SELECT t.hurdle AS profit
                         UNION ALL SELECT t.catch_up * t.hurdle / (t.catch_up - t.rate)
                          WHERE l ->> 'hurdle_type' = 'soft' AND t.catch_up > t.rate
                         UNION ALL SELECT unnest(ARRAY[  -- where a cap is reached: hard, in the catch-up, after it
                             t.hurdle + t.cap * 10000 / t.rate, t.hurdle + t.cap * 10000 / t.catch_up, t.cap * 10000 / t.rate])
                          WHERE t.cap IS NOT NULL) bend
     WHERE l ->> 'method' = 'percent_of_profit';
END;
$$;

CREATE OR REPLACE FUNCTION app.check_projected(p_multiple numeric, p_years numeric) RETURNS void
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF p_multiple NOT BETWEEN 0 AND 100 OR p_years NOT BETWEEN 0 AND 100 OR num_nulls(p_multiple, p_years) > 0 THEN
        RAISE EXCEPTION 'years and multiples are 0 to 100' USING ERRCODE = '22023', DETAIL = 'years';
    END IF;
END;
$$;

-- Proceeds, fees by when they fall due, the VAT they state, and what is left of the proceeds after amount paid and all of
-- these; each fee rounded once, as it says, and VAT on the sums per rate.
CREATE OR REPLACE FUNCTION app.projection(p_quotation jsonb, p_multiple numeric, p_years numeric) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    v_currency text := p_quotation ->> 'currency';
    v_paid numeric := (p_quotation ->> 'amount')::numeric;
    v_proceeds numeric := app.money_round(v_paid * p_multiple, v_currency);
    v_management numeric := app.projected_management(p_quotation, p_years);
    v_sums jsonb;
    v_fees numeric;
BEGIN
    PERFORM app.check_projected(p_multiple, p_years);
    WITH line AS (
        SELECT CASE WHEN l ->> 'method' = 'percent_of_profit' THEN 'profit' ELSE l ->> 'when' END AS name,
               (l ->> 'vat_rate_bps')::numeric AS vat_rate,
               app.fee_round(app.projected(l, v_paid, p_multiple, p_years, v_management), v_currency, l ->> 'rounding') AS fee
          FROM jsonb_array_elements(p_quotation -> 'lines') l
    ), part AS (
        SELECT name, fee FROM line
        UNION ALL SELECT 'vat', app.vat_of(sum(fee), vat_rate, v_currency) FROM line GROUP BY vat_rate
    )
    SELECT jsonb_object_agg(s.name, app.money_round(s.fees, v_currency)::text), sum(s.fees) INTO v_sums, v_fees
      FROM (SELECT n.name, coalesce(sum(part.fee), 0) AS fees
              FROM unnest(ARRAY['once', 'yearly', 'profit', 'on_exit', 'vat']) n(name)
              LEFT JOIN part ON part.name = n.name GROUP BY n.name) s;
    RETURN jsonb_build_object('currency', v_currency, 'multiple', trim_scale(p_multiple)::text, 'years', trim_scale(p_years)::text,
        'amount', v_paid::text, 'proceeds', v_proceeds::text, 'fees', app.money_round(v_fees, v_currency)::text,
        'net', (v_proceeds - v_paid - v_fees)::text) || v_sums;
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
