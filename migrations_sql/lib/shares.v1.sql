-- Sums that are divided, and tax on sums. In the database, because what is posted must add up to the cent whoever divides it.
-- Numeric in, numeric out. No locks, no tables.

-- Tax on the sum of rounded lines of one rate, rounded once: as an electronic invoice must take it.
CREATE OR REPLACE FUNCTION app.vat_of(p_lines_sum numeric, p_rate_bps numeric, p_currency text) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT app.money_round(p_lines_sum * p_rate_bps * 0.0001, p_currency) $$;

-- An amount over weights, in whole minor units by largest remainder; ties go to the earlier. The parts add up to the amount,
-- and those of its opposite are their opposites. Errors: 22023 for no weights, one that is null, negative or NaN, none above 0,
-- and for an amount that is no whole number of minor units.
CREATE OR REPLACE FUNCTION app.split(p_amount numeric, p_weights numeric[], p_currency text) RETURNS numeric[]
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    v_digits int := scale(app.money_round(0, p_currency));
    v_weight numeric := (SELECT sum(w) FROM unnest(p_weights) w);
    v_units numeric := abs(p_amount) * 10::numeric ^ v_digits;
BEGIN
    IF coalesce(v_weight, 0) <= 0 OR v_weight = 'NaN' OR v_weight = 'Infinity' OR array_position(p_weights, NULL) IS NOT NULL
       OR EXISTS (SELECT 1 FROM unnest(p_weights) w WHERE w < 0) THEN
        RAISE EXCEPTION 'weights are 0 or more, and one of them above 0' USING ERRCODE = '22023', DETAIL = 'weights';
    ELSIF p_amount IS NULL OR p_amount IN ('NaN', 'Infinity', '-Infinity') OR v_units <> trunc(v_units) THEN
        RAISE EXCEPTION 'only a whole number of minor units can be split' USING ERRCODE = '22023', DETAIL = 'amount';
    END IF;
    RETURN (
        SELECT array_agg(round(sign(p_amount) * (part.floor + CASE WHEN part.place <= part.over THEN 1 ELSE 0 END) / 10::numeric ^ v_digits, v_digits)
                         ORDER BY part.nr)
          FROM (SELECT w.nr, div(v_units * w.weight, v_weight) AS floor,
                       v_units - sum(div(v_units * w.weight, v_weight)) OVER () AS over,
                       row_number() OVER (ORDER BY mod(v_units * w.weight, v_weight) DESC, w.nr) AS place
                  FROM unnest(p_weights) WITH ORDINALITY w(weight, nr)) part);
END;
$$;

DO $$
DECLARE
    v regprocedure;
BEGIN
    FOREACH v IN ARRAY ARRAY['app.vat_of(numeric, numeric, text)', 'app.split(numeric, numeric[], text)']::regprocedure[] LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', v);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO verso_app, verso_definer, verso_readonly', v);
    END LOOP;
END;
$$;
