-- Stores one signed anchor of the lane heads. In the database, because an anchor is append-only like the log and
-- the application has no INSERT; what it says is made and signed outside, with a key the database never sees.
-- Locks: none; two anchors of one number cannot both be stored.
-- Errors: 42501 for anybody but the system profile and the owner, 22023 for a number out of turn, 23505.
CREATE OR REPLACE FUNCTION app.audit_anchor_write(p_number bigint, p_hash text, p_payload text, p_signature text)
RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF app.uid() IS DISTINCT FROM app.system_profile() AND NOT pg_has_role(session_user, 'verso_owner', 'MEMBER') THEN
        RAISE EXCEPTION 'Only the jobs of VERSO write anchors.' USING ERRCODE = '42501';
    END IF;
    IF p_number IS DISTINCT FROM (SELECT coalesce(max(a.number), 0) + 1 FROM public.audit_anchors a) THEN
        RAISE EXCEPTION 'Anchor % is not the next one.', p_number USING ERRCODE = '22023';
    END IF;
    INSERT INTO public.audit_anchors (number, hash, payload, signature)
    VALUES (p_number, p_hash, p_payload, p_signature);
END;
$$;
COMMENT ON FUNCTION app.audit_anchor_write IS 'Stores the next signed anchor. 42501, 22023 out of turn.';
SELECT app.as_definer('app.audit_anchor_write(bigint, text, text, text)', 'verso_app');
