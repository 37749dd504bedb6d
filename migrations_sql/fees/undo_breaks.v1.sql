-- What must be true of the fees of allocations that were undone, for app.invariant_breaks: nothing of them is owed. Adds
-- everything up anew. Internal. Reads only; no row where all is well.
CREATE OR REPLACE FUNCTION app.undo_breaks()
RETURNS TABLE (rule text, entity text, entity_id uuid, expected text, found text)
LANGUAGE sql STABLE AS $$
    SELECT 'undone allocation: its fees come to nothing', 'allocations', a.id, '0.00', sum(e.computed_amount)::text
      FROM public.allocations a JOIN public.fee_events e ON e.allocation_id = a.id AND e.status <> 'voided'
     WHERE a.undone_at IS NOT NULL GROUP BY a.id HAVING sum(e.computed_amount) <> 0 OR bool_or(e.status = 'accrued')
    UNION ALL
    SELECT 'undone allocation: its funding invoice is credited', 'invoices', i.id, '0.00', sum(c.left_over)::text
      FROM public.allocations a JOIN public.invoices i ON i.allocation_id = a.id AND i.kind = 'invoice' AND i.status <> 'draft'
     CROSS JOIN LATERAL app.creditable_lines(i.id) c
      LEFT JOIN public.invoice_lines l ON l.id = c.line_id
     WHERE a.undone_at IS NOT NULL AND l.kind = 'investment' GROUP BY i.id HAVING sum(c.left_over) <> 0
$$;
SELECT app.as_internal('app.undo_breaks()');
SELECT app.register_invariants('undo_breaks');
