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
    IF cardinality(v_ids) = 0 THEN
        RETURN 0;
    END IF;
    UPDATE public.reservations SET status = p_status, ended_at = clock_timestamp() WHERE id = ANY (v_ids);
    PERFORM app.audit_holds(v_ids, p_action, p_actor);
    PERFORM app.give_back(v_ids);
    RETURN cardinality(v_ids);
END;
$$;

-- One audit row per hold, chained together.
CREATE OR REPLACE FUNCTION app.audit_holds(p_ids uuid[], p_action text, p_actor uuid)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM app.audit_write_many(p_action, 'reservations', array_agg(r.id), array_agg(r.deal_id),
               array_agg(jsonb_build_object('status', 'pending')),
               array_agg(jsonb_build_object('status', r.status, 'units', r.requested_units::text,
                                            'investor_id', r.investor_id)), p_actor)
      FROM (SELECT * FROM public.reservations WHERE id = ANY (p_ids) ORDER BY id) r;
END;
$$;

-- Adds the lot items of these holds to their lots again. Summed per lot first: an UPDATE that joined two holds
-- to one lot would restore only one of them.
CREATE OR REPLACE FUNCTION app.give_back(p_ids uuid[])
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    v_lots uuid[];
BEGIN
    v_lots := ARRAY(SELECT l.id FROM public.share_lots l
                     WHERE l.id IN (SELECT i.lot_id FROM public.reservation_lot_items i
                                     WHERE i.reservation_id = ANY (p_ids))
                     ORDER BY l.deal_id, l.acquired_at NULLS LAST, l.created_at, l.id FOR NO KEY UPDATE);
    UPDATE public.share_lots l
       SET units_remaining = l.units_remaining + b.units,
           status = CASE WHEN l.status = 'exhausted' THEN 'available' ELSE l.status END
      FROM (SELECT i.lot_id, sum(i.units) AS units FROM public.reservation_lot_items i
             WHERE i.reservation_id = ANY (p_ids) GROUP BY i.lot_id) b
     WHERE l.id = b.lot_id AND l.id = ANY (v_lots);
END;
$$;

SELECT app.as_internal('app.release_holds(uuid[], text, text, uuid)');
SELECT app.as_internal('app.audit_holds(uuid[], text, uuid)');
SELECT app.as_internal('app.give_back(uuid[])');

-- Units of a deal that can be had at this instant: what open lots have left, and what lapsed holds keep of them.
CREATE OR REPLACE FUNCTION app.free_units(p_deal_id uuid, p_now timestamptz) RETURNS numeric
LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT sum(l.units_remaining) FROM public.share_lots l
                      WHERE l.deal_id = p_deal_id AND l.status = 'available'), 0)
         + coalesce((SELECT sum(i.units) FROM public.reservations r
                       JOIN public.reservation_lot_items i ON i.reservation_id = r.id
                       JOIN public.share_lots l ON l.id = i.lot_id
                      WHERE r.deal_id = p_deal_id AND r.status = 'pending' AND r.expires_at <= p_now
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
