-- One id and one time for all audit rows of a transaction: the id of its first row, and the time of that row.
-- An id of the log and not the server's transaction id, which counts anew in a database restored elsewhere: there two
-- transactions would come to look like one. The id of a row is never given twice, since its sequence is restored with it.
-- Both are kept in the head of the lane, which only these functions write: no login can set them.

-- Whether a lane's head was last moved by this transaction. A head restored from another server may name the same
-- transaction id, but not a time within this transaction.
CREATE OR REPLACE FUNCTION app.audit_goes_on(p_xid text, p_ts timestamptz) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT p_xid = pg_current_xact_id()::text AND p_ts >= now()
$$;
SELECT app.as_internal('app.audit_goes_on(text, timestamptz)');

-- The time of the next audit row: that of the transaction's first row, else the clock, read after the lane is claimed, so
-- that the lane's order and the clock agree; never before the transaction began, whatever became of the clock.
-- For the owner's own inserts, as the default of the column. Errors: DL002 when no lane is free.
CREATE OR REPLACE FUNCTION app.audit_time() RETURNS timestamptz
LANGUAGE sql VOLATILE AS $$
    SELECT CASE WHEN app.audit_goes_on(l.xid, l.ts) THEN l.ts ELSE greatest(clock_timestamp(), now()) END  -- [1]
      FROM public.audit_lanes l WHERE l.lane = (SELECT app.audit_claim_lane())
$$;
REVOKE ALL ON FUNCTION app.audit_time() FROM PUBLIC;
ALTER TABLE public.audit_log ALTER COLUMN ts SET DEFAULT app.audit_time();
COMMENT ON FUNCTION app.audit_time() IS 'The time that all audit rows of this transaction bear. DL002 when no lane is free.';
