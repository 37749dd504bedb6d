-- What a fee event comes to, from what its derivation states and from nothing else. In the database, because accrual works
-- out each amount here, and whoever checks one later must get the same cent from the same function.
-- A derivation is {"method", "formula", "inputs", "convention", "rounding", "terms_version"}; amounts are text in plain
-- decimals. Inputs hold no result; "fee" is the component as it was agreed, "own" what was negotiated. Reads no table; no locks.

-- A share of profit at an exit: above cost, or above the mark where there is one, less the hurdle and the management fees where
-- the fee says so. Years are counted by the calendar, so that two years are 2; they run from the day of the mark where the
-- derivation says so. A cap is what is left of it; a derivation of before states none of that.
CREATE OR REPLACE FUNCTION app.profit_share(p_fee public.fee_components, p jsonb, p_currency text) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT app.fee_round(app.bounded(app.performance_fee(
               (p ->> 'proceeds')::numeric,
               greatest((p ->> 'cost')::numeric, (p ->> 'mark_per_unit')::numeric * (p ->> 'units')::numeric),
               coalesce((p #>> '{own,rate_bps}')::numeric, p_fee.rate_bps), coalesce((p ->> 'management_fees')::numeric, 0),
               CASE WHEN p_fee.hurdle_rate_bps IS NULL THEN 0 ELSE app.hurdle((p ->> 'cost')::numeric, p_fee.hurdle_rate_bps,
                   app.years_by_calendar(coalesce(p ->> 'hurdle_from', p ->> 'acquired_on')::date, (p ->> 'exit_date')::date), p_fee.hurdle_compounding) END,
               p_fee.hurdle_type, p_fee.catch_up_bps), NULL, coalesce((p ->> 'cap_left')::numeric, p_fee.cap_amount)), p_currency, p_fee.rounding)
$$;
SELECT app.as_internal('app.profit_share(public.fee_components, jsonb, text)');

-- Any other fee that is due on exit: of the cost that was sold, per unit sold, or its part of a stated amount.
CREATE OR REPLACE FUNCTION app.fee_on_exit(p_fee public.fee_components, p jsonb, p_currency text) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT CASE app.fee_method(p_fee.kind, p_fee.calc_method, p_fee.rate_bps)
        WHEN 'fixed' THEN app.fee_round(round(coalesce((p #>> '{own,flat_amount}')::numeric, p_fee.flat_amount)
                              * (p ->> 'units')::numeric, 24) / (p ->> 'units_of_all')::numeric, p_currency, p_fee.rounding)
        ELSE (app.fee_line(p_fee, p -> 'own', (p ->> 'units')::numeric, (p ->> 'cost')::numeric, p_currency)
              ->> 'rounded')::numeric END
$$;
SELECT app.as_internal('app.fee_on_exit(public.fee_components, jsonb, text)');

-- The fee of a period, or a part of one, at most what a cap in total has left.
CREATE OR REPLACE FUNCTION app.fee_of_period(p_fee public.fee_components, p jsonb, p_currency text) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT least(app.fee_round(app.period_amount(p_fee, p -> 'own',
               coalesce((p ->> 'base')::numeric, (p ->> 'units')::numeric * coalesce((p ->> 'nav_per_unit')::numeric, 1)),
               (p ->> 'period_start')::date, (p ->> 'period_end')::date, (p ->> 'full_start')::date, (p ->> 'full_end')::date),
               p_currency, p_fee.rounding), (p ->> 'cap_left')::numeric)
$$;
SELECT app.as_internal('app.fee_of_period(public.fee_components, jsonb, text)');

-- Errors: 22023 for a method that is none of these, and as the functions above.
CREATE OR REPLACE FUNCTION app.fee_of(p_derivation jsonb, p_currency text) RETURNS numeric
LANGUAGE plpgsql STABLE AS $$
DECLARE
    v constant jsonb := p_derivation -> 'inputs';
    v_fee constant public.fee_components := jsonb_populate_record(NULL::public.fee_components, v -> 'fee');
    v_amount numeric;
BEGIN
    CASE p_derivation ->> 'method'
        WHEN 'period' THEN v_amount := app.fee_of_period(v_fee, v, p_currency);
        WHEN 'once' THEN v_amount := (app.fee_line(v_fee, v -> 'own', (v ->> 'units')::numeric, (v ->> 'amount')::numeric,
                                                   p_currency) ->> 'rounded')::numeric;
        WHEN 'profit' THEN v_amount := app.profit_share(v_fee, v, p_currency);
        WHEN 'crystal' THEN v_amount := app.profit_share(v_fee, v || jsonb_build_object('exit_date', v ->> 'valued_on',
            'proceeds', ((v ->> 'nav_per_unit')::numeric * (v ->> 'units')::numeric)::text), p_currency);
        WHEN 'exit' THEN v_amount := app.fee_on_exit(v_fee, v, p_currency);
        WHEN 'margin' THEN v_amount := (
            SELECT app.money_round(sum(((v ->> 'unit_price')::numeric - (l ->> 'unit_cost')::numeric) * (l ->> 'units')::numeric),
                                   p_currency) FROM jsonb_array_elements(v -> 'lots') l);
        WHEN 'correction' THEN v_amount := (v ->> 'right')::numeric - (v ->> 'accrued')::numeric;
        ELSE RAISE EXCEPTION '% is no way of working out a fee', coalesce(p_derivation ->> 'method', 'null')
            USING ERRCODE = '22023', DETAIL = 'method';
    END CASE;
    -- One amount over several allocations, in whole minor units.
    IF v ? 'weights' THEN
        RETURN (app.split(v_amount, ARRAY(SELECT w::numeric FROM jsonb_array_elements_text(v -> 'weights') w), p_currency))
               [(v ->> 'place')::int];
    END IF;
    RETURN v_amount;
END;
$$;
SELECT app.as_internal('app.fee_of(jsonb, text)');

-- The same for everybody who has a derivation before them. Errors: 22023 also for inputs that are no figures or dates.
CREATE OR REPLACE FUNCTION app.recompute_fee(p_derivation jsonb, p_currency text) RETURNS numeric
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN app.fee_of(p_derivation, p_currency);
EXCEPTION WHEN data_exception THEN
    RAISE EXCEPTION 'a fee cannot be worked out from these inputs: %', SQLERRM USING ERRCODE = '22023', DETAIL = 'inputs';
END;
$$;
SELECT app.as_definer('app.recompute_fee(jsonb, text)', 'verso_app');
COMMENT ON FUNCTION app.recompute_fee(jsonb, text) IS 'What a fee comes to, from a derivation alone. 22023.';
