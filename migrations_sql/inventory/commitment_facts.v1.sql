-- What approvals ask about commitments: who is a party to one, and how much counts with it. Here, beside what they read;
-- operations/approval_parties and operations/approval_counts ask them by name.
-- Internal. No locks.

-- How people are bound to what a commitment rests on: the offer prices between its first hold and itself, its fee plan,
-- what was negotiated.
CREATE OR REPLACE FUNCTION app.parties_of_commitment(p_commitment_id uuid) RETURNS TABLE (person uuid, word text)
LANGUAGE sql STABLE AS $$
    WITH it AS (SELECT c.*, least(c.created_at, (SELECT min(r.created_at) FROM public.reservations r
                                                  WHERE r.commitment_id = c.id)) AS since
                  FROM public.deal_commitments c WHERE c.id = p_commitment_id)
    SELECT h.set_by, 'changed_price' FROM it CROSS JOIN LATERAL (
        SELECT o.set_by, o.set_at, lead(o.set_at) OVER (ORDER BY o.set_at, o.id) AS until
          FROM public.offer_prices o WHERE o.deal_id = it.deal_id) h
     WHERE h.set_at <= it.created_at AND (h.until IS NULL OR h.until > it.since)
    UNION ALL
    SELECT f.changed_by, 'changed_plan' FROM it JOIN public.fee_plans f ON f.id = it.selected_fee_plan_id
    UNION ALL
    SELECT t.overrides_by, 'changed_override' FROM it JOIN public.investor_terms t ON t.deal_id = it.deal_id
       AND t.investor_id = it.investor_id AND t.id::text = (
           SELECT coalesce(s.terms_data ->> 'terms_id', t.id::text) FROM public.term_sheets s WHERE s.id = it.term_sheet_id)
     WHERE t.overrides IS NOT NULL
$$;

-- What an investor has on a deal: in approval, approved, allocated. At the price that counts (app.counted_price).
CREATE OR REPLACE FUNCTION app.deal_exposure(p_deal_id uuid, p_investor_id uuid) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT coalesce(sum(app.money_round(x.units * app.counted_price(p_deal_id, x.price), d.currency)), 0)
      FROM (SELECT r.requested_units AS units, r.proposed_unit_price AS price FROM public.reservations r
             WHERE r.deal_id = p_deal_id AND r.investor_id = p_investor_id AND r.status = 'pending'
               AND r.commitment_id IS NOT NULL
             UNION ALL
            SELECT a.units, a.unit_price FROM public.allocations a
             WHERE a.deal_id = p_deal_id AND a.investor_id = p_investor_id AND a.status <> 'rejected') x
      JOIN public.deals d ON d.id = p_deal_id
$$;

-- Nothing of this investor was approved before this one.
CREATE OR REPLACE FUNCTION app.is_first_of_investor(p_investor_id uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT NOT EXISTS (SELECT 1 FROM public.deal_commitments c
                        WHERE c.investor_id = p_investor_id AND c.status = 'approved')
$$;

SELECT app.as_internal('app.parties_of_commitment(uuid)');
SELECT app.as_internal('app.deal_exposure(uuid, uuid)');
SELECT app.as_internal('app.is_first_of_investor(uuid)');
