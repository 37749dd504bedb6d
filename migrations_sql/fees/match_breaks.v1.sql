-- What must always be true of money that came in, for app.invariant_breaks. Adds everything up anew. Reads only.
CREATE OR REPLACE FUNCTION app.match_breaks()
RETURNS TABLE (rule text, entity text, entity_id uuid, expected text, found text)
LANGUAGE sql STABLE AS $$
    SELECT 'bank line: no more is matched than it brought', 'bank_transactions', t.id, t.amount::text, sum(r.matched_amount)::text
      FROM public.bank_transactions t JOIN public.reconciliations r ON r.bank_transaction_id = t.id
     GROUP BY t.id HAVING abs(sum(r.matched_amount)) > abs(t.amount) OR sum(r.matched_amount) * sign(t.amount) < 0
    UNION ALL
    SELECT 'match: its payment is of the same amount, invoice and line', 'reconciliations', r.id, r.matched_amount::text,
           coalesce(p.amount::text, 'no payment')
      FROM public.reconciliations r LEFT JOIN public.payments p ON p.id = r.payment_id
     WHERE r.kind = 'invoice' AND (r.matched_amount, r.invoice_id, r.bank_transaction_id)
               IS DISTINCT FROM (p.amount, p.invoice_id, p.bank_txn_id)
    UNION ALL
    SELECT 'match: a reversal is the opposite of one match', 'reconciliations', r.id, (-o.matched_amount)::text, r.matched_amount::text
      FROM public.reconciliations r JOIN public.reconciliations o ON o.id = r.reverses_id
     WHERE (r.matched_amount, r.kind, r.invoice_id, r.bank_transaction_id, r.investor_id) IS DISTINCT FROM
           (-o.matched_amount, o.kind, o.invoice_id, o.bank_transaction_id, o.investor_id)
    UNION ALL
    SELECT 'bank line: what it brought is in the books', 'bank_transactions', t.id, t.amount::text,
           coalesce(sum(p.amount), 0)::text
      FROM public.bank_transactions t
      LEFT JOIN public.ledger_entries e ON e.key = 'bank_line:' || t.id
      LEFT JOIN public.ledger_postings p ON p.entry_id = e.id
       AND EXISTS (SELECT FROM public.ledger_accounts a WHERE a.id = p.account_id AND a.kind = 'bank')
     WHERE t.import_batch_id IS NOT NULL
     GROUP BY t.id HAVING coalesce(sum(p.amount), 0) <> t.amount
    UNION ALL
    SELECT 'receiving account: suspense is what its lines have left', 'ledger_accounts', a.id, (-w.left_over)::text, a.balance::text
      FROM public.ledger_accounts a
      JOIN (SELECT t.receiving_account_id AS id, t.currency, sum(t.amount - coalesce(m.matched, 0)) AS left_over
              FROM public.bank_transactions t
              LEFT JOIN (SELECT r.bank_transaction_id AS id, sum(r.matched_amount) AS matched
                           FROM public.reconciliations r GROUP BY 1) m ON m.id = t.id
             GROUP BY 1, 2) w ON w.id = a.holder_id AND w.currency = a.currency
     WHERE a.kind = 'suspense' AND a.balance <> -w.left_over
    UNION ALL
    SELECT 'investor: no more credit is spent than there was', 'ledger_accounts', a.id, '0.00', a.balance::text
      FROM public.ledger_accounts a WHERE a.kind = 'credit' AND a.balance > 0
    UNION ALL
    SELECT 'invoice: its status is what was applied to it', 'invoices', i.id,
           CASE WHEN w.paid = i.total THEN 'paid' WHEN w.paid > 0 THEN 'partial' ELSE 'sent' END, i.status
      FROM public.invoices i
     CROSS JOIN LATERAL (SELECT coalesce(sum(p.amount), 0) AS paid FROM public.payments p WHERE p.invoice_id = i.id) w
     WHERE i.kind = 'invoice' AND i.status <> 'draft'
       AND (w.paid NOT BETWEEN 0 AND i.total OR (i.status IN ('paid', 'cancelled')) <> (w.paid = i.total)
            OR (i.status = 'partial') <> (w.paid > 0 AND w.paid < i.total))
$$;
SELECT app.as_internal('app.match_breaks()');
SELECT app.register_invariants('match_breaks');
