-- Gives a hold's units back before its time. In the database, because it must give back exactly once however
-- often it is called, and because only the hold's own side may call it.
-- Locks, in order: deal row (KEY SHARE) -> the reservation -> its lots.
-- Errors: 42501 not yours or not there, DL006 allocated already, or in approval (withdraw the commitment instead).
-- A hold that ended already stays as it is: nothing changes and nothing is raised.
CREATE OR REPLACE FUNCTION public.fn_cancel_reservation(p_reservation_id uuid) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    v_hold record;
BEGIN
    SELECT r.deal_id, r.investor_id INTO v_hold FROM public.reservations r WHERE r.id = p_reservation_id;
    IF NOT FOUND OR NOT app.may_reserve_for(v_hold.deal_id, v_hold.investor_id) THEN
        RAISE EXCEPTION 'this hold is not here, or not yours' USING ERRCODE = '42501';
    END IF;
    PERFORM 1 FROM public.deals d WHERE d.id = v_hold.deal_id FOR KEY SHARE;
    SELECT r.status, r.commitment_id, r.expires_at <= clock_timestamp() AS lapsed INTO v_hold
      FROM public.reservations r WHERE r.id = p_reservation_id FOR NO KEY UPDATE;
    IF v_hold.status = 'approved' THEN
        RAISE EXCEPTION 'these units are allocated' USING ERRCODE = 'DL006', DETAIL = 'approved';
    ELSIF v_hold.status = 'pending' AND v_hold.lapsed THEN
        PERFORM app.release_holds(ARRAY[p_reservation_id], 'expired', 'hold.lapsed', app.system_profile());
    ELSIF v_hold.status = 'pending' AND v_hold.commitment_id IS NOT NULL THEN
        RAISE EXCEPTION 'this hold is in approval' USING ERRCODE = 'DL006', DETAIL = 'in_approval';
    ELSIF v_hold.status = 'pending' THEN
        PERFORM app.release_holds(ARRAY[p_reservation_id], 'cancelled', 'hold.cancelled', app.uid());
    END IF;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'many are reserving at this moment' USING ERRCODE = 'DL002';
END;
$$;
SELECT app.as_definer('public.fn_cancel_reservation(uuid)', 'verso_app');
COMMENT ON FUNCTION public.fn_cancel_reservation(uuid) IS 'Give the units of a live hold back now. Repeating it changes nothing.';
