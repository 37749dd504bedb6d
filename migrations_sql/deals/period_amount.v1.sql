-- What one fee comes to for one period, or a part of one: what accruals make a row of. Over the same arithmetic as the
-- quotation (lib/fee_amounts), and no second way of working out a fee. No locks, no tables.

-- p_base: what the fee is taken of (amount, commitment, capital called, net asset value; units for a fee per unit; not looked
-- at for a fixed amount). p_own: what was negotiated, as frozen: an explicit 0 is zero, a rate takes the place of tiers, and no
-- floor lifts it. Floor and cap are those of a whole period, before it is prorated; a cap in total is the caller's to hold, who
-- knows what was charged. Unrounded, to 24 decimals; app.fee_round rounds it. A share of profit has no period: null, as is
-- what has no base. Errors: 22023 as app.period_fee.
CREATE OR REPLACE FUNCTION app.period_amount(p_fee public.fee_components, p_own jsonb, p_base numeric, p_period_start date,
                                             p_period_end date, p_full_start date, p_full_end date)
RETURNS numeric LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    v_method text := app.fee_method(p_fee.kind, p_fee.calc_method, p_fee.rate_bps);
    v_rate numeric := coalesce((p_own ->> 'rate_bps')::numeric, p_fee.rate_bps);
    v_flat numeric := coalesce((p_own ->> 'flat_amount')::numeric, p_fee.flat_amount);
    v_base numeric := p_base;
    v_floor numeric := CASE WHEN p_own IS NULL THEN p_fee.floor_amount END;
    v_cap numeric := CASE WHEN p_fee.cap_scope IS DISTINCT FROM 'total' THEN p_fee.cap_amount END;
    v_whole numeric;
BEGIN
    IF v_rate IS NULL AND v_method LIKE 'percent%' THEN
        v_base := app.tiered(p_base, p_fee.tiers, p_fee.tier_mode);
        v_rate := 10000;
    END IF;
    IF v_method = 'percent_per_annum' AND v_floor IS NULL AND v_cap IS NULL THEN
        RETURN app.period_fee(v_base, v_rate, p_period_start, p_period_end, p_full_start, p_full_end, p_fee.day_count, p_fee.proration);
    END IF;
    v_whole := CASE v_method
        WHEN 'percent_per_annum' THEN app.period_fee(v_base, v_rate, p_full_start, p_full_end, p_full_start, p_full_end, p_fee.day_count)
        WHEN 'percent_of_investment' THEN v_base * v_rate * 0.0001
        WHEN 'per_unit_spread' THEN p_base * v_flat
        WHEN 'fixed' THEN v_flat END;
    RETURN app.prorated(app.bounded(v_whole, v_floor, v_cap), p_period_start, p_period_end, p_full_start, p_full_end, p_fee.proration);
END;
$$;
SELECT app.as_internal('app.period_amount(public.fee_components, jsonb, numeric, date, date, date, date)');
