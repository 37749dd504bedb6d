-- What a fee comes to: tiers, bounds, a period's part, and what is above a high-water mark. In the database, because
-- quotations and accruals work it out here, from one definition. Numeric in, numeric out; unrounded, to 24 decimals where it
-- is divided, so that rounding it afterwards decides no half. No locks, no tables.

-- Why tiers cannot be counted with, or null: 1 to 20 objects {"up_to": amount or null, "rate_bps": 0 to 10000}, both as text,
-- each up to more than the one before, and the last without a limit. In plpgsql: a CHECK calls it.
CREATE OR REPLACE FUNCTION app.tiers_at_fault(p_tiers jsonb) RETURNS text
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    v jsonb;
    v_before numeric := 0;
    v_last int;
BEGIN
    IF p_tiers IS NULL THEN
        RETURN NULL;
    ELSIF jsonb_typeof(p_tiers) <> 'array' OR jsonb_array_length(p_tiers) NOT BETWEEN 1 AND 20 THEN
        RETURN 'count';
    END IF;
    v_last := jsonb_array_length(p_tiers) - 1;
    FOR i IN 0 .. v_last LOOP
        v := p_tiers -> i;
        IF jsonb_typeof(v) <> 'object' OR NOT v ?& ARRAY['up_to', 'rate_bps'] OR v - 'up_to' - 'rate_bps' <> '{}'
           OR jsonb_typeof(v -> 'rate_bps') <> 'string' OR v ->> 'rate_bps' !~ '^[0-9]{1,5}(\.[0-9]{1,2})?$'
           OR (v ->> 'rate_bps')::numeric > 10000 THEN
            RETURN 'rate_bps';
        ELSIF i = v_last THEN
            RETURN CASE WHEN v -> 'up_to' <> 'null' THEN 'last' END;
        ELSIF jsonb_typeof(v -> 'up_to') <> 'string' OR v ->> 'up_to' !~ '^[0-9]{1,15}(\.[0-9]{1,2})?$'
           OR (v ->> 'up_to')::numeric <= v_before THEN
            RETURN 'up_to';
        END IF;
        v_before := (v ->> 'up_to')::numeric;
    END LOOP;
    RETURN NULL;
END;
$$;

-- The rate on a base by tiers. 'marginal' (or null): each slice at its own rate. 'whole': all of it at the rate of the tier it
-- ends in; up to is inclusive. A base below 0 counts as 0. The result is base × rate: for a rate by the year, one year's.
-- Errors: 22023 for an unknown mode; tiers are looked at where they are kept.
CREATE OR REPLACE FUNCTION app.tiered(p_base numeric, p_tiers jsonb, p_mode text DEFAULT 'marginal') RETURNS numeric
LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
DECLARE
    v jsonb;
    v_before numeric := 0;
    v_sum numeric := 0;
BEGIN
    IF coalesce(p_mode, 'marginal') NOT IN ('marginal', 'whole') THEN
        RAISE EXCEPTION '% is no way of counting tiers', p_mode USING ERRCODE = '22023', DETAIL = 'tier_mode';
    END IF;
    FOR v IN SELECT t.value FROM jsonb_array_elements(p_tiers) WITH ORDINALITY t ORDER BY t.ordinality LOOP
        IF p_mode = 'whole' THEN
            IF v ->> 'up_to' IS NULL OR p_base <= (v ->> 'up_to')::numeric THEN
                RETURN greatest(p_base, p_base * 0) * (v ->> 'rate_bps')::numeric * 0.0001;
            END IF;
        ELSE
            v_sum := v_sum + greatest(least(p_base, (v ->> 'up_to')::numeric) - v_before, 0) * (v ->> 'rate_bps')::numeric;
            v_before := (v ->> 'up_to')::numeric;
        END IF;
    END LOOP;
    RETURN CASE WHEN p_base IS NOT NULL AND p_tiers IS NOT NULL THEN v_sum * 0.0001 END;
END;
$$;

