-- What must hold of invoices at any moment, as rows that break it; app.invariant_breaks asks for them. Internal.
CREATE OR REPLACE FUNCTION app.invoice_breaks()
RETURNS TABLE (rule text, entity text, entity_id uuid, expected text, found text)
LANGUAGE sql STABLE AS $$
    SELECT 'invoice: its lines add up to the subtotal', 'invoices', i.id, i.subtotal::text, s.lines::text
      FROM public.invoices i CROSS JOIN LATERAL (
           SELECT coalesce(sum(l.amount), 0) AS lines FROM public.invoice_lines l WHERE l.invoice_id = i.id) s
     WHERE i.number IS NOT NULL AND i.subtotal IS DISTINCT FROM s.lines
    UNION ALL
    SELECT 'invoice: its taxes add up', 'invoices', i.id, i.tax::text, s.taxes::text
      FROM public.invoices i CROSS JOIN LATERAL (
           SELECT coalesce(sum(t.amount), 0) AS taxes FROM public.invoice_taxes t WHERE t.invoice_id = i.id) s
     WHERE i.number IS NOT NULL AND i.tax IS DISTINCT FROM s.taxes
    UNION ALL
    SELECT 'invoice: credit notes take no more than it asks for', 'invoices', i.id, i.total::text, (-s.credited)::text
      FROM public.invoices i CROSS JOIN LATERAL (
           SELECT coalesce(sum(c.total), 0) AS credited FROM public.invoices c WHERE c.credits_id = i.id) s
     WHERE i.kind = 'invoice' AND -s.credited > i.total
    UNION ALL
    SELECT 'invoice: numbers of a series follow each other', 'invoices', NULL, s.last::text, count(i.id)::text
      FROM public.number_series s LEFT JOIN public.invoices i ON i.number LIKE s.series || '-' || s.year || '-%'
     WHERE s.series IN ('INV', 'CRN') GROUP BY s.series, s.year, s.last HAVING count(i.id) <> s.last
    UNION ALL
    SELECT 'invoice: what is open is what the ledger says is owed', 'investors', x.investor_id, x.open::text, x.owed::text
      FROM (SELECT coalesce(o.investor_id, a.investor_id) AS investor_id, coalesce(o.open, 0) AS open, coalesce(a.balance, 0) AS owed
              FROM (SELECT i.investor_id, i.currency, sum(app.invoice_open_amount(i.id)) AS open FROM public.invoices i
                     WHERE i.number IS NOT NULL AND i.kind = 'invoice' GROUP BY 1, 2) o
              FULL JOIN (SELECT a.investor_id, a.currency, a.balance FROM public.ledger_accounts a WHERE a.kind = 'receivable') a
                ON a.investor_id = o.investor_id AND a.currency = o.currency) x
     WHERE x.open <> x.owed
$$;
SELECT app.as_internal('app.invoice_breaks()');
SELECT app.register_invariants('invoice_breaks');
