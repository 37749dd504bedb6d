-- What an investor negotiated, for the fees of a plan as they are now: the one place that says which fee of which version an
-- override is about. Quotation, accrual and pages read it. In the database, because what is agreed to and what accrues must find
-- the same fee.
-- An override names the fee that it was negotiated on. It holds for that fee in every version of its plan: they share a lineage,
-- which a copy of a plan carries on. Where a version wrote the fee anew, the only fee of its kind takes its place. It never
-- reaches another plan, another method (1 % a year is not 1 % once), a stated amount at another frequency, nor lifts a fee
-- that everybody now pays less for. Reads only. No errors: what was negotiated was checked when it was written (guard_fees).

-- Whether an override of one fee can hold for another: the same way of working it out, and not above what everybody pays.
CREATE OR REPLACE FUNCTION app.can_hold_for(p_own jsonb, p_from public.fee_components, p_fee public.fee_components) RETURNS boolean
LANGUAGE sql IMMUTABLE AS $$
    SELECT app.fee_method(p_from.kind, p_from.calc_method, p_from.rate_bps) = app.fee_method(p_fee.kind, p_fee.calc_method, p_fee.rate_bps)
       AND CASE WHEN p_own ? 'rate_bps' THEN coalesce((p_own ->> 'rate_bps')::numeric <= app.rate_to_lower(p_fee), false)  -- [1]
                ELSE coalesce((p_own ->> 'flat_amount')::numeric <= p_fee.flat_amount, false)
                     AND p_from.frequency IS NOT DISTINCT FROM p_fee.frequency END
$$;

-- Whether two fees are the only ones of their kind, each in its plan, and neither goes on in the other's.
CREATE OR REPLACE FUNCTION app.only_of_kind(p_from public.fee_components, p_fee public.fee_components) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT p_from.kind = p_fee.kind AND NOT EXISTS (
           SELECT FROM public.fee_components c
            WHERE c.fee_plan_id IN (p_from.fee_plan_id, p_fee.fee_plan_id) AND c.id NOT IN (p_from.id, p_fee.id)
              AND (c.kind = p_fee.kind OR c.lineage IN (p_from.lineage, p_fee.lineage)))
$$;

-- The override that holds for a fee, under the key that it was negotiated with; null where none does.
CREATE OR REPLACE FUNCTION app.own_of_fee(p_overrides jsonb, p_fee public.fee_components, OUT key text, OUT own jsonb)
LANGUAGE sql STABLE AS $$
    WITH RECURSIVE versions AS (
        SELECT p.id, p.supersedes_id, p.version FROM public.fee_plans p WHERE p.id = p_fee.fee_plan_id
        UNION ALL
        SELECT p.id, p.supersedes_id, p.version FROM versions v JOIN public.fee_plans p ON p.id = v.supersedes_id)
    SELECT o.key, o.value
      FROM jsonb_each(p_overrides) o
      JOIN public.fee_components c ON c.id = o.key::uuid
      LEFT JOIN versions v ON v.id = c.fee_plan_id
     WHERE c.id = p_fee.id
        OR app.can_hold_for(o.value, c, p_fee)
           AND (c.lineage = p_fee.lineage OR v.id IS NOT NULL AND app.only_of_kind(c, p_fee))  -- [2]
     ORDER BY c.id = p_fee.id DESC, c.lineage = p_fee.lineage DESC, v.version DESC NULLS LAST, o.key LIMIT 1
$$;

-- All that is negotiated about these fees, by their own ids; null where nothing is.
CREATE OR REPLACE FUNCTION app.own_fees(p_overrides jsonb, p_fees public.fee_components[]) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_object_agg(f.id, o.own)
      FROM unnest(p_fees) f CROSS JOIN LATERAL app.own_of_fee(p_overrides, f) o
     WHERE jsonb_typeof(p_overrides) = 'object' AND o.own IS NOT NULL
$$;
SELECT app.as_internal('app.can_hold_for(jsonb, public.fee_components, public.fee_components)');
SELECT app.as_internal('app.only_of_kind(public.fee_components, public.fee_components)');
SELECT app.as_internal('app.own_of_fee(jsonb, public.fee_components)');
SELECT app.as_internal('app.own_fees(jsonb, public.fee_components[])');

-- What is negotiated with an investor about the fees of a deal, every version of every plan: for those who may see the investor.
-- No rows for others.
CREATE OR REPLACE FUNCTION app.negotiated_fees(p_deal_id uuid, p_investor_id uuid)
RETURNS TABLE (component_id uuid, key text, own jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT f.id, o.key, o.own
      FROM public.investor_terms t
      JOIN public.fee_plans p ON p.deal_id = t.deal_id
      JOIN public.fee_components f ON f.fee_plan_id = p.id
     CROSS JOIN LATERAL app.own_of_fee(t.overrides, f) o
     WHERE t.deal_id = p_deal_id AND t.investor_id = p_investor_id AND t.status = 'active' AND jsonb_typeof(t.overrides) = 'object'
       AND o.own IS NOT NULL AND p_investor_id = ANY (ARRAY(SELECT app.visible_investors()))
     ORDER BY f.id
$$;
SELECT app.as_definer('app.negotiated_fees(uuid, uuid)', 'verso_app');
COMMENT ON FUNCTION app.negotiated_fees(uuid, uuid) IS
    'What is negotiated with an investor, by fee of every plan version of a deal, with the key that it was negotiated under.';

-- Whose negotiated fees end when a version of a plan takes the place of the one before: those that hold for a fee of that one
-- and for none of the new one. For staff, before they propose or approve it; no rows for others.
CREATE OR REPLACE FUNCTION app.ending_overrides(p_plan_id uuid)
RETURNS TABLE (investor_id uuid, component_id uuid, own jsonb)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT t.investor_id, f.id, o.own
      FROM public.fee_plans p
      JOIN public.investor_terms t ON t.deal_id = p.deal_id AND t.status = 'active' AND jsonb_typeof(t.overrides) = 'object'
      JOIN public.fee_components f ON f.fee_plan_id = p.supersedes_id
     CROSS JOIN LATERAL app.own_of_fee(t.overrides, f) o
     WHERE p.id = p_plan_id AND o.own IS NOT NULL AND app.is_staff() AND NOT EXISTS (
           SELECT FROM public.fee_components n CROSS JOIN LATERAL app.own_of_fee(t.overrides, n) x
            WHERE n.fee_plan_id = p.id AND x.key = o.key)
     ORDER BY t.investor_id, f.kind, f.id
$$;
SELECT app.as_definer('app.ending_overrides(uuid)', 'verso_app');
COMMENT ON FUNCTION app.ending_overrides(uuid) IS 'Whose negotiated fees end with a new version of a plan; for staff.';
