-- Turns live, approved holds into allocations and moves the investor's position, in one transaction: every hold of an
-- approved commitment together, none left behind; or one hold that was approved by itself.
-- In the database, because neither two deciders at once nor a lapse in between may give units twice.
-- Confirming a hold touches no lot: its units left the lots when it was placed. What allowed the request is asked again,
-- under the locks: weeks may lie between a request and its approval.
-- Locks, in order: deal row (KEY SHARE) -> the investor -> its people on the deal -> the commitment -> its holds by id
-- -> the position.
-- Errors: 42501 not staff or not there, DL003 deal closed or cancelled, DL006 a hold ended, DL005 not approved (DETAIL
-- not_as_committed: price, plan or units are not those that were committed to), DL002 busy, DL004 KYC, 22023 the deal has no
-- vehicle or nobody acts for the investor on it any more (DETAIL vehicle, membership). A hold that was finalised already
-- gives its allocation back; nothing changes.
CREATE OR REPLACE FUNCTION public.fn_finalize_allocation(p_reservation_id uuid) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    v_hold public.reservations;
    v_deal public.deals;
    v_commitment uuid;
    v_whole boolean;
    v_ids uuid[];
BEGIN
    SELECT r.* INTO v_hold FROM public.reservations r WHERE r.id = p_reservation_id;
    IF NOT FOUND OR NOT (app.is_staff() OR (app.uid() IS NULL AND app.may_run_jobs()))
       OR app.uid() = app.system_profile() THEN
        RAISE EXCEPTION 'this hold is not here, or not yours to finalise' USING ERRCODE = '42501';
    END IF;
    v_commitment := v_hold.commitment_id;
    SELECT d.* INTO v_deal FROM public.deals d WHERE d.id = v_hold.deal_id FOR KEY SHARE;
    PERFORM app.lock_to_allocate(v_hold);
    PERFORM 1 FROM public.deal_commitments c WHERE c.id = v_commitment FOR NO KEY UPDATE;
    PERFORM 1 FROM public.reservations r WHERE r.id = p_reservation_id OR r.commitment_id = v_commitment
      ORDER BY r.id FOR NO KEY UPDATE;
    SELECT r.* INTO v_hold FROM public.reservations r WHERE r.id = p_reservation_id;
    v_whole := coalesce(app.approval_complete('deal_commitment', v_commitment), false);
    v_ids := CASE WHEN v_whole THEN app.holds_to_allocate(v_commitment) ELSE ARRAY[p_reservation_id] END;
    IF v_hold.status = 'approved' THEN
        RETURN (SELECT a.id FROM public.allocations a WHERE a.reservation_id = p_reservation_id);
    ELSIF v_hold.commitment_id IS DISTINCT FROM v_commitment THEN
        RAISE EXCEPTION 'this hold was committed meanwhile' USING ERRCODE = 'DL002';
    ELSIF v_hold.status <> 'pending' OR EXISTS (SELECT 1 FROM public.reservations r
                                                 WHERE r.id = ANY (v_ids) AND r.expires_at <= clock_timestamp()) THEN
        RAISE EXCEPTION 'this hold has ended' USING ERRCODE = 'DL006', DETAIL = 'hold_ended';
    ELSIF v_deal.status NOT IN ('open', 'allocation_pending') THEN
        RAISE EXCEPTION 'this deal is over' USING ERRCODE = 'DL003', DETAIL = v_deal.status;
    ELSIF NOT (v_whole OR app.approval_complete('reservation', p_reservation_id)) THEN
        RAISE EXCEPTION 'no approval that counts' USING ERRCODE = 'DL005';
    ELSIF v_whole AND EXISTS (SELECT 1 FROM public.deal_commitments c WHERE c.id = v_commitment AND c.requested_units <>
            (SELECT sum(r.requested_units) FROM public.reservations r
              WHERE r.commitment_id = v_commitment AND r.status IN ('pending', 'approved'))) THEN
        RAISE EXCEPTION 'these holds are not what was approved' USING ERRCODE = 'DL005', DETAIL = 'not_as_committed';
    ELSIF v_deal.vehicle_id IS NULL THEN
        RAISE EXCEPTION 'the deal has no vehicle to hold a position in' USING ERRCODE = '22023', DETAIL = 'vehicle';
    END IF;
    PERFORM app.check_allocatable(v_hold, v_ids);
    PERFORM app.allocate_holds(v_deal, v_ids);
    RETURN (SELECT a.id FROM public.allocations a WHERE a.reservation_id = p_reservation_id);
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'many are working on this deal at this moment' USING ERRCODE = 'DL002';
END;
$$;

-- What an approved commitment still has on hold, in the order in which it was reserved.
CREATE OR REPLACE FUNCTION app.holds_to_allocate(p_commitment_id uuid) RETURNS uuid[]
LANGUAGE sql STABLE AS $$
    SELECT ARRAY(SELECT r.id FROM public.reservations r WHERE r.commitment_id = p_commitment_id AND r.status = 'pending'
                  ORDER BY r.created_at, r.id)
$$;

-- An allocation with its lots for each of these holds, in order, and the position that grows by all of them. What is paid
-- is rounded once for all together; each allocation's amount, and the cost of its position entry, is what it adds to that sum.
CREATE OR REPLACE FUNCTION app.allocate_holds(p_deal public.deals, p_hold_ids uuid[]) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_hold public.reservations;
    v_allocation uuid;
    v_exact numeric := 0;
    v_entries jsonb := '[]';
    v_amount numeric(18, 2);
