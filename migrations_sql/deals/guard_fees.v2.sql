-- Triggers: a fee, and what is negotiated about one, state only what the quotation counts with. In the database, because
-- what stands there is shown, and a figure that is shown and not counted misleads whoever signs it. No locks.
-- Errors: 22023, with the column at fault as the detail.
-- Version 2 knows tiers, floors and caps, VAT, periods and rounding, and yearly rates on capital called and net asset value.
-- A share of profit may crystallise by a calendar of its own, above its high-water mark; its cap is the commitment's, whatever
-- is sold when: it states no scope.

-- Whether a share of profit is also due at the end of each period, and not on exit alone.
CREATE OR REPLACE FUNCTION app.crystallises(p_method text, p_frequency text) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT p_method = 'percent_of_profit' AND coalesce(p_frequency IN ('annual', 'quarterly', 'monthly'), false)
$$;
SELECT app.as_internal('app.crystallises(text, text)');

-- The same of floor, cap, tax, periods and rounding. A stated amount needs no bounds, a share of profit no floor.
CREATE OR REPLACE FUNCTION app.bound_at_fault(p_fee public.fee_components, p_method text, p_yearly boolean) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE
        WHEN p_fee.floor_amount IS NOT NULL AND (p_method IN ('fixed', 'percent_of_profit') OR p_fee.kind = 'spread_markup')
            THEN 'floor_amount'
        WHEN p_fee.cap_amount IS NOT NULL AND (p_method = 'fixed' AND p_fee.cap_scope IS DISTINCT FROM 'total'
                                               OR p_fee.kind = 'spread_markup') THEN 'cap_amount'
        WHEN p_fee.cap_amount < p_fee.floor_amount THEN 'cap_amount'
        WHEN p_fee.cap_scope IS NOT NULL AND (p_fee.cap_amount IS NULL OR p_method = 'percent_of_profit' OR p_fee.cap_scope = 'total' AND NOT p_yearly)
            THEN 'cap_scope'
        WHEN p_fee.kind = 'spread_markup' AND p_fee.vat_rate_bps IS NOT NULL THEN 'vat_rate_bps'
        WHEN p_fee.kind = 'spread_markup' AND p_fee.rounding IS NOT NULL THEN 'rounding'
        WHEN NOT p_yearly AND NOT app.crystallises(p_method, p_fee.frequency) AND p_fee.calendar IS NOT NULL THEN 'calendar'
        WHEN NOT p_yearly AND p_fee.proration IS NOT NULL THEN 'proration'
        WHEN p_fee.calendar IS DISTINCT FROM 'anniversary' AND p_fee.anchor_day IS NOT NULL THEN 'anchor_day' END
$$;
SELECT app.as_internal('app.bound_at_fault(public.fee_components, text, boolean)');

-- The column of a fee that its method does not count with, or needs and lacks; null for a fee that is whole.
CREATE OR REPLACE FUNCTION app.fee_at_fault(p_fee public.fee_components) RETURNS text
LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    v_method text := app.fee_method(p_fee.kind, p_fee.calc_method, p_fee.rate_bps);
    v_by_rate boolean := v_method LIKE 'percent%';
BEGIN
    RETURN CASE
        WHEN p_fee.tiers IS NOT NULL AND v_method NOT IN ('percent_of_investment', 'percent_per_annum') THEN 'tiers'
        WHEN (v_by_rate AND p_fee.tiers IS NULL) <> (p_fee.rate_bps IS NOT NULL) THEN 'rate_bps'
        WHEN p_fee.tiers IS NULL AND p_fee.tier_mode IS NOT NULL THEN 'tier_mode'
        WHEN (NOT v_by_rate AND p_fee.kind <> 'spread_markup') <> (p_fee.flat_amount IS NOT NULL) THEN 'flat_amount'
        WHEN v_method <> 'percent_of_profit' AND p_fee.hurdle_rate_bps IS NOT NULL THEN 'hurdle_rate_bps'
        WHEN v_method <> 'percent_of_profit' AND p_fee.high_watermark THEN 'high_watermark'
        WHEN v_method <> 'percent_of_profit' AND p_fee.after_management_fee THEN 'after_management_fee'
        WHEN p_fee.hurdle_rate_bps IS NULL AND p_fee.hurdle_type IS NOT NULL THEN 'hurdle_type'
        WHEN p_fee.hurdle_rate_bps IS NULL AND p_fee.hurdle_compounding IS NOT NULL THEN 'hurdle_compounding'
        WHEN p_fee.hurdle_type IS DISTINCT FROM 'soft' AND p_fee.catch_up_bps IS NOT NULL THEN 'catch_up_bps'
        WHEN p_fee.base IS NOT NULL AND p_fee.base <> ALL (CASE v_method
                 WHEN 'percent_of_profit' THEN ARRAY['profit'] WHEN 'per_unit_spread' THEN ARRAY['units']
                 WHEN 'fixed' THEN ARRAY[]::text[] WHEN 'percent_per_annum' THEN ARRAY['amount', 'commitment', 'called', 'nav']
                 ELSE ARRAY['amount', 'commitment'] END) THEN 'base'
        WHEN v_method <> 'percent_per_annum' AND p_fee.day_count IS NOT NULL THEN 'day_count'
        WHEN p_fee.in_advance AND app.fee_when(v_method, p_fee.frequency) <> 'yearly' THEN 'in_advance'
        WHEN v_method = 'percent_per_annum' AND p_fee.frequency = 'on_exit' THEN 'frequency'
        ELSE coalesce(app.bound_at_fault(p_fee, v_method, app.fee_when(v_method, p_fee.frequency) = 'yearly'),
                      CASE WHEN app.crystallises(v_method, p_fee.frequency) AND p_fee.high_watermark IS NOT TRUE  -- [1]
                           THEN 'high_watermark' END) END;
