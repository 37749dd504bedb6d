-- Changes a lot, growing or shrinking it. In the database, because the units that are on hold or allocated are
-- known only under the lot's lock: a lot never shrinks below them. Lapsed holds are ended first, they keep nothing.
-- Locks, in order: deal row (KEY SHARE) -> lapsed reservations (SKIP LOCKED) -> lots.
-- Errors: 22023 bad value, with the units in use as DETAIL when it would be too small; 42501 not staff or no such
-- lot; DL003 the deal is over; DL002 busy; 23503 no such source. Nothing to change writes nothing.
CREATE OR REPLACE FUNCTION public.fn_edit_lot(
    p_lot_id uuid, p_units numeric, p_unit_cost numeric, p_source_id uuid, p_acquired_at date, p_lockup_until date
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    v_deal uuid := (SELECT l.deal_id FROM public.share_lots l WHERE l.id = p_lot_id);
    v_currency text := app.deal_for_lots(v_deal);
    v_before public.share_lots;
    v_after public.share_lots;
    v_used numeric;
BEGIN
    PERFORM app.check_lot_values(p_units, p_unit_cost, ARRAY[p_acquired_at, p_lockup_until]);
    PERFORM app.release_holds(
        ARRAY(SELECT r.id FROM public.reservations r
               WHERE r.deal_id = v_deal AND r.status = 'pending' AND r.expires_at <= clock_timestamp()
                 AND EXISTS (SELECT 1 FROM public.reservation_lot_items i
                              WHERE i.reservation_id = r.id AND i.lot_id = p_lot_id)
               ORDER BY r.id FOR NO KEY UPDATE SKIP LOCKED),
        'expired', 'hold.lapsed', app.system_profile());
    SELECT l.* INTO v_before FROM public.share_lots l WHERE l.id = p_lot_id FOR NO KEY UPDATE;
    v_used := v_before.units_total - v_before.units_remaining;
    IF p_units < v_used THEN
        RAISE EXCEPTION 'more units than that are on hold or allocated' USING ERRCODE = '22023',
            DETAIL = trim_scale(v_used)::text;
    END IF;
    UPDATE public.share_lots l
       SET units_total = p_units, units_remaining = p_units - v_used, unit_cost = p_unit_cost, currency = v_currency,
           source_id = p_source_id, acquired_at = p_acquired_at, lockup_until = p_lockup_until,
           status = CASE WHEN l.status = 'held' THEN 'held' WHEN p_units = v_used THEN 'exhausted' ELSE 'available' END
     WHERE l.id = p_lot_id RETURNING l.* INTO v_after;
    PERFORM app.audit_lot('lot.edited', v_before, v_after);
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'many are reserving at this moment' USING ERRCODE = 'DL002';
END;
$$;
SELECT app.as_definer('public.fn_edit_lot(uuid, numeric, numeric, uuid, date, date)', 'verso_app');
COMMENT ON FUNCTION public.fn_edit_lot IS 'Change a lot; never below the units that are on hold or allocated. Staff only.';
