-- What exactly an investor asked to buy, as one SHA-256 that names its version: deal, investor, units, price, amount, plan
-- with every component, what was negotiated, since v2 the quotation that was agreed, and since v3 every column of a fee. In the database, because an
-- approval binds to it whoever decides. It is computed from the rows as they are now, so that a plan edited since no longer
-- matches what was approved. A hash is compared with one of its own version (p_like: the hash that is compared), so that a
-- column added later, in a later version, does not void what is open. A version is never changed: a new one is added.
-- No locks. Null for a commitment that is not there.
-- What a fee says, every column of it as of this version: columns are added in a version of their own.
CREATE OR REPLACE FUNCTION app.fee_content(p_fee public.fee_components) RETURNS json
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT json_build_array(
        p_fee.id, p_fee.kind, p_fee.calc_method, p_fee.rate_bps, p_fee.flat_amount::text, p_fee.frequency,
        p_fee.hurdle_rate_bps, p_fee.high_watermark, p_fee.base, p_fee.day_count, p_fee.in_advance, p_fee.hurdle_type,
        p_fee.hurdle_compounding, p_fee.catch_up_bps, p_fee.after_management_fee, p_fee.tiers, p_fee.tier_mode,
        p_fee.floor_amount::text, p_fee.cap_amount::text, p_fee.cap_scope, p_fee.vat_rate_bps, p_fee.calendar,
        p_fee.anchor_day, p_fee.proration, p_fee.rounding)
$$;
REVOKE ALL ON FUNCTION app.fee_content(public.fee_components) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.fee_content(public.fee_components) TO verso_app, verso_definer;

CREATE OR REPLACE FUNCTION app.commitment_hash(p_commitment_id uuid, p_like text DEFAULT 'v3:') RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT v.name || encode(sha256(convert_to(CASE v.name WHEN '' THEN x.rows ELSE json_build_array(x.rows, x.quotation) END::text,
                                              'UTF8')), 'hex')
      FROM (SELECT CASE WHEN p_like LIKE 'v2:%' THEN 'v2:' WHEN p_like LIKE 'v3:%' THEN 'v3:' ELSE '' END AS name) v
     CROSS JOIN LATERAL (SELECT json_build_array(
               c.deal_id, c.investor_id, c.requested_units::text, c.unit_price::text, c.requested_amount::text,
               c.selected_fee_plan_id,  -- [1]
               (SELECT json_agg(CASE v.name WHEN 'v3:' THEN app.fee_content(f) ELSE json_build_array(
                           f.id, f.kind, f.calc_method, f.rate_bps, f.flat_amount::text,
                           f.frequency, f.hurdle_rate_bps, f.high_watermark, f.base, f.day_count, f.in_advance) END
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