END;
$$;
SELECT app.as_internal('app.fee_at_fault(public.fee_components)');

CREATE OR REPLACE FUNCTION app.guard_fee() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_fault text := app.fee_at_fault(NEW);
BEGIN
    IF v_fault IS NOT NULL THEN
        RAISE EXCEPTION 'a % fee is not worked out with this %', NEW.kind, v_fault USING ERRCODE = '22023', DETAIL = v_fault;
    END IF;
    RETURN NEW;
END;
$$;
SELECT app.as_definer('app.guard_fee()', 'verso_definer');
COMMENT ON FUNCTION app.guard_fee() IS 'Trigger: a fee states only what the quotation counts with. 22023.';
CREATE OR REPLACE TRIGGER guard_fee BEFORE INSERT OR UPDATE ON public.fee_components
    FOR EACH ROW EXECUTE FUNCTION app.guard_fee();

-- The rate that one negotiated with an investor is below or the same as: of tiers, the lowest.
CREATE OR REPLACE FUNCTION app.rate_to_lower(p_fee public.fee_components) RETURNS numeric
LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(p_fee.rate_bps,
                    (SELECT min((t ->> 'rate_bps')::numeric) FROM jsonb_array_elements(p_fee.tiers) t))
$$;
SELECT app.as_internal('app.rate_to_lower(public.fee_components)');

-- Of what is negotiated, {fee: {rate_bps | flat_amount, reason}}, the first that is no fee of the deal, states what that
-- fee does not count with, or is above what everybody pays; null when all of it counts.
CREATE OR REPLACE FUNCTION app.override_at_fault(p_deal_id uuid, p_overrides jsonb) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT o.key
      FROM jsonb_each(p_overrides) o
      LEFT JOIN (public.fee_components f JOIN public.fee_plans p ON p.id = f.fee_plan_id AND p.deal_id = p_deal_id)
             ON f.id::text = o.key
     WHERE f.id IS NULL OR jsonb_typeof(o.value) <> 'object' OR NOT o.value ?| ARRAY['rate_bps', 'flat_amount']
        OR EXISTS (SELECT 1 FROM jsonb_each_text(CASE jsonb_typeof(o.value) WHEN 'object' THEN o.value ELSE '{}' END) t
                    WHERE NOT coalesce(CASE
                        WHEN t.key = 'reason' THEN true
                        WHEN t.key NOT IN ('rate_bps', 'flat_amount') OR t.value !~ '^[0-9]{1,15}(\.[0-9]{1,2})?$' THEN false
                        WHEN t.key = 'rate_bps' THEN t.value::numeric <= app.rate_to_lower(f)
                        ELSE t.value::numeric <= f.flat_amount END, false))
     ORDER BY o.key LIMIT 1
$$;
SELECT app.as_internal('app.override_at_fault(uuid, jsonb)');

CREATE OR REPLACE FUNCTION app.guard_overrides() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.overrides IS NULL OR NEW.overrides = 'null' THEN
        RETURN NEW;
    END IF;
    IF jsonb_typeof(NEW.overrides) <> 'object' OR app.override_at_fault(NEW.deal_id, NEW.overrides) IS NOT NULL THEN
        RAISE EXCEPTION 'what is negotiated lowers the rate or the amount of a fee of this deal'
            USING ERRCODE = '22023', DETAIL = 'overrides';
    END IF;
    RETURN NEW;
END;
$$;
SELECT app.as_definer('app.guard_overrides()', 'verso_definer');
COMMENT ON FUNCTION app.guard_overrides() IS 'Trigger: what is negotiated with an investor counts in the quotation. 22023.';
CREATE OR REPLACE TRIGGER guard_overrides BEFORE INSERT OR UPDATE OF overrides, deal_id ON public.investor_terms
    FOR EACH ROW EXECUTE FUNCTION app.guard_overrides();
