-- Makes an undecided commitment smaller: gives exactly the difference back, of the newest hold first, and puts a
-- commitment to what stays in its place, with the next version of the term sheet and a new question to staff. In the
-- database, because units must come back exactly once while somebody may be deciding.
-- p_units: what stays. Who wants none withdraws. p_shown_hash: of the quotation of what stays; null where none was shown.
-- Locks, in order: deal row (KEY SHARE) -> the investor -> the commitment -> its approvals by id -> its holds by id ->
-- the lots of those that give back.
-- Errors: 42501 not yours or not there, 22023 no number of units that may stay (DETAIL not_less, min_ticket, lot_size),
-- DL003 the deal is over, DL006 decided, ended or replaced already (DETAIL: how), DL007 that is not what the rest costs
-- now, DL002 busy. The same reduction again changes nothing and gives the same commitment.
CREATE OR REPLACE FUNCTION public.fn_reduce_commitment(
    p_commitment_id uuid, p_units numeric, p_shown_hash text DEFAULT NULL
) RETURNS uuid
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET lock_timeout = '3s' AS $$
DECLARE
    v_it public.deal_commitments;
    v_deal public.deals;
    v_again uuid;
BEGIN
    SELECT c.* INTO v_it FROM public.deal_commitments c WHERE c.id = p_commitment_id;
    IF NOT FOUND OR NOT app.may_reserve_for(v_it.deal_id, v_it.investor_id) THEN
        RAISE EXCEPTION 'this commitment is not here, or not yours' USING ERRCODE = '42501';
    END IF;
    SELECT d.* INTO v_deal FROM public.deals d WHERE d.id = v_it.deal_id FOR KEY SHARE;
    PERFORM app.check_hold_values(p_units, v_it.unit_price, 1, v_deal.currency);
    PERFORM 1 FROM public.investors i WHERE i.id = v_it.investor_id FOR NO KEY UPDATE;
    PERFORM app.lock_commitments(ARRAY[p_commitment_id]);
    SELECT c.* INTO v_it FROM public.deal_commitments c WHERE c.id = p_commitment_id;
    SELECT n.id INTO v_again FROM public.deal_commitments n
     WHERE n.id = v_it.replaced_by AND n.requested_units = p_units AND p_units < v_it.requested_units;
    IF v_again IS NOT NULL THEN
        RETURN v_again;
    ELSIF v_it.status NOT IN ('submitted', 'under_review') OR v_it.decide_by <= clock_timestamp() THEN
        RAISE EXCEPTION 'this commitment is over' USING ERRCODE = 'DL006',
            DETAIL = CASE WHEN v_it.replaced_by IS NULL THEN v_it.status ELSE 'replaced' END;
    ELSIF v_deal.status NOT IN ('open', 'allocation_pending') THEN
        RAISE EXCEPTION 'this deal is over' USING ERRCODE = 'DL003', DETAIL = v_deal.status;
    ELSIF p_units >= v_it.requested_units THEN
        RAISE EXCEPTION 'fewer units than now are to stay' USING ERRCODE = '22023', DETAIL = 'not_less';
    ELSIF NOT app.is_staff() THEN
        PERFORM app.check_offer(p_units, v_it.unit_price, v_it.unit_price, v_deal.lot_size,
                                v_deal.terms_schema - 'max_ticket');
    END IF;
    PERFORM app.give_back_units(p_commitment_id, v_it.requested_units - p_units);
    RETURN (app.make_commitment(v_deal, ARRAY(SELECT r.id FROM public.reservations r
                WHERE r.commitment_id = p_commitment_id AND r.status = 'pending' ORDER BY r.id),
                v_it.selected_fee_plan_id, NULL, v_it, p_shown_hash)).id;
EXCEPTION WHEN lock_not_available THEN
    RAISE EXCEPTION 'somebody is deciding this at this moment' USING ERRCODE = 'DL002';
END;
$$;

-- Gives units of a commitment back: whole holds, the newest first, and of the next one what is still to go. The caller
-- holds the holds; all their lots are locked in one pass before the first changes.
CREATE OR REPLACE FUNCTION app.give_back_units(p_commitment_id uuid, p_units numeric) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_left numeric := p_units;
    v_whole uuid[] := '{}';
    v_hold record;
