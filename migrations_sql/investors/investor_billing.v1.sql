-- How an investor is named, addressed and taxed on invoices. In the database, because an invoice freezes it in the transaction
-- that issues it.
-- The version that counts on a day, as for the firm's own (app.house_identity_on); null where there is none, or where the
-- reader may not see the investor. Locks: none. Errors: none.
CREATE OR REPLACE FUNCTION app.billing_of(p_investor uuid, p_on date) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT to_jsonb(b) - '{reason,replaces_id,recorded_by,recorded_at}'::text[] FROM public.investor_billing b
     WHERE b.investor_id = p_investor AND b.effective_from <= p_on
     ORDER BY b.effective_from DESC, b.recorded_at DESC, b.id LIMIT 1
$$;
REVOKE ALL ON FUNCTION app.billing_of(uuid, date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.billing_of(uuid, date) TO verso_app, verso_definer;
COMMENT ON FUNCTION app.billing_of(uuid, date) IS
    'Name, address, VAT id and treatment, invoice e-mail and language of an investor as they count on a day; null where none.';

-- Records a version of an investor's billing details, for staff; gives its id. p_replaces is the version recorded last, as the
-- caller saw it; a version is replaced once (investor_billing_one_after), so of two at the same moment one is told.
-- Locks: none but the investor's key (FOR KEY SHARE, by the foreign key). Errors: 42501 not staff, no such investor; 22023 no
-- reason (DETAIL reason); 23514 a value that cannot be kept; DL007 another version came between. The audit log keeps the row.
CREATE OR REPLACE FUNCTION public.fn_record_billing(
    p_investor uuid, p_effective_from date, p_legal_name text, p_street text, p_postcode text, p_town text, p_country text,
    p_vat_id text, p_vat_treatment text, p_vat_rate_bps int, p_email text, p_language text, p_reason text, p_replaces uuid
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_id uuid;
BEGIN
    IF NOT app.is_staff() OR NOT EXISTS (SELECT FROM public.investors i WHERE i.id = p_investor) THEN
        RAISE EXCEPTION 'staff keep the billing details of investors' USING ERRCODE = '42501';
    ELSIF coalesce(p_reason, '') !~ '\S' THEN
        RAISE EXCEPTION 'say why' USING ERRCODE = '22023', DETAIL = 'reason';
    ELSIF (SELECT b.id FROM public.investor_billing b WHERE b.investor_id = p_investor
              AND NOT EXISTS (SELECT FROM public.investor_billing n WHERE n.replaces_id = b.id)) IS DISTINCT FROM p_replaces THEN
        RAISE EXCEPTION 'another version came between' USING ERRCODE = 'DL007';
    END IF;
    INSERT INTO public.investor_billing (investor_id, effective_from, legal_name, street, postcode, town, country, vat_id,
        vat_treatment, vat_rate_bps, email, language, reason, replaces_id, recorded_by, recorded_at)
    VALUES (p_investor, p_effective_from, p_legal_name, p_street, p_postcode, p_town, p_country, p_vat_id,
        p_vat_treatment, p_vat_rate_bps, p_email, p_language, btrim(p_reason), p_replaces, app.uid(), clock_timestamp())
    RETURNING id INTO v_id;
    RETURN v_id;
EXCEPTION WHEN unique_violation THEN  -- [1]
    RAISE EXCEPTION 'another version came between' USING ERRCODE = 'DL007';
END;
$$;
SELECT app.as_definer('public.fn_record_billing(uuid, date, text, text, text, text, text, text, text, int, text, text, text, uuid)', 'verso_app');
COMMENT ON FUNCTION public.fn_record_billing IS
    'Record how an investor is named, addressed and taxed on invoices from a day on; replaces the version recorded last.';
