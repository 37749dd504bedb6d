-- The two ways to take units out of lots for a hold that is already written. Internal to the reserve core.
-- Each gives what it took, {lot: units}, as the hold's audit row tells it; null where the lot it looked at does not do.

-- A deal with a single lot: no choice to make, so no lock is skipped and no subtransaction is needed. By the lot's id:
-- a second lot may have come since they were counted.
CREATE OR REPLACE FUNCTION app.take_only_lot(p_lot_id uuid, p_reservation_id uuid, p_units numeric)
RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
    WITH taken AS (
        UPDATE public.share_lots l
           SET units_remaining = l.units_remaining - p_units,
               status = CASE WHEN l.units_remaining = p_units THEN 'exhausted' ELSE 'available' END
         WHERE l.id = p_lot_id AND l.status = 'available' AND l.units_remaining >= p_units
        RETURNING l.id)
    INSERT INTO public.reservation_lot_items (reservation_id, lot_id, units)
    SELECT p_reservation_id, taken.id, p_units FROM taken;
    RETURN CASE WHEN FOUND THEN jsonb_build_object(p_lot_id, p_units) END;
END;
$$;
SELECT app.as_internal('app.take_only_lot(uuid, uuid, numeric)');

-- Fast path: the oldest open lot that nobody has locked, if it covers the units; waits for nothing.
-- The condition stands in the UPDATE itself: the lot may have changed since it was seen.
CREATE OR REPLACE FUNCTION app.take_oldest_lot(p_deal_id uuid, p_reservation_id uuid, p_units numeric)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    v_lot uuid;
BEGIN
    WITH pick AS (
        SELECT l.id FROM public.share_lots l WHERE l.deal_id = p_deal_id AND l.status = 'available'
         ORDER BY l.deal_id, l.acquired_at NULLS LAST, l.created_at, l.id LIMIT 1
           FOR NO KEY UPDATE SKIP LOCKED),  -- [1]
    taken AS (
        UPDATE public.share_lots l
           SET units_remaining = l.units_remaining - p_units,
               status = CASE WHEN l.units_remaining = p_units THEN 'exhausted' ELSE 'available' END  -- [2]
          FROM pick
         WHERE l.id = pick.id AND l.status = 'available' AND l.units_remaining >= p_units
        RETURNING l.id)
    INSERT INTO public.reservation_lot_items (reservation_id, lot_id, units)
    SELECT p_reservation_id, taken.id, p_units FROM taken RETURNING lot_id INTO v_lot;
    IF NOT FOUND THEN
        -- Drops the lock on a lot that did not fit, before anything is waited for.
        RAISE EXCEPTION 'no single free lot covers it' USING ERRCODE = 'VX001';
    END IF;
    RETURN jsonb_build_object(v_lot, p_units);
EXCEPTION WHEN SQLSTATE 'VX001' THEN
    RETURN NULL;
END;
$$;
SELECT app.as_internal('app.take_oldest_lot(uuid, uuid, numeric)');

-- Slow path: sweeps this deal's lapsed holds, then locks lots in the one order, waiting, and takes from them
-- oldest first. If the lots then do not cover it, everything is dropped and looked at again: a short total in one
-- unlocked snapshot refuses (DL001); a total that suffices means others just moved, so another round. After the
-- last round: DL002, never "sold out".
CREATE OR REPLACE FUNCTION app.take_lots(p_deal_id uuid, p_reservation_id uuid, p_units numeric)
RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
    FOR v_round IN 1 .. 10 LOOP
        PERFORM app.refuse_if_short(p_deal_id, p_units);  -- [3]
        BEGIN
            RETURN app.sweep_and_take(p_deal_id, p_reservation_id, p_units);
        EXCEPTION WHEN SQLSTATE 'VX001' THEN
            -- Moved meanwhile, or about to be given back by a session that has not come to the lots yet: no lot is
            -- locked here now, so let it, and look again. A third of a second in all.
            PERFORM pg_sleep(0.006 * v_round);
        END;
    END LOOP;
    RAISE EXCEPTION 'many are reserving at this moment' USING ERRCODE = 'DL002';