BEGIN
    FOR v_hold IN SELECT r.* FROM unnest(p_hold_ids) WITH ORDINALITY AS t(id, n)
                    JOIN public.reservations r ON r.id = t.id ORDER BY t.n LOOP
        INSERT INTO public.allocations (deal_id, investor_id, unit_price, units, status, approved_by, approved_at,
                                        reservation_id, commitment_id)
        VALUES (v_hold.deal_id, v_hold.investor_id, v_hold.proposed_unit_price, v_hold.requested_units, 'approved',
                app.uid(), clock_timestamp(), v_hold.id, v_hold.commitment_id)
        RETURNING id INTO v_allocation;
        INSERT INTO public.allocation_lot_items (allocation_id, lot_id, units)
        SELECT v_allocation, i.lot_id, i.units FROM public.reservation_lot_items i WHERE i.reservation_id = v_hold.id;
        UPDATE public.reservations SET status = 'approved', ended_at = clock_timestamp() WHERE id = v_hold.id
        RETURNING * INTO v_hold;
        PERFORM app.audit_write('hold.allocated', 'reservations', v_hold.id, v_hold.deal_id,
            jsonb_build_object('status', 'pending'), jsonb_build_object('status', v_hold.status, 'ended_at', v_hold.ended_at));
        v_amount := app.money_round(v_exact + v_hold.requested_units * v_hold.proposed_unit_price, p_deal.currency)
                    - app.money_round(v_exact, p_deal.currency);
        v_exact := v_exact + v_hold.requested_units * v_hold.proposed_unit_price;
        v_entries := v_entries || jsonb_build_object('investor_id', v_hold.investor_id, 'vehicle_id', p_deal.vehicle_id,
            'deal_id', v_hold.deal_id, 'allocation_id', v_allocation, 'units', v_hold.requested_units, 'cost', v_amount,
            'effective_date', app.effective_day(clock_timestamp()), 'cause', 'allocation',
            'key', 'allocation:' || v_allocation);
        PERFORM app.audit_write('allocation.made', 'allocations', v_allocation, v_hold.deal_id,
            jsonb_build_object('reservation_id', v_hold.id, 'status', 'pending'),
            jsonb_build_object('units', v_hold.requested_units::text, 'unit_price', v_hold.proposed_unit_price::text,
                               'amount', v_amount::text, 'currency', p_deal.currency, 'investor_id', v_hold.investor_id,
                               'vehicle_id', p_deal.vehicle_id));
    END LOOP;
    PERFORM app.enter_positions(v_entries);  -- [1]
END;
$$;
SELECT app.as_internal('app.holds_to_allocate(uuid)');
SELECT app.as_internal('app.allocate_holds(public.deals, uuid[])');
-- Locks who and what an allocation rests on, in the one order, so that none of it changes before the commit.
CREATE OR REPLACE FUNCTION app.lock_to_allocate(p_hold public.reservations) RETURNS void
LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM public.investors i WHERE i.id = p_hold.investor_id FOR SHARE;
    PERFORM 1 FROM public.deal_memberships m
      JOIN public.investor_users u ON u.user_id = m.user_id AND u.investor_id = m.investor_id
      JOIN public.profiles p ON p.id = m.user_id
      WHERE m.deal_id = p_hold.deal_id AND m.investor_id = p_hold.investor_id
      ORDER BY m.user_id FOR SHARE OF m, u, p;
END;
$$;

-- Errors: DL004, 22023, DL005, as above. Price, plan and units are compared with what was committed to and frozen in its
-- term sheet, not with what the deal offers today.
CREATE OR REPLACE FUNCTION app.check_allocatable(p_hold public.reservations, p_ids uuid[]) RETURNS void
LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM public.investors i WHERE i.id = p_hold.investor_id AND i.kyc_status = 'approved') THEN
        RAISE EXCEPTION 'the investor''s KYC is not valid' USING ERRCODE = 'DL004';
    ELSIF NOT EXISTS (SELECT FROM app.who_acts(p_hold.deal_id, p_hold.investor_id)) THEN
        RAISE EXCEPTION 'nobody acts for this investor on the deal' USING ERRCODE = '22023', DETAIL = 'membership';
    ELSIF EXISTS (
        SELECT 1 FROM public.deal_commitments c LEFT JOIN public.term_sheets t ON t.id = c.term_sheet_id
         WHERE c.id = p_hold.commitment_id
           AND (EXISTS (SELECT 1 FROM public.reservations r
                         WHERE r.id = ANY (p_ids) AND (c.deal_id, c.investor_id, c.unit_price)
                               IS DISTINCT FROM (r.deal_id, r.investor_id, r.proposed_unit_price))
                OR c.status IN ('rejected', 'cancelled')
                OR (t.id IS NOT NULL AND (t.price_per_unit, t.fee_plan_id)
                                         IS DISTINCT FROM (c.unit_price, c.selected_fee_plan_id)))) THEN
        RAISE EXCEPTION 'this is not what was committed to' USING ERRCODE = 'DL005', DETAIL = 'not_as_committed';
    END IF;
END;
$$;
SELECT app.as_internal('app.lock_to_allocate(public.reservations)');
SELECT app.as_internal('app.check_allocatable(public.reservations, uuid[])');
SELECT app.as_definer('public.fn_finalize_allocation(uuid)', 'verso_app');
COMMENT ON FUNCTION public.fn_finalize_allocation(uuid) IS
    'Allocate an approved, live hold, with all others of its commitment, and move the position; returns its allocation.';
