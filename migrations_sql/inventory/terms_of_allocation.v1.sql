-- The fees that one allocation owes, as they were agreed. In the database, because accruals read them in one statement.
-- Accruals take their terms from here and from nowhere else: from the quotation frozen with the commitment's term sheet
-- (every column of every fee, and what was negotiated), never from the plan or the terms of today. An allocation that staff
-- made without a commitment has nothing frozen: it owes what the investor's active terms, or the deal's default plan, say now.
-- What was negotiated follows a fee through the versions of its plan (deals/own_fees); that is looked for only where something is.
-- own: {"rate_bps" | "flat_amount"} or null. terms_version: hash of the frozen quotation, which names its version; else the plan
-- and its version. The house's spread is no fee and not among them. Internal: who may read it, the caller asked. No locks.
CREATE OR REPLACE FUNCTION app.terms_of_allocation(p_allocation uuid)
RETURNS TABLE (component public.fee_components, own jsonb, terms_version text, commitment_id uuid)
LANGUAGE sql STABLE AS $$
    SELECT jsonb_populate_record(NULL::public.fee_components, fee || jsonb_build_object('fee_plan_id', s.fee_plan_id)),
           s.terms_data #> ARRAY['overrides', fee ->> 'id'], s.terms_data ->> 'hash', c.id
      FROM public.allocations a
      JOIN public.deal_commitments c ON c.id = a.commitment_id
      JOIN public.term_sheets s ON s.id = c.term_sheet_id
     CROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof(s.terms_data #> '{fee_plan,components}')
                                             WHEN 'array' THEN s.terms_data #> '{fee_plan,components}' ELSE '[]' END) fee
     WHERE a.id = p_allocation
    UNION ALL
    SELECT f, CASE WHEN t.overrides IS NOT NULL THEN (app.own_of_fee(t.overrides, f)).own END, 'plan ' || p.id || ' version ' || p.version, NULL
      FROM public.allocations a
      LEFT JOIN public.investor_terms t ON t.deal_id = a.deal_id AND t.investor_id = a.investor_id AND t.status = 'active'
      JOIN public.fee_plans p ON p.deal_id = a.deal_id
           AND CASE WHEN t.selected_fee_plan_id IS NULL THEN p.is_default ELSE p.id = t.selected_fee_plan_id END
      JOIN public.fee_components f ON f.fee_plan_id = p.id AND f.kind <> 'spread_markup'
     WHERE a.id = p_allocation AND a.commitment_id IS NULL
$$;
SELECT app.as_internal('app.terms_of_allocation(uuid)');
