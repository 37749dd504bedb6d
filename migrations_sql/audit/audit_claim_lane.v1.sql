-- Claims a lane of the audit chain for this transaction: 256 lanes, the backend's own first, never waiting.
-- Writers on different lanes neither fork a chain nor queue behind each other nor deadlock.
-- A transaction that writes again stays on its lane: the setting is only a hint, the lock decides.
-- Locks: one advisory lock (of this database), given back at the end of the transaction.
-- Errors: DL002 when all lanes are taken.
CREATE OR REPLACE FUNCTION app.audit_claim_lane() RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_own integer := coalesce(nullif(current_setting('app.audit_lane', true), '')::integer, pg_backend_pid()) & 255;
    v_lane integer;
BEGIN
    IF pg_try_advisory_xact_lock(4157, v_own) THEN
        RETURN v_own;
    END IF;
    FOR i IN 1..255 LOOP
        v_lane := (v_own + i) & 255;
        IF pg_try_advisory_xact_lock(4157, v_lane) THEN
            PERFORM set_config('app.audit_lane', v_lane::text, true);
            RETURN v_lane;
        END IF;
    END LOOP;
    RAISE EXCEPTION 'Busy: every lane of the audit log is taken.' USING ERRCODE = 'DL002';
END;
$$;
SELECT app.as_internal('app.audit_claim_lane()');
COMMENT ON FUNCTION app.audit_claim_lane() IS 'Claims a lane of the audit chain until the transaction ends. DL002 when none is free.';
