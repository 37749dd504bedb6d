-- What must always be true of positions, their entries, exits and what was undone: asked by app.invariant_breaks. Reads only.
-- Internal. Of allocations that were undone nothing is held, on any day.
CREATE OR REPLACE FUNCTION app.position_breaks()
RETURNS TABLE (rule text, entity text, entity_id uuid, expected text, found text)
LANGUAGE sql STABLE AS $$
    SELECT 'position: the sum of its entries', 'positions', coalesce(p.id, e.vehicle_id),
           coalesce(e.units, 0) || ' units, cost ' || coalesce(e.cost, 0),
           coalesce(p.units, 0) || ' units, cost ' || coalesce(p.cost_basis, 0)
      FROM public.positions p
      FULL JOIN (SELECT investor_id, vehicle_id, sum(units) AS units, sum(cost) AS cost FROM public.position_entries
                  GROUP BY 1, 2) e ON e.investor_id = p.investor_id AND e.vehicle_id = p.vehicle_id
     WHERE (coalesce(p.units, 0), coalesce(p.cost_basis, 0)) <> (coalesce(e.units, 0), coalesce(e.cost, 0))
    UNION ALL
    SELECT 'allocation: approved ones moved a position', 'allocations', a.id, a.units::text, coalesce(sum(e.units), 0)::text
      FROM public.allocations a
      LEFT JOIN public.position_entries e ON e.key = 'allocation:' || a.id AND e.investor_id = a.investor_id
     WHERE a.status IN ('approved', 'settled') GROUP BY a.id HAVING a.units <> coalesce(sum(e.units), 0)
    UNION ALL
    SELECT 'allocation: of an undone one nothing is held on any day', 'allocations', a.id, '0 units, cost 0',
           sum(e.units) || ' units, cost ' || sum(e.cost)
      FROM public.allocations a JOIN public.position_entries e ON e.allocation_id = a.id
     WHERE a.undone_at IS NOT NULL GROUP BY a.id, e.effective_date HAVING sum(e.units) <> 0 OR sum(e.cost) <> 0
    UNION ALL
    SELECT 'allocation: an undone one counts nowhere', 'allocations', a.id, 'rejected', a.status
      FROM public.allocations a WHERE a.undone_at IS NOT NULL AND a.status IS DISTINCT FROM 'rejected'
    UNION ALL
    SELECT 'allocation: never fewer units than none', 'allocations', e.allocation_id, '0 or more', sum(e.units)::text
      FROM public.position_entries e WHERE e.allocation_id IS NOT NULL
     GROUP BY e.allocation_id HAVING sum(e.units) < 0 OR sum(e.cost) < 0
    UNION ALL
    SELECT 'exit: each item moved a position', 'deal_exit_items', i.id, (-i.units) || ' units, cost ' || (-i.cost),
           coalesce(e.units || ' units, cost ' || e.cost, 'no entry')
      FROM public.deal_exit_items i
      LEFT JOIN public.position_entries e ON e.key = 'exit:' || i.exit_id || ':' || i.allocation_id
     WHERE (e.units, e.cost) IS DISTINCT FROM (-i.units, -i.cost)
$$;
SELECT app.as_internal('app.position_breaks()');
