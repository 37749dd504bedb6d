-- Writes one audit row and chains it. In the database, so that no caller can change money, units or access
-- without it and nobody needs INSERT on the log. Not SECURITY DEFINER, which would cost a quarter of its time:
-- only verso_definer (so every definer function) and the owner may call it; the application calls audit_event.
-- Where the change came from is read from the settings that come with the identity; a role that the caller
-- knows already saves the look-up. Many rows at once: audit_write_many, since each call here is one more
-- version of the lane's head.
-- Locks in order: a lane (advisory, never waiting), its head.
-- Errors: DL002 when no lane is free.
CREATE OR REPLACE FUNCTION app.audit_write(
    p_action text, p_entity text, p_entity_id uuid, p_deal_id uuid DEFAULT NULL,
    p_before jsonb DEFAULT NULL, p_after jsonb DEFAULT NULL,
    p_actor uuid DEFAULT app.uid(), p_actor_role text DEFAULT NULL
) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    v_lane integer := app.audit_claim_lane();
    v_id bigint := nextval('public.audit_log_id_seq');
    v_ts timestamptz := greatest(clock_timestamp(), now());  -- after the lane is ours: its order and the clock agree
    v_role text := p_actor_role;
    v_for uuid := nullif(current_setting('app.acting_for', true), '')::uuid;
    v_ip text := nullif(left(current_setting('app.ip', true), 100), '');
    v_agent text := nullif(left(current_setting('app.user_agent', true), 400), '');
    v_request text := nullif(left(current_setting('app.request_id', true), 100), '');
    v_head record;
BEGIN
    IF v_role IS NULL AND p_actor IS NOT NULL THEN
        SELECT p.role INTO v_role FROM public.profiles p WHERE p.id = p_actor;
    END IF;
    UPDATE public.audit_lanes l SET seq = l.seq + 1, prev_hash = l.hash, xid = pg_current_xact_id()::text,
        ts = CASE WHEN app.audit_goes_on(l.xid, l.ts) THEN l.ts ELSE v_ts END,
        txid = CASE WHEN app.audit_goes_on(l.xid, l.ts) THEN l.txid ELSE v_id END,
        hash = app.audit_hash(l.hash, l.lane, l.seq + 1, v_id,
            CASE WHEN app.audit_goes_on(l.xid, l.ts) THEN l.ts ELSE v_ts END,
            CASE WHEN app.audit_goes_on(l.xid, l.ts) THEN l.txid ELSE v_id END,
            p_actor, v_role, v_for, session_user::text, p_action, p_entity, p_entity_id, p_deal_id, p_before, p_after,
            v_ip, v_agent, v_request)
    WHERE l.lane = v_lane RETURNING l.seq, l.prev_hash, l.hash, l.ts, l.txid INTO STRICT v_head;
    INSERT INTO public.audit_log (id, actor_user_id, action, entity, entity_id, ts, hash, prev_hash, actor_role,
        acting_for, deal_id, before, after, ip, user_agent, request_id, db_user, lane, seq, txid)
    VALUES (v_id, p_actor, p_action, p_entity, p_entity_id, v_head.ts, v_head.hash, v_head.prev_hash, v_role,
        v_for, p_deal_id, p_before, p_after, v_ip, v_agent, v_request, session_user, v_lane, v_head.seq, v_head.txid);
    RETURN v_id;
END;
$$;
SELECT app.as_internal('app.audit_write(text, text, uuid, uuid, jsonb, jsonb, uuid, text)');
COMMENT ON FUNCTION app.audit_write IS 'Writes and chains one audit row; gives its id. For definer functions and the owner. DL002 when busy.';
