-- The hash of one audit row in format 2: SHA-256, in hex, over the 32 bytes of the hash before it and the 32 bytes of
-- SHA-256 over its body (docs/audit-format.md). So the digests of other rows stand for them: one row is proved against an
-- anchor without showing what the others say. The body names its format, so that no row is read as one of another.
-- In the database, because whoever writes a row must chain it, psql included. The body is a JSON array of every field,
-- made here and nowhere else; never to_jsonb(row), whose timestamps follow the session's zone.
-- One SELECT, not strict, no settings: PostgreSQL inlines it, so the hot path pays no call.
DROP FUNCTION IF EXISTS app.audit_hash(text, integer, bigint, bigint, timestamptz, uuid, text, uuid, text, text, text, uuid,
                                       uuid, jsonb, jsonb, text, text, text);  -- that of format 1
CREATE OR REPLACE FUNCTION app.audit_hash(
    p_prev_hash text, p_lane integer, p_seq bigint, p_id bigint, p_ts timestamptz, p_txid bigint,
    p_actor uuid, p_actor_role text, p_acting_for uuid, p_db_user text,
    p_action text, p_entity text, p_entity_id uuid, p_deal_id uuid, p_before jsonb, p_after jsonb,
    p_ip text, p_user_agent text, p_request_id text
) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT encode(sha256(decode(p_prev_hash, 'hex') || sha256(convert_to(json_build_array(
        2, p_lane, p_seq, p_id, (extract(epoch FROM p_ts) * 1000000)::bigint, p_txid,  -- [1]
        p_actor, p_actor_role, p_acting_for, p_db_user,
        p_action, p_entity, p_entity_id, p_deal_id, p_before, p_after,
        p_ip, p_user_agent, p_request_id
    )::text, 'UTF8'))), 'hex')
$$;
SELECT app.as_internal('app.audit_hash'::regproc);
COMMENT ON FUNCTION app.audit_hash IS 'SHA-256 over the hash before and the body of one audit row; docs/audit-format.md.';
