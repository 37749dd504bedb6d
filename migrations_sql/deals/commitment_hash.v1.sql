-- What exactly an investor asked to buy, as one SHA-256 that names its version: deal, investor, units, price, amount, plan
-- with every component, what was negotiated, and since v2 the quotation that was agreed. In the database, because an
-- approval binds to it whoever decides. It is computed from the rows as they are now, so that a plan edited since no longer
-- matches what was approved. A hash is compared with one of its own version (p_like: the hash that is compared), so that a
-- column added later, in a later version, does not void what is open. A version is never changed: a new one is added.
-- No locks. Null for a commitment that is not there.
CREATE OR REPLACE FUNCTION app.commitment_hash(p_commitment_id uuid, p_like text DEFAULT 'v2:') RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN p_like LIKE 'v2:%' THEN 'v2:' ELSE '' END
           || encode(sha256(convert_to(CASE WHEN p_like LIKE 'v2:%'
                  THEN json_build_array(x.rows, x.quotation) ELSE x.rows END::text, 'UTF8')), 'hex')
      FROM (SELECT json_build_array(
               c.deal_id, c.investor_id, c.requested_units::text, c.unit_price::text, c.requested_amount::text,
               c.selected_fee_plan_id,  -- [1]
               (SELECT json_agg(json_build_array(f.id, f.kind, f.calc_method, f.rate_bps, f.flat_amount::text,
                           f.frequency, f.hurdle_rate_bps, f.high_watermark, f.base, f.day_count, f.in_advance)
                           ORDER BY f.id)
                  FROM public.fee_components f WHERE f.fee_plan_id = c.selected_fee_plan_id),
               (SELECT t.overrides FROM public.investor_terms t
                 WHERE t.deal_id = c.deal_id AND t.investor_id = c.investor_id
                   AND CASE WHEN own.terms_id IS NULL THEN t.status = 'active' ELSE t.id::text = own.terms_id END)
           ) AS rows,
           (SELECT s.terms_data ->> 'hash' FROM public.term_sheets s WHERE s.id = c.term_sheet_id) AS quotation
      FROM public.deal_commitments c
      LEFT JOIN LATERAL (SELECT s.terms_data ->> 'terms_id' AS terms_id FROM public.term_sheets s
                          WHERE s.id = c.term_sheet_id) own ON true
     WHERE c.id = p_commitment_id) x
$$;
REVOKE ALL ON FUNCTION app.commitment_hash(uuid, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.commitment_hash(uuid, text) TO verso_app, verso_definer;
COMMENT ON FUNCTION app.commitment_hash(uuid, text) IS
    'SHA-256 over what a commitment asks for, from the rows as they are now, in the version of the hash it is compared with.';
