-- Locks a lot until the end of the transaction, so that what was shown of it can be compared with what it is.
-- In the database, because the application may not update lots and so cannot lock one; and in the order in which all
-- work on lots locks. Locks, in order: deal row (KEY SHARE) -> lot.
-- Errors: 42501 not staff or no such lot; DL003 the deal is over; DL002 busy.
CREATE OR REPLACE FUNCTION app.lock_lot(p_lot_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
BEGIN
    PERFORM app.deal_for_lots((SELECT l.deal_id FROM public.share_lots l WHERE l.id = p_lot_id));
    PERFORM FROM public.share_lots l WHERE l.id = p_lot_id FOR NO KEY UPDATE;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'many are reserving at this moment' USING ERRCODE = 'DL002';
END;
$$;
SELECT app.as_definer('app.lock_lot(uuid)', 'verso_app');
COMMENT ON FUNCTION app.lock_lot IS 'Locks a lot for an edit that compares it with what was shown. Staff only.';
