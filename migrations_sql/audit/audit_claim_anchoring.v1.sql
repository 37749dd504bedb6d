-- Makes this transaction the one that writes the next anchor. In the database, because only definer functions may
-- take advisory locks: whoever could take any lock at all could keep this one, and no anchor would be written.
-- Locks: one advisory lock, never waiting, given back at the end of the transaction.
-- Errors: 42501 for anybody but the system profile and the owner.
CREATE OR REPLACE FUNCTION app.audit_claim_anchoring() RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF app.uid() IS DISTINCT FROM app.system_profile() AND NOT pg_has_role(session_user, 'verso_owner', 'MEMBER') THEN
        RAISE EXCEPTION 'Only the jobs of VERSO write anchors.' USING ERRCODE = '42501';
    END IF;
    RETURN pg_try_advisory_xact_lock(4158, 0);
END;
$$;
COMMENT ON FUNCTION app.audit_claim_anchoring() IS 'Whether this transaction may write the next anchor. 42501.';
SELECT app.as_definer('app.audit_claim_anchoring()', 'verso_app');