BEGIN
    PERFORM 1 FROM public.share_lots l
      WHERE l.id IN (SELECT i.lot_id FROM public.reservation_lot_items i JOIN public.reservations r ON r.id = i.reservation_id
                      WHERE r.commitment_id = p_commitment_id AND r.status = 'pending')
      ORDER BY l.deal_id, l.acquired_at NULLS LAST, l.created_at, l.id FOR NO KEY UPDATE;
    FOR v_hold IN SELECT r.id, r.requested_units AS units FROM public.reservations r
                   WHERE r.commitment_id = p_commitment_id AND r.status = 'pending' ORDER BY r.created_at DESC, r.id DESC LOOP
        EXIT WHEN v_left = 0;
        IF v_hold.units <= v_left THEN
            v_whole := v_whole || v_hold.id;
            v_left := v_left - v_hold.units;
        ELSE
            PERFORM app.shrink_hold(v_hold.id, v_left);
            v_left := 0;
        END IF;
    END LOOP;
    PERFORM app.release_holds(v_whole, 'cancelled', 'hold.released', app.uid());
END;
$$;

-- Gives part of a hold back, of its newest lot first: what stays is what a smaller hold would have taken.
CREATE OR REPLACE FUNCTION app.shrink_hold(p_hold_id uuid, p_units numeric) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    v_left numeric := p_units;
    v_item record;
    v_before jsonb := app.lots_of_hold(p_hold_id);
    v_hold public.reservations;
BEGIN
    FOR v_item IN SELECT i.lot_id, i.units FROM public.reservation_lot_items i JOIN public.share_lots l ON l.id = i.lot_id
                   WHERE i.reservation_id = p_hold_id
                   ORDER BY l.acquired_at DESC NULLS FIRST, l.created_at DESC, l.id DESC LOOP
        EXIT WHEN v_left = 0;
        IF v_item.units <= v_left THEN
            DELETE FROM public.reservation_lot_items i WHERE i.reservation_id = p_hold_id AND i.lot_id = v_item.lot_id;
        ELSE
            UPDATE public.reservation_lot_items i SET units = i.units - v_left
             WHERE i.reservation_id = p_hold_id AND i.lot_id = v_item.lot_id;
        END IF;
        UPDATE public.share_lots l SET units_remaining = l.units_remaining + least(v_item.units, v_left),
               status = CASE WHEN l.status = 'exhausted' THEN 'available' ELSE l.status END WHERE l.id = v_item.lot_id;
        v_left := v_left - least(v_item.units, v_left);
    END LOOP;
    UPDATE public.reservations r SET requested_units = r.requested_units - p_units WHERE r.id = p_hold_id
    RETURNING r.* INTO v_hold;
    PERFORM app.audit_write('hold.reduced', 'reservations', p_hold_id, v_hold.deal_id,
        jsonb_build_object('requested_units', (v_hold.requested_units + p_units)::text, 'lots', v_before),
        jsonb_build_object('requested_units', v_hold.requested_units::text, 'lots', app.lots_of_hold(p_hold_id)));
END;
$$;

-- {lot: units} of a hold, as its audit rows tell it.
CREATE OR REPLACE FUNCTION app.lots_of_hold(p_hold_id uuid) RETURNS jsonb
LANGUAGE sql STABLE AS $$
    SELECT jsonb_object_agg(i.lot_id, i.units) FROM public.reservation_lot_items i WHERE i.reservation_id = p_hold_id
$$;
SELECT app.as_internal('app.lots_of_hold(uuid)');
SELECT app.as_internal('app.give_back_units(uuid, numeric)');
SELECT app.as_internal('app.shrink_hold(uuid, numeric)');
SELECT app.as_definer('public.fn_reduce_commitment(uuid, numeric, text)', 'verso_app');
COMMENT ON FUNCTION public.fn_reduce_commitment(uuid, numeric, text) IS
    'Keep fewer units of an undecided commitment; returns the one that takes its place.';