END;
$$;
SELECT app.as_internal('app.take_lots(uuid, uuid, numeric)');

-- One round of the slow path. Errors: VX001 (private) when the locked lots did not cover the units.
CREATE OR REPLACE FUNCTION app.sweep_and_take(p_deal_id uuid, p_reservation_id uuid, p_units numeric)
RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    v_now timestamptz := clock_timestamp();
    v_swept uuid[];
    v_touched uuid[];
    v_lots uuid[] := '{}';
    v_takes numeric[] := '{}';
    v_left numeric := p_units;
    v_lot record;
    -- A bound cursor: a plain FOR loop would fetch, and lock, ten lots to take one.
    c_lots CURSOR FOR
        SELECT l.id, l.status,
               l.units_remaining + coalesce((SELECT sum(i.units) FROM public.reservation_lot_items i
                                              WHERE i.lot_id = l.id AND i.reservation_id = ANY (v_swept)), 0) AS free
          FROM public.share_lots l
         WHERE l.deal_id = p_deal_id AND (l.status = 'available' OR l.id = ANY (v_touched))
         ORDER BY l.deal_id, l.acquired_at NULLS LAST, l.created_at, l.id  -- [4]
           FOR NO KEY UPDATE OF l;
BEGIN
    -- Not by a clock that is held: those lots are waited for then, and the answer is "busy", never "sold out".
    v_swept := ARRAY(SELECT r.id FROM public.reservations r
                      WHERE NOT app.clock_held()  -- [5]
                        AND r.deal_id = p_deal_id AND r.status = 'pending' AND r.expires_at <= v_now  -- [6]
                      ORDER BY r.id FOR NO KEY UPDATE SKIP LOCKED);
    -- Lots of every lapsed hold, also of those that another session is giving back just now: wait for them.
    v_touched := ARRAY(SELECT DISTINCT i.lot_id FROM public.reservations r
                         JOIN public.reservation_lot_items i ON i.reservation_id = r.id
                        WHERE r.deal_id = p_deal_id AND r.status = 'pending' AND r.expires_at <= v_now);
    IF cardinality(v_swept) > 0 THEN
        PERFORM app.end_holds(v_swept, 'expired', 'hold.lapsed', app.system_profile());
    END IF;
    OPEN c_lots;
    LOOP
        FETCH c_lots INTO v_lot;
        EXIT WHEN NOT FOUND;
        IF v_left > 0 AND v_lot.status <> 'held' AND v_lot.free > 0 THEN
            v_lots := v_lots || v_lot.id;
            v_takes := v_takes || least(v_lot.free, v_left);
            v_left := v_left - least(v_lot.free, v_left);
        END IF;
        EXIT WHEN v_left = 0 AND cardinality(v_touched) = 0;
    END LOOP;
    CLOSE c_lots;
    IF v_left > 0 THEN
        RAISE EXCEPTION 'the lots moved meanwhile' USING ERRCODE = 'VX001';
    END IF;
    PERFORM app.give_back(v_swept);
    UPDATE public.share_lots l
       SET units_remaining = l.units_remaining - t.units,
           status = CASE WHEN l.units_remaining = t.units THEN 'exhausted' ELSE 'available' END
      FROM unnest(v_lots, v_takes) AS t (lot_id, units)
     WHERE l.id = t.lot_id;
    INSERT INTO public.reservation_lot_items (reservation_id, lot_id, units)
    SELECT p_reservation_id, t.lot_id, t.units FROM unnest(v_lots, v_takes) AS t (lot_id, units);
    RETURN (SELECT jsonb_object_agg(t.lot_id, t.units) FROM unnest(v_lots, v_takes) AS t (lot_id, units));
END;
$$;
SELECT app.as_internal('app.sweep_and_take(uuid, uuid, numeric)');
