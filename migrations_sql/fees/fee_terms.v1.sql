-- What each allocation of a deal owes, fee by fee: whose it is, what was agreed, when it is due. In the database, because
-- accrual makes its rows of it in one statement. Reads only; the caller asked who may. Internal. No locks, no errors.
-- What was negotiated follows a fee through the versions of its plan (deals/own_fees); that is looked for only where something is.

-- The terms of an allocation whose commitment has no frozen quotation: its plan, or the investor's active terms', or the deal's
-- default one, as they are now. One row without a fee where there is no plan: it is reported.
CREATE OR REPLACE FUNCTION app.terms_not_frozen(p_allocation uuid)
RETURNS TABLE (component public.fee_components, own jsonb, terms_version text)
LANGUAGE sql STABLE AS $$
    SELECT f, CASE WHEN t.overrides IS NOT NULL THEN (app.own_of_fee(t.overrides, f)).own END, 'plan ' || p.id || ' version ' || p.version
      FROM public.allocations a
      LEFT JOIN public.deal_commitments c ON c.id = a.commitment_id
      LEFT JOIN public.term_sheets s ON s.id = c.term_sheet_id
      LEFT JOIN public.investor_terms t ON t.deal_id = a.deal_id AND t.investor_id = a.investor_id AND t.status = 'active'
      LEFT JOIN public.fee_plans p ON p.deal_id = a.deal_id
           AND CASE WHEN coalesce(c.selected_fee_plan_id, t.selected_fee_plan_id) IS NULL THEN p.is_default
                    ELSE p.id = coalesce(c.selected_fee_plan_id, t.selected_fee_plan_id) END
      LEFT JOIN public.fee_components f ON f.fee_plan_id = p.id AND f.kind <> 'spread_markup'
     WHERE a.id = p_allocation AND a.commitment_id IS NOT NULL AND NOT coalesce(s.terms_data ? 'lines', false)
$$;
SELECT app.as_internal('app.terms_not_frozen(uuid)');

-- p_allocations: these only; null: all of the deal that were approved. grp: what one fee is counted over, the commitment or the
-- allocation itself. made_on: the day it was allocated. due: once, yearly or on_exit; null, as fee, where there are no terms.
CREATE OR REPLACE FUNCTION app.fee_terms(p_deal uuid, p_allocations uuid[])
RETURNS TABLE (allocation_id uuid, investor_id uuid, commitment_id uuid, reservation_id uuid, grp uuid, made_at timestamptz,
               made_on date, units numeric, unit_price numeric, fee public.fee_components, facts jsonb, own jsonb,
               terms_version text, due text, method text)
LANGUAGE sql STABLE AS $$
    SELECT a.id, a.investor_id, a.commitment_id, a.reservation_id, coalesce(a.commitment_id, a.id), a.created_at,
           app.effective_day(coalesce(a.approved_at, a.created_at)), a.units, a.unit_price, t.component,
           jsonb_strip_nulls(to_jsonb(t.component) - ARRAY['fee_plan_id', 'notes', 'lineage']), t.own, t.terms_version,
           CASE WHEN (t.component).id IS NOT NULL THEN app.fee_when(m.method, (t.component).frequency) END, m.method
      FROM public.allocations a
     CROSS JOIN LATERAL (SELECT x.component, x.own, x.terms_version FROM app.terms_of_allocation(a.id) x
                          UNION ALL SELECT y.component, y.own, y.terms_version FROM app.terms_not_frozen(a.id) y) t
     CROSS JOIN LATERAL (SELECT app.fee_method((t.component).kind, (t.component).calc_method, (t.component).rate_bps) AS method) m
     WHERE a.deal_id = p_deal AND a.status IN ('approved', 'settled') AND (p_allocations IS NULL OR a.id = ANY (p_allocations))
$$;
SELECT app.as_internal('app.fee_terms(uuid, uuid[])');
