-- What must always be true of introducers' commissions, for app.invariant_breaks. Adds everything up anew. Reads only.
CREATE OR REPLACE FUNCTION app.commission_breaks()
RETURNS TABLE (rule text, entity text, entity_id uuid, expected text, found text)
LANGUAGE sql STABLE AS $$
    SELECT 'commission: its inputs give its amount', 'introducer_commissions', c.id,
           app.commission_of(c.derivation, c.currency)::text, c.accrual_amount::text
      FROM public.introducer_commissions c
     WHERE c.derivation ->> 'method' = 'commission' AND app.commission_of(c.derivation, c.currency) IS DISTINCT FROM c.accrual_amount
    UNION ALL
    SELECT 'commission: no more is taken back than was earned', 'introducers', c.introducer_id, '0.00', sum(c.accrual_amount)::text
      FROM public.introducer_commissions c
     WHERE c.status <> 'cancelled' AND coalesce(c.allocation_id, c.fee_event_id) IS NOT NULL
     GROUP BY c.introducer_id, c.basis_type, c.allocation_id, c.fee_event_id HAVING sum(c.accrual_amount) < 0
    UNION ALL
    SELECT 'commission: nothing stays of an allocation that was undone', 'allocations', a.id, '0.00', sum(c.accrual_amount)::text
      FROM public.allocations a JOIN public.introducer_commissions c ON c.allocation_id = a.id AND c.status <> 'cancelled'
     WHERE a.undone_at IS NOT NULL GROUP BY a.id HAVING sum(c.accrual_amount) <> 0
    UNION ALL
    SELECT 'commission: a self-billing invoice bills its commissions', 'invoices', i.id, i.subtotal::text, coalesce(sum(c.accrual_amount), 0)::text
      FROM public.invoices i LEFT JOIN public.introducer_commissions c ON c.invoice_id = i.id
     WHERE i.kind = 'self_billing' GROUP BY i.id HAVING i.subtotal IS DISTINCT FROM coalesce(sum(c.accrual_amount), 0)
         OR count(DISTINCT c.introducer_id) <> 1
    UNION ALL
    SELECT 'commission: its status is that of its invoice', 'introducer_commissions', c.id,
           CASE i.status WHEN 'paid' THEN 'paid' ELSE 'invoiced' END, c.status
      FROM public.introducer_commissions c JOIN public.invoices i ON i.id = c.invoice_id
     WHERE c.status <> CASE i.status WHEN 'paid' THEN 'paid' ELSE 'invoiced' END
    UNION ALL
    SELECT 'invoice: numbers of a series follow each other', 'invoices', NULL, s.last::text, count(i.id)::text
      FROM public.number_series s LEFT JOIN public.invoices i ON i.number LIKE s.series || '-' || s.year || '-%'
     WHERE s.series = 'SBI' GROUP BY s.series, s.year, s.last HAVING count(i.id) <> s.last
    UNION ALL
    SELECT 'introducer: what is owed is what the ledger says', 'introducers', coalesce(o.introducer_id, a.holder_id),
           coalesce(o.owed, 0)::text, coalesce(-a.balance, 0)::text
      FROM (SELECT x.introducer_id, x.currency, sum(x.amount) AS owed FROM (
                SELECT c.introducer_id, c.currency, c.accrual_amount AS amount FROM public.introducer_commissions c
                 WHERE c.status = 'accrued' AND c.accrued_on IS NOT NULL
                UNION ALL
                SELECT (SELECT c.introducer_id FROM public.introducer_commissions c WHERE c.invoice_id = i.id LIMIT 1), i.currency,
                       app.invoice_open_amount(i.id)
                  FROM public.invoices i WHERE i.kind = 'self_billing' AND i.number IS NOT NULL) x GROUP BY 1, 2) o
      FULL JOIN (SELECT a.holder_id, a.currency, a.balance FROM public.ledger_accounts a WHERE a.kind = 'introducer_payable') a
        ON a.holder_id = o.introducer_id AND a.currency = o.currency
     WHERE coalesce(o.owed, 0) <> coalesce(-a.balance, 0)
$$;
SELECT app.as_internal('app.commission_breaks()');
SELECT app.register_invariants('commission_breaks');
