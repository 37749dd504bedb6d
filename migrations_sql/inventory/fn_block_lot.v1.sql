-- Takes what a lot has left out of sale, or puts it back. In the database, because a lot's status decides what the
-- reserve core may sell. Holds and allocations out of the lot stay as they are.
-- Locks, in order: deal row (KEY SHARE) -> the lot.
-- Errors: 22023 blocking without a reason, 42501 not staff or no such lot, DL003 the deal is over, DL002 busy.
-- Blocking a blocked lot only changes the reason; unblocking a lot that is not blocked changes nothing.
CREATE OR REPLACE FUNCTION public.fn_block_lot(p_lot_id uuid, p_reason text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
BEGIN
    IF btrim(coalesce(p_reason, '')) = '' THEN
        RAISE EXCEPTION 'a reason is needed' USING ERRCODE = '22023', DETAIL = 'reason';
    END IF;
    PERFORM app.set_lot_block(p_lot_id, btrim(p_reason));
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'many are reserving at this moment' USING ERRCODE = 'DL002';
END;
$$;

CREATE OR REPLACE FUNCTION public.fn_unblock_lot(p_lot_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
BEGIN
    PERFORM app.set_lot_block(p_lot_id, '');
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'many are reserving at this moment' USING ERRCODE = 'DL002';
END;
$$;

-- Internal. Blocks with a reason, unblocks with '', and says so once.
CREATE OR REPLACE FUNCTION app.set_lot_block(p_lot_id uuid, p_reason text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_block boolean := p_reason <> '';
    v_before public.share_lots;
    v_after public.share_lots;
BEGIN
    PERFORM app.deal_for_lots((SELECT l.deal_id FROM public.share_lots l WHERE l.id = p_lot_id));
    SELECT l.* INTO v_before FROM public.share_lots l WHERE l.id = p_lot_id FOR NO KEY UPDATE;
    IF (v_before.status = 'held', v_before.block_reason) = (v_block, p_reason) THEN
        RETURN;
    END IF;
    UPDATE public.share_lots l
       SET status = CASE WHEN v_block THEN 'held' WHEN l.units_remaining = 0 THEN 'exhausted' ELSE 'available' END,
           block_reason = p_reason
     WHERE l.id = p_lot_id RETURNING l.* INTO v_after;
    PERFORM app.audit_lot(CASE WHEN v_block THEN 'lot.blocked' ELSE 'lot.unblocked' END, v_before, v_after);
END;
$$;
SELECT app.as_internal('app.set_lot_block(uuid, text)');
SELECT app.as_definer('public.fn_block_lot(uuid, text)', 'verso_app');
SELECT app.as_definer('public.fn_unblock_lot(uuid)', 'verso_app');
COMMENT ON FUNCTION public.fn_block_lot(uuid, text) IS 'Take what a lot has left out of sale, with a reason. Staff only.';
COMMENT ON FUNCTION public.fn_unblock_lot(uuid) IS 'Put a blocked lot on sale again. Staff only.';
