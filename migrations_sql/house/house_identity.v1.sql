-- Who the firm is on its papers. In the database, because an invoice freezes it in the transaction that issues it.
-- The version that counts on a day: of those in effect by then, the one that took effect last, and of these the one recorded
-- last. Null before the first. For staff and for functions. Locks: none. Errors: none.
CREATE OR REPLACE FUNCTION app.house_identity_on(p_on date) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT to_jsonb(h) - '{reason,replaces_id,recorded_by,recorded_at}'::text[] FROM public.house_identity h
     WHERE h.effective_from <= p_on ORDER BY h.effective_from DESC, h.recorded_at DESC, h.id LIMIT 1
$$;
REVOKE ALL ON FUNCTION app.house_identity_on(date) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION app.house_identity_on(date) TO verso_app, verso_definer;
COMMENT ON FUNCTION app.house_identity_on(date) IS
    'Name, address, VAT id, register number, e-mail and phone of the firm as they count on a day; null before the first.';

-- Records a version of who the firm is, for administrators; gives its id. p_replaces is the version recorded last, as the caller saw
-- it; a version is replaced once (house_identity_one_after), so of two at the same moment one is told.
-- Locks: none. Errors: 42501 not an administrator; 22023 no reason (DETAIL reason); 23514 a value that cannot be kept; DL007
-- another version came between. The audit log keeps the row.
CREATE OR REPLACE FUNCTION public.fn_record_house_identity(
    p_effective_from date, p_legal_name text, p_street text, p_postcode text, p_town text, p_country text, p_vat_id text,
    p_register_number text, p_email text, p_phone text, p_reason text, p_replaces uuid
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_id uuid;
BEGIN
    IF app.role() IS DISTINCT FROM 'staff_admin' OR app.uid() = app.system_profile() THEN
        RAISE EXCEPTION 'administrators say who the firm is' USING ERRCODE = '42501';
    ELSIF coalesce(p_reason, '') !~ '\S' THEN
        RAISE EXCEPTION 'say why' USING ERRCODE = '22023', DETAIL = 'reason';
    ELSIF (SELECT h.id FROM public.house_identity h
            WHERE NOT EXISTS (SELECT FROM public.house_identity n WHERE n.replaces_id = h.id)) IS DISTINCT FROM p_replaces THEN
        RAISE EXCEPTION 'another version came between' USING ERRCODE = 'DL007';
    END IF;
    INSERT INTO public.house_identity (effective_from, legal_name, street, postcode, town, country, vat_id, register_number,
        email, phone, reason, replaces_id, recorded_by, recorded_at)
    VALUES (p_effective_from, p_legal_name, p_street, p_postcode, p_town, p_country, p_vat_id, p_register_number,
        p_email, p_phone, btrim(p_reason), p_replaces, app.uid(), clock_timestamp())
    RETURNING id INTO v_id;
    RETURN v_id;
EXCEPTION WHEN unique_violation THEN  -- [1]
    RAISE EXCEPTION 'another version came between' USING ERRCODE = 'DL007';
END;
$$;
SELECT app.as_definer('public.fn_record_house_identity(date, text, text, text, text, text, text, text, text, text, text, uuid)', 'verso_app');
COMMENT ON FUNCTION public.fn_record_house_identity IS
    'Record who the firm is from a day on, with a reason; the version it replaces is the last one recorded.';