-- An amount, at least the floor, at most the cap (the cap wins). Null bounds do not bind; no amount stays none.
CREATE OR REPLACE FUNCTION app.bounded(p_amount numeric, p_floor numeric, p_cap numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN p_amount IS NOT NULL THEN least(greatest(p_amount, p_floor), p_cap) END
$$;

-- The days that count of a whole period's, first and last inclusive: those of the part, or with 'none' all of them. Null
-- proration is 'full_period'. Errors: 22023 for another one, and for a part that is not within the whole.
CREATE OR REPLACE FUNCTION app.part_days(p_period_start date, p_period_end date, p_full_start date, p_full_end date,
                                         p_proration text)
RETURNS int LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
BEGIN
    IF p_period_start < p_full_start OR p_period_end > p_full_end OR p_period_end < p_period_start THEN
        RAISE EXCEPTION 'a part of a period lies within it' USING ERRCODE = '22023', DETAIL = 'dates';
    ELSIF coalesce(p_proration, 'full_period') NOT IN ('full_period', 'none') THEN
        RAISE EXCEPTION '% is no proration', p_proration USING ERRCODE = '22023', DETAIL = 'proration';
    END IF;
    RETURN CASE WHEN p_proration = 'none' THEN p_full_end - p_full_start ELSE p_period_end - p_period_start END + 1;
END;
$$;

-- What of a whole period's fee a part of the period owes: days of the part over days of the whole, whatever the day count.
CREATE OR REPLACE FUNCTION app.prorated(p_fee numeric, p_period_start date, p_period_end date, p_full_start date,
                                        p_full_end date, p_proration text DEFAULT 'full_period')
RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT trim_scale(round(p_fee * app.part_days(p_period_start, p_period_end, p_full_start, p_full_end, p_proration), 24)
                      / (p_full_end - p_full_start + 1))
$$;

-- base × rate × part of a year, of a period or a part of one. The whole period's fee runs from its first day to the day after
-- its last; a part of it is prorated over the whole. Multiplied before it is divided, so that a half that comes out exactly
-- stays one. With tiers the base is what app.tiered gives, and the rate 10,000. Null convention is ACT/365F.
-- Errors: 22023 as app.year_parts and app.part_days.
CREATE OR REPLACE FUNCTION app.period_fee(p_base numeric, p_rate_bps numeric, p_period_start date, p_period_end date,
                                          p_full_start date, p_full_end date, p_convention text DEFAULT 'ACT/365F',
                                          p_proration text DEFAULT 'full_period')
RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT trim_scale(
               round(p_base * p_rate_bps * 0.0001 * year.days
                     * app.part_days(p_period_start, p_period_end, p_full_start, p_full_end, p_proration), 24)
               / (year.per * (p_full_end - p_full_start + 1)::bigint))
      FROM app.year_parts(p_full_start, p_full_end + 1, coalesce(p_convention, 'ACT/365F')) year
$$;

-- The mark after a fee was taken: the higher of what it was and what is left after fees. One mark per allocation, beginning
-- with what was paid for it.
CREATE OR REPLACE FUNCTION app.mark(p_value numeric, p_mark numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT greatest(p_value, p_mark) $$;

-- The share of what a value, before fees, is above a mark (what was paid, where there is no high-water mark). p_management: the
-- management fees to deduct first, where profit is after them. Value, mark, hurdle and fees are of the same units.
CREATE OR REPLACE FUNCTION app.performance_fee(p_value numeric, p_mark numeric, p_rate_bps numeric, p_management numeric DEFAULT 0,
                                               p_hurdle numeric DEFAULT 0, p_type text DEFAULT 'hard', p_catch_up_bps numeric DEFAULT NULL)
RETURNS numeric LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT app.carry(p_value - p_mark - coalesce(p_management, 0), coalesce(p_hurdle, 0), p_rate_bps, p_type, p_catch_up_bps)
$$;

-- A fee is rounded once: half up, or down to the minor unit where the fee says so.
CREATE OR REPLACE FUNCTION app.fee_round(p_amount numeric, p_currency text, p_rounding text DEFAULT 'half_up') RETURNS numeric
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN p_rounding = 'down'
                THEN app.money_round(trunc(p_amount, scale(app.money_round(0, p_currency))), p_currency)
                ELSE app.money_round(p_amount, p_currency) END
$$;

DO $$
DECLARE
    v regprocedure;
BEGIN
    FOREACH v IN ARRAY ARRAY[
        'app.tiers_at_fault(jsonb)', 'app.tiered(numeric, jsonb, text)', 'app.bounded(numeric, numeric, numeric)',
        'app.part_days(date, date, date, date, text)', 'app.prorated(numeric, date, date, date, date, text)',
        'app.period_fee(numeric, numeric, date, date, date, date, text, text)', 'app.mark(numeric, numeric)',
        'app.performance_fee(numeric, numeric, numeric, numeric, numeric, text, numeric)',
        'app.fee_round(numeric, text, text)']::regprocedure[] LOOP
        EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', v);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO verso_app, verso_definer, verso_readonly', v);
    END LOOP;
END;
$$;
