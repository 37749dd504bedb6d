-- What must always be true, asked of all rows at once; an empty answer is the good one. In the database, because
-- it has to be one snapshot. Its own rules, and those that other apps registered (app.register_invariants).
-- Reads only. Errors: 42501 for who may not run jobs.
CREATE OR REPLACE FUNCTION app.invariant_breaks()
RETURNS TABLE (rule text, entity text, entity_id uuid, expected text, found text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    v_name text;
BEGIN
    IF NOT app.may_run_jobs() THEN
        RAISE EXCEPTION 'only staff and jobs check the books' USING ERRCODE = '42501';
    END IF;
    RETURN QUERY
    SELECT 'lot: total = remaining + pending holds + allocations', 'share_lots', l.id, l.units_total::text,
           (l.units_remaining + coalesce(h.units, 0) + coalesce(a.units, 0))::text
      FROM public.share_lots l
      LEFT JOIN (SELECT i.lot_id, sum(i.units) AS units FROM public.reservation_lot_items i
                   JOIN public.reservations r ON r.id = i.reservation_id AND r.status = 'pending'
                  GROUP BY i.lot_id) h ON h.lot_id = l.id
      LEFT JOIN (SELECT i.lot_id, sum(i.units) AS units FROM public.allocation_lot_items i
                   JOIN public.allocations t ON t.id = i.allocation_id AND t.status <> 'rejected'
                  GROUP BY i.lot_id) a ON a.lot_id = l.id
     WHERE l.units_total <> l.units_remaining + coalesce(h.units, 0) + coalesce(a.units, 0)
    UNION ALL
    SELECT 'lot: exhausted exactly at 0', 'share_lots', l.id,
           CASE WHEN l.units_remaining = 0 THEN 'exhausted' ELSE 'available' END, l.status
      FROM public.share_lots l
     WHERE l.status <> 'held' AND l.units_total > 0 AND (l.status = 'exhausted') <> (l.units_remaining = 0)
    UNION ALL
    SELECT 'hold: lot items add up', 'reservations', r.id, r.requested_units::text, coalesce(sum(i.units), 0)::text
      FROM public.reservations r LEFT JOIN public.reservation_lot_items i ON i.reservation_id = r.id
     GROUP BY r.id HAVING r.requested_units <> coalesce(sum(i.units), 0)
    UNION ALL
    SELECT 'allocation: lot items add up', 'allocations', a.id, a.units::text, coalesce(sum(i.units), 0)::text
      FROM public.allocations a LEFT JOIN public.allocation_lot_items i ON i.allocation_id = a.id
     GROUP BY a.id HAVING a.units <> coalesce(sum(i.units), 0)
    UNION ALL
    SELECT 'hold: allocated ones have their allocation', 'reservations', r.id, 'one allocation', count(a.id)::text
      FROM public.reservations r LEFT JOIN public.allocations a ON a.reservation_id = r.id
     WHERE r.status = 'approved' GROUP BY r.id HAVING count(a.id) <> 1
    UNION ALL
    SELECT * FROM app.position_breaks()
    UNION ALL
    SELECT 'terms: one active row', 'investor_terms', t.deal_id, '1', count(*)::text
      FROM public.investor_terms t WHERE t.status = 'active'
     GROUP BY t.deal_id, t.investor_id HAVING count(*) > 1
    UNION ALL
    SELECT * FROM app.commitment_breaks()
    UNION ALL
    SELECT 'deal: a cancelled one holds nothing', 'reservations', r.id, 'no hold', r.status
      FROM public.reservations r JOIN public.deals d ON d.id = r.deal_id
     WHERE d.status = 'cancelled' AND r.status = 'pending'
    UNION ALL
    SELECT 'invite: never overused', 'invite_links', k.id, k.max_uses::text, k.used_count::text
      FROM public.invite_links k WHERE k.used_count > k.max_uses
    UNION ALL
    SELECT 'rights on deals: one for each accepted place', 'deal_memberships', g.user_id, 'in step', g.problem
      FROM app.guardian_mismatches() g;
    FOR v_name IN SELECT c.name FROM app.invariant_checks c ORDER BY c.name LOOP
        RETURN QUERY EXECUTE format('SELECT * FROM app.%I()', v_name);
    END LOOP;
END;
$$;
SELECT app.as_definer('app.invariant_breaks()', 'verso_app');

-- The rules of commitments among them.
CREATE OR REPLACE FUNCTION app.commitment_breaks()
RETURNS TABLE (rule text, entity text, entity_id uuid, expected text, found text)
LANGUAGE sql STABLE AS $$
    SELECT 'commitment: one undecided for each investor on a deal', 'deals', c.deal_id, '1', count(*)::text
      FROM public.deal_commitments c WHERE c.status IN ('submitted', 'under_review')
     GROUP BY c.deal_id, c.investor_id HAVING count(*) > 1
    UNION ALL
    SELECT 'commitment: an undecided one keeps its units', 'deal_commitments', c.id, c.requested_units::text,
           coalesce(sum(r.requested_units), 0)::text
      FROM public.deal_commitments c LEFT JOIN public.reservations r ON r.commitment_id = c.id
                                                                                        AND r.status IN ('pending', 'approved')
     WHERE c.status IN ('submitted', 'under_review') AND c.decide_by > clock_timestamp()
     GROUP BY c.id HAVING c.requested_units <> coalesce(sum(r.requested_units), 0)
    UNION ALL
    SELECT 'commitment: a replaced one ended and names its successor', 'deal_commitments', c.id, 'the same deal and investor',
           c.status
      FROM public.deal_commitments c JOIN public.deal_commitments n ON n.id = c.replaced_by
     WHERE c.status <> 'cancelled' OR (n.deal_id, n.investor_id) IS DISTINCT FROM (c.deal_id, c.investor_id)
    UNION ALL
    SELECT 'commitment: an ended one keeps none', 'deal_commitments', c.id, 'no pinned hold', r.id::text
      FROM public.deal_commitments c JOIN public.reservations r ON r.commitment_id = c.id AND r.status = 'pending'
     WHERE c.status IN ('rejected', 'cancelled')
$$;
SELECT app.as_internal('app.commitment_breaks()');
