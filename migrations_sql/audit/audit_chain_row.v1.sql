-- Chains a row that the owner inserts with the seed's columns alone, from psql or a migration.
-- In the database, so that no way of writing leaves a row outside the chain. Rows of the audit functions carry
-- their hash, and the trigger's condition spares them the call.
-- A row that the owner dates otherwise than its transaction stands by itself, and the row after it begins anew.
-- Locks in order: a lane (advisory, never waiting), its head.
-- Errors: DL002 when no lane is free.
CREATE OR REPLACE FUNCTION app.audit_chain_row() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    v_head record;
BEGIN
    NEW.lane := app.audit_claim_lane();
    NEW.db_user := session_user;
    NEW.format := 2;
    SELECT l.txid, app.audit_goes_on(l.xid, l.ts) AND l.ts = NEW.ts AS goes_on INTO STRICT v_head
      FROM public.audit_lanes l WHERE l.lane = NEW.lane;
    NEW.txid := CASE WHEN v_head.goes_on THEN v_head.txid ELSE NEW.id END;
    UPDATE public.audit_lanes l SET seq = l.seq + 1, prev_hash = l.hash, ts = NEW.ts, txid = NEW.txid,
        xid = CASE WHEN NEW.ts BETWEEN now() AND greatest(clock_timestamp(), now()) THEN pg_current_xact_id()::text END,
        hash = app.audit_hash(l.hash, l.lane, l.seq + 1, NEW.id, NEW.ts, NEW.txid, NEW.actor_user_id, NEW.actor_role,
            NEW.acting_for, NEW.db_user, NEW.action, NEW.entity, NEW.entity_id, NEW.deal_id, NEW.before, NEW.after,
            NEW.ip, NEW.user_agent, NEW.request_id)
    WHERE l.lane = NEW.lane RETURNING l.seq, l.prev_hash, l.hash INTO STRICT NEW.seq, NEW.prev_hash, NEW.hash;
    RETURN NEW;
END;
$$;
REVOKE ALL ON FUNCTION app.audit_chain_row() FROM PUBLIC;
COMMENT ON FUNCTION app.audit_chain_row IS 'Chains an audit row inserted without a hash. DL002 when busy.';

CREATE OR REPLACE TRIGGER audit_chain_row BEFORE INSERT ON public.audit_log
    FOR EACH ROW WHEN (NEW.hash IS NULL) EXECUTE FUNCTION app.audit_chain_row();
ALTER TABLE public.audit_log ENABLE ALWAYS TRIGGER audit_chain_row;
SELECT app.make_append_only('public.audit_log'), app.refuse_truncate('public.audit_log_default'),
    app.make_append_only('public.audit_anchors');
