-- Hurdle and carried interest, as arithmetic: what a manager takes of a profit. In the database, because quotations and
-- accruals work it out here, from one definition. Numeric in, numeric out, unrounded. No locks, no tables.

-- What the money paid in must earn first: rate × years, or compounded yearly. Rates in basis points a year.
CREATE OR REPLACE FUNCTION app.hurdle(p_paid_in numeric, p_rate_bps numeric, p_years numeric, p_compounding text)
RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN p_compounding = 'annual' THEN p_paid_in * (power(1 + p_rate_bps * 0.0001, p_years) - 1)
                ELSE p_paid_in * p_rate_bps * 0.0001 * p_years END
$$;

-- Nothing up to the hurdle. Above it: hard, a share of what is above; soft, the catch-up's share of what is above until that
-- makes up the whole share of the profit.
CREATE OR REPLACE FUNCTION app.carry(p_profit numeric, p_hurdle numeric, p_rate_bps numeric, p_type text, p_catch_up_bps numeric)
RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN p_profit <= greatest(p_hurdle, 0) THEN 0
                WHEN p_type = 'soft' THEN least((p_profit - p_hurdle) * coalesce(p_catch_up_bps, 10000), p_profit * p_rate_bps) * 0.0001
                ELSE (p_profit - p_hurdle) * p_rate_bps * 0.0001 END
$$;

REVOKE ALL ON FUNCTION app.hurdle(numeric, numeric, numeric, text), app.carry(numeric, numeric, numeric, text, numeric) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.hurdle(numeric, numeric, numeric, text), app.carry(numeric, numeric, numeric, text, numeric)
    TO verso_app, verso_definer, verso_readonly;
