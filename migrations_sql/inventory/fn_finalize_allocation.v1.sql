-- Turns a live, approved hold into an allocation and moves the investor's position, in one transaction.
-- In the database, because neither two deciders at once nor a lapse in between may give units twice.
-- Confirming a hold touches no lot: its units left the lots when it was placed.
-- Locks, in order: deal row (KEY SHARE) -> the reservation -> the position.
-- Errors: 42501 not staff or not there, DL003 deal closed or cancelled, DL006 hold ended, DL005 not approved,
-- 22023 the deal has no vehicle. A hold that was finalised already gives its allocation back; nothing changes.
CREATE OR REPLACE FUNCTION public.fn_finalize_allocation(p_reservation_id uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    v_hold public.reservations;
    v_deal record;
    v_allocation uuid;
    v_amount numeric(18, 2);
BEGIN
    SELECT r.* INTO v_hold FROM public.reservations r WHERE r.id = p_reservation_id;
    IF NOT FOUND OR NOT (app.is_staff() OR (app.uid() IS NULL AND app.may_run_jobs()))
       OR app.uid() = app.system_profile() THEN
        RAISE EXCEPTION 'this hold is not here, or not yours to finalise' USING ERRCODE = '42501';
    END IF;
    SELECT d.status, d.vehicle_id, d.currency INTO v_deal
      FROM public.deals d WHERE d.id = v_hold.deal_id FOR KEY SHARE;
    SELECT r.* INTO v_hold FROM public.reservations r WHERE r.id = p_reservation_id FOR NO KEY UPDATE;
    IF v_hold.status = 'approved' THEN
        RETURN (SELECT a.id FROM public.allocations a WHERE a.reservation_id = p_reservation_id);
    ELSIF v_hold.status <> 'pending' OR v_hold.expires_at <= clock_timestamp() THEN
        RAISE EXCEPTION 'this hold has ended' USING ERRCODE = 'DL006', DETAIL = v_hold.status;
    ELSIF v_deal.status NOT IN ('open', 'allocation_pending') THEN
        RAISE EXCEPTION 'this deal is over' USING ERRCODE = 'DL003', DETAIL = v_deal.status;
    ELSIF NOT (app.approval_complete('reservation', p_reservation_id)
               OR coalesce(app.approval_complete('deal_commitment', v_hold.commitment_id), false)) THEN
        RAISE EXCEPTION 'no approval that counts' USING ERRCODE = 'DL005';
    ELSIF v_deal.vehicle_id IS NULL THEN
        RAISE EXCEPTION 'the deal has no vehicle to hold a position in' USING ERRCODE = '22023', DETAIL = 'vehicle';
    END IF;

    INSERT INTO public.allocations (deal_id, investor_id, unit_price, units, status, approved_by, approved_at,
                                    reservation_id, commitment_id)
    VALUES (v_hold.deal_id, v_hold.investor_id, v_hold.proposed_unit_price, v_hold.requested_units, 'approved',
            app.uid(), clock_timestamp(), p_reservation_id, v_hold.commitment_id)
    RETURNING id INTO v_allocation;
    INSERT INTO public.allocation_lot_items (allocation_id, lot_id, units)
    SELECT v_allocation, i.lot_id, i.units FROM public.reservation_lot_items i WHERE i.reservation_id = p_reservation_id;
    UPDATE public.reservations SET status = 'approved', ended_at = clock_timestamp() WHERE id = p_reservation_id;

    v_amount := app.money_round(v_hold.requested_units * v_hold.proposed_unit_price, v_deal.currency);
    INSERT INTO public.positions AS p (investor_id, vehicle_id, units, cost_basis)
    VALUES (v_hold.investor_id, v_deal.vehicle_id, v_hold.requested_units, v_amount)
    ON CONFLICT (investor_id, vehicle_id) DO UPDATE
       SET units = coalesce(p.units, 0) + excluded.units, cost_basis = coalesce(p.cost_basis, 0) + excluded.cost_basis;
    PERFORM app.audit_write('allocation.made', 'allocations', v_allocation, v_hold.deal_id,
        jsonb_build_object('reservation_id', p_reservation_id, 'status', 'pending'),
        jsonb_build_object('units', v_hold.requested_units::text, 'unit_price', v_hold.proposed_unit_price::text,
                           'amount', v_amount::text, 'currency', v_deal.currency, 'investor_id', v_hold.investor_id,
                           'vehicle_id', v_deal.vehicle_id));
    RETURN v_allocation;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'many are working on this deal at this moment' USING ERRCODE = 'DL002';
END;
$$;
SELECT app.as_definer('public.fn_finalize_allocation(uuid)', 'verso_app');
COMMENT ON FUNCTION public.fn_finalize_allocation(uuid) IS 'Allocate an approved, live hold and move the position; returns the allocation.';
