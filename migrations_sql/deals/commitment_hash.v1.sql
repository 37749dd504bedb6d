-- What exactly an investor asked to buy, as one SHA-256: deal, investor, units, price, amount, plan with every
-- component, and what was negotiated. In the database, because an approval binds to it whoever decides. It is
-- computed from the rows as they are now, so that a plan edited since no longer matches what was approved.
-- No locks. Null for a commitment that is not there.
CREATE OR REPLACE FUNCTION app.commitment_hash(p_commitment_id uuid) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(json_build_array(
               c.deal_id, c.investor_id, c.requested_units::text, c.unit_price::text, c.requested_amount::text,
               c.selected_fee_plan_id,
               (SELECT json_agg(json_build_array(f.id, f.kind, f.calc_method, f.rate_bps, f.flat_amount::text,
                           f.frequency, f.hurdle_rate_bps, f.high_watermark, f.base, f.day_count, f.in_advance)
                           ORDER BY f.id)
                  FROM public.fee_components f WHERE f.fee_plan_id = c.selected_fee_plan_id),
               (SELECT t.overrides FROM public.investor_terms t
                 WHERE t.deal_id = c.deal_id AND t.investor_id = c.investor_id AND t.status = 'active')
           )::text, 'UTF8')), 'hex')
      FROM public.deal_commitments c WHERE c.id = p_commitment_id
$$;
REVOKE ALL ON FUNCTION app.commitment_hash(uuid) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.commitment_hash(uuid) TO verso_app, verso_definer;
COMMENT ON FUNCTION app.commitment_hash(uuid) IS 'SHA-256 over what a commitment asks for, from the rows as they are now.';
