-- Claims a lane of the audit chain for this transaction: 256 lanes, the backend's own first, never waiting.
-- Writers on different lanes neither fork a chain nor queue behind each other nor deadlock.
-- A transaction that writes again stays on its lane: the setting only says that there is one, the locks say which.
-- They are advisory locks that only definer functions may take, and the application cannot name the lane to begin at
-- (other logins can): a transaction that meddles with the setting holds its own and one more, so that no session, and
-- no number of them within the connection limit, can keep all.
-- Locks: one advisory lock (of this database), given back at the end of the transaction.
-- Every write comes by here, so here it is also refused to write from an old snapshot: who waited for a lock would
-- then count holds and amounts as they were before, and limits would not hold.
-- Errors: DL002 when all lanes are taken, 25000 at an isolation level other than READ COMMITTED.
CREATE OR REPLACE FUNCTION app.audit_claim_lane() RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_own integer := pg_backend_pid() & 255;
    v_lane integer;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION 'VERSO is written to at READ COMMITTED only; nothing was changed' USING ERRCODE = '25000';
    END IF;
    IF coalesce(current_setting('app.audit_lane', true), '') = '' AND pg_try_advisory_xact_lock(4157, v_own) THEN
        RETURN v_own;
    END IF;
    IF current_setting('app.audit_lane', true) <> '' THEN
        SELECT l.objid::integer INTO v_lane FROM pg_catalog.pg_locks l
         WHERE l.locktype = 'advisory' AND l.classid = 4157 AND l.pid = pg_backend_pid() AND l.granted LIMIT 1;
        IF FOUND THEN
            RETURN v_lane;
        END IF;
        IF session_user <> 'verso_app' THEN
            v_own := current_setting('app.audit_lane')::integer;
        END IF;
    END IF;
    FOR i IN 0..255 LOOP
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
