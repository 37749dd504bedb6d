-- Writes many audit rows of one action, chained in memory: the head is read and written once. In the database as
-- audit_write is, and for the same callers. One call per row would leave one version of the head per row behind,
-- and each next call would step over all of them.
-- The arrays run in step; a null array, or a missing element, is null. Id and time of the transaction: audit_transaction.
-- Locks in order: a lane (advisory, never waiting), its head.
-- Errors: DL002 when no lane is free.
CREATE OR REPLACE FUNCTION app.audit_write_many(
    p_action text, p_entity text, p_entity_ids uuid[], p_deal_ids uuid[] DEFAULT NULL,
    p_befores jsonb[] DEFAULT NULL, p_afters jsonb[] DEFAULT NULL,
    p_actor uuid DEFAULT app.uid(), p_actor_role text DEFAULT NULL
) RETURNS integer
LANGUAGE plpgsql AS $$
DECLARE
    v_count integer := coalesce(cardinality(p_entity_ids), 0);
    v_lane integer;
    v_head record;
    v_ts timestamptz;
    v_txid bigint;
    v_ids bigint[];
    v_hash text;
    v_hashes text[] := '{}';
    v_role text := p_actor_role;
    v_for uuid := nullif(current_setting('app.acting_for', true), '')::uuid;
    v_ip text := nullif(left(current_setting('app.ip', true), 100), '');
    v_agent text := nullif(left(current_setting('app.user_agent', true), 400), '');
    v_request text := nullif(left(current_setting('app.request_id', true), 100), '');
BEGIN
    IF v_count < 2 THEN
        PERFORM app.audit_write(p_action, p_entity, p_entity_ids[1], p_deal_ids[1], p_befores[1], p_afters[1],
            p_actor, p_actor_role) WHERE v_count = 1;
        RETURN v_count;
    END IF;
    IF v_role IS NULL AND p_actor IS NOT NULL THEN
        SELECT p.role INTO v_role FROM public.profiles p WHERE p.id = p_actor;
    END IF;
    v_lane := app.audit_claim_lane();
    SELECT l.seq, l.hash, l.ts, l.txid, app.audit_goes_on(l.xid, l.ts) AS goes_on INTO STRICT v_head
      FROM public.audit_lanes l WHERE l.lane = v_lane FOR NO KEY UPDATE;
    SELECT array_agg(nextval('public.audit_log_id_seq')) INTO v_ids FROM generate_series(1, v_count);
    v_ts := CASE WHEN v_head.goes_on THEN v_head.ts ELSE greatest(clock_timestamp(), now()) END;
    v_txid := CASE WHEN v_head.goes_on THEN v_head.txid ELSE v_ids[1] END;
    v_hash := v_head.hash;
    FOR i IN 1..v_count LOOP
        v_hash := app.audit_hash(v_hash, v_lane, v_head.seq + i, v_ids[i], v_ts, v_txid, p_actor, v_role, v_for,
            session_user::text, p_action, p_entity, p_entity_ids[i], p_deal_ids[i], p_befores[i], p_afters[i],
            v_ip, v_agent, v_request);
        v_hashes[i] := v_hash;
    END LOOP;
    INSERT INTO public.audit_log (id, actor_user_id, action, entity, entity_id, ts, hash, prev_hash, actor_role,
        acting_for, deal_id, before, after, ip, user_agent, request_id, db_user, lane, seq, txid)
    SELECT r.id, p_actor, p_action, p_entity, r.entity_id, v_ts, r.hash, lag(r.hash, 1, v_head.hash) OVER (ORDER BY r.n),
        v_role, v_for, r.deal_id, r.before, r.after, v_ip, v_agent, v_request, session_user, v_lane, v_head.seq + r.n,
        v_txid
    FROM unnest(v_ids, p_entity_ids, p_deal_ids, p_befores, p_afters, v_hashes)
        WITH ORDINALITY AS r(id, entity_id, deal_id, before, after, hash, n)
    WHERE r.n <= v_count;
    UPDATE public.audit_lanes l SET seq = v_head.seq + v_count, prev_hash = v_hashes[v_count - 1], hash = v_hash,
        xid = pg_current_xact_id()::text, ts = v_ts, txid = v_txid
    WHERE l.lane = v_lane;
    RETURN v_count;
END;
$$;
SELECT app.as_internal('app.audit_write_many(text, text, uuid[], uuid[], jsonb[], jsonb[], uuid, text)');
COMMENT ON FUNCTION app.audit_write_many IS
    'Writes and chains one audit row per element; gives how many. For definer functions and the owner. DL002 when busy.';
