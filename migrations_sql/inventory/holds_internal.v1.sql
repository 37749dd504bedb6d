-- Giving units back, exactly once. In the database, because cancel, expiry, rejection and the cancelling of a
-- deal must do it alike, however often or in parallel they run. Internal: no role of a person may execute it.
-- Locks, in order: reservations by id, then their lots by (deal_id, acquired_at, created_at, id).

-- Ends the pending ones among these holds and returns how many; holds that already ended are left alone.
CREATE OR REPLACE FUNCTION app.release_holds(p_ids uuid[], p_status text, p_action text, p_actor uuid)
RETURNS int LANGUAGE plpgsql AS $$
DECLARE
    v_ids uuid[];
BEGIN
    v_ids := ARRAY(SELECT r.id FROM public.reservations r
                    WHERE r.id = ANY (p_ids) AND r.status = 'pending' ORDER BY r.id FOR NO KEY UPDATE);
    IF cardinality(v_ids) > 0 THEN
        PERFORM app.end_holds(v_ids, p_status, p_action, p_actor);
        PERFORM app.give_back(v_ids);
    END IF;
    RETURN cardinality(v_ids);
END;
$$;

-- Ends holds that the caller has locked and found pending: one audit row per hold, chained together.
CREATE OR REPLACE FUNCTION app.end_holds(p_ids uuid[], p_status text, p_action text, p_actor uuid)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v record;
BEGIN
    WITH ended AS (
        UPDATE public.reservations r SET status = p_status, ended_at = clock_timestamp() WHERE r.id = ANY (p_ids)
        RETURNING r.id, r.deal_id, jsonb_build_object('status', r.status, 'ended_at', r.ended_at, 'investor_id', r.investor_id,
                                                      'requested_units', r.requested_units::text) AS after)
    SELECT array_agg(e.id) AS ids, array_agg(e.deal_id) AS deals, array_agg(e.after) AS afters,
           array_agg(jsonb_build_object('status', 'pending')) AS befores INTO v
      FROM ended e;
    PERFORM app.audit_write_many(p_action, 'reservations', v.ids, v.deals, v.befores, v.afters, p_actor);
END;
$$;

-- Adds the lot items of these holds to their lots again. Summed per lot first: an UPDATE that joined two holds
-- to one lot would restore only one of them.
CREATE OR REPLACE FUNCTION app.give_back(p_ids uuid[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_lots uuid[];
    v_units numeric[];
BEGIN
    SELECT array_agg(b.lot_id), array_agg(b.units) INTO v_lots, v_units
      FROM (SELECT i.lot_id, sum(i.units) AS units FROM public.reservation_lot_items i
             WHERE i.reservation_id = ANY (p_ids) GROUP BY i.lot_id) b;
    PERFORM 1 FROM public.share_lots l WHERE l.id = ANY (v_lots)
      ORDER BY l.deal_id, l.acquired_at NULLS LAST, l.created_at, l.id FOR NO KEY UPDATE;
    UPDATE public.share_lots l
       SET units_remaining = l.units_remaining + b.units,
           status = CASE WHEN l.status = 'exhausted' THEN 'available' ELSE l.status END
      FROM unnest(v_lots, v_units) AS b (lot_id, units)
     WHERE l.id = b.lot_id;
END;
$$;

SELECT app.as_internal('app.release_holds(uuid[], text, text, uuid)');
SELECT app.as_internal('app.end_holds(uuid[], text, text, uuid)');
SELECT app.as_internal('app.give_back(uuid[])');

-- Units of a deal that can be had at this instant: what open lots have left, and what lapsed holds keep of them.
CREATE OR REPLACE FUNCTION app.free_units(p_deal_id uuid, p_now timestamptz) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT sum(l.units_remaining) FROM public.share_lots l
                      WHERE l.deal_id = p_deal_id AND l.status = 'available'), 0)
         + coalesce((SELECT sum(i.units) FROM public.reservations r
                       JOIN public.reservation_lot_items i ON i.reservation_id = r.id
                       JOIN public.share_lots l ON l.id = i.lot_id
                      WHERE r.deal_id = p_deal_id AND r.status = 'pending' AND r.expires_at <= p_now  -- [1]
                        AND l.status <> 'held'), 0)
$$;
SELECT app.as_internal('app.free_units(uuid, timestamptz)');

-- May the acting profile reserve on this deal for this investor: staff for a member investor; otherwise a profile
-- linked to the investor, whose own accepted membership of the deal carries that investor.
CREATE OR REPLACE FUNCTION app.may_reserve_for(p_deal_id uuid, p_investor_id uuid) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM public.profiles p JOIN public.deal_memberships m ON m.deal_id = p_deal_id
         WHERE p.id = app.uid() AND p.is_active AND m.investor_id = p_investor_id AND m.accepted_at IS NOT NULL
           AND (p.role <> 'investor'
                OR (m.user_id = p.id AND EXISTS (SELECT 1 FROM public.investor_users u
                                                  WHERE u.investor_id = p_investor_id AND u.user_id = p.id))))
$$;
SELECT app.as_internal('app.may_reserve_for(uuid, uuid)');
