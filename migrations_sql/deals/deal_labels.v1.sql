-- What a person may call a deal by: its code, name and currency, and whether they may open it. In the database,
-- because a colleague at the same investor reads that investor's holds also on a deal whose room is closed to
-- them, and so has no row of deals to take the name from. Other deals, and their existence, stay unknown.
-- No locks. Errors: none; a deal that is not theirs has no row in the answer.
CREATE OR REPLACE FUNCTION app.deal_labels(p_deal_ids uuid[])
RETURNS TABLE (deal_id uuid, code text, name text, currency text, is_member boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_open uuid[] := ARRAY(SELECT v.id FROM app.visible_deals() AS v (id) WHERE v.id = ANY (p_deal_ids));
    v_own uuid[] := ARRAY(SELECT app.visible_investors());
BEGIN
    RETURN QUERY
    SELECT d.id, d.code, d.name, d.currency::text, d.id = ANY (v_open)
      FROM public.deals d
     WHERE d.id = ANY (p_deal_ids)
       AND (d.id = ANY (v_open)
            OR EXISTS (SELECT 1 FROM public.reservations r WHERE r.deal_id = d.id AND r.investor_id = ANY (v_own))
            OR EXISTS (SELECT 1 FROM public.deal_commitments c WHERE c.deal_id = d.id AND c.investor_id = ANY (v_own))
            OR EXISTS (SELECT 1 FROM public.allocations a WHERE a.deal_id = d.id AND a.investor_id = ANY (v_own)));
END;
$$;
SELECT app.as_definer('app.deal_labels(uuid[])', 'verso_app');
COMMENT ON FUNCTION app.deal_labels(uuid[]) IS 'Names of the deals that the acting profile may open, or where an investor of theirs holds something.';
