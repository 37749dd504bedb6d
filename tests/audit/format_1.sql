-- The functions that wrote rows of format 1, as they were: only tests use them.
CREATE OR REPLACE FUNCTION app.audit_hash(
    p_prev_hash text, p_lane integer, p_seq bigint, p_id bigint, p_ts timestamptz,
    p_actor uuid, p_actor_role text, p_acting_for uuid, p_db_user text,
    p_action text, p_entity text, p_entity_id uuid, p_deal_id uuid, p_before jsonb, p_after jsonb,
    p_ip text, p_user_agent text, p_request_id text
) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(convert_to(json_build_array(
        p_prev_hash, p_lane, p_seq, p_id, (extract(epoch FROM p_ts) * 1000000)::bigint,
        p_actor, p_actor_role, p_acting_for, p_db_user,
        p_action, p_entity, p_entity_id, p_deal_id, p_before, p_after,
        p_ip, p_user_agent, p_request_id
    )::text, 'UTF8')), 'hex')
$$;

CREATE OR REPLACE FUNCTION app.audit_write(
    p_action text, p_entity text, p_entity_id uuid, p_deal_id uuid DEFAULT NULL,
    p_before jsonb DEFAULT NULL, p_after jsonb DEFAULT NULL,
    p_actor uuid DEFAULT app.uid(), p_actor_role text DEFAULT NULL
) RETURNS bigint
LANGUAGE plpgsql AS $$
DECLARE
    v_lane integer := app.audit_claim_lane();
    v_id bigint := nextval('public.audit_log_id_seq');
    v_ts timestamptz := clock_timestamp();  -- after the lane is ours, so that its order and the clock agree
    v_role text := p_actor_role;
    v_for uuid := nullif(current_setting('app.acting_for', true), '')::uuid;
    v_ip text := nullif(current_setting('app.ip', true), '');
    v_agent text := nullif(current_setting('app.user_agent', true), '');
    v_request text := nullif(current_setting('app.request_id', true), '');
    v_head record;
BEGIN
    IF v_role IS NULL AND p_actor IS NOT NULL THEN
        SELECT p.role INTO v_role FROM public.profiles p WHERE p.id = p_actor;
    END IF;
    UPDATE public.audit_lanes l SET seq = l.seq + 1, prev_hash = l.hash,
        hash = app.audit_hash(l.hash, l.lane, l.seq + 1, v_id, v_ts, p_actor, v_role, v_for, session_user::text,
            p_action, p_entity, p_entity_id, p_deal_id, p_before, p_after, v_ip, v_agent, v_request)
    WHERE l.lane = v_lane RETURNING l.seq, l.prev_hash, l.hash INTO STRICT v_head;
    INSERT INTO public.audit_log (id, actor_user_id, action, entity, entity_id, ts, hash, prev_hash, actor_role,
        acting_for, deal_id, before, after, ip, user_agent, request_id, db_user, lane, seq)
    VALUES (v_id, p_actor, p_action, p_entity, p_entity_id, v_ts, v_head.hash, v_head.prev_hash, v_role,
        v_for, p_deal_id, p_before, p_after, v_ip, v_agent, v_request, session_user, v_lane, v_head.seq);
    RETURN v_id;
END;
$$;
