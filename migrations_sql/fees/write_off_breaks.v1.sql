-- What must always be true of write-offs, for app.invariant_breaks. Adds everything up anew. Reads only.
CREATE OR REPLACE FUNCTION app.write_off_breaks()
RETURNS TABLE (rule text, entity text, entity_id uuid, expected text, found text)
LANGUAGE sql STABLE AS $$
    SELECT 'write-off: it is applied to its invoice once approved, and not before', 'write_offs', w.id,
           CASE WHEN w.status IN ('approved', 'reversed') THEN w.amount::text ELSE 'no payment' END,
           coalesce(p.amount::text, 'no payment')
      FROM public.write_offs w LEFT JOIN public.payments p ON p.id = w.payment_id
     WHERE CASE WHEN w.status IN ('approved', 'reversed')
                THEN (p.amount, p.invoice_id, p.method) IS DISTINCT FROM (w.amount, w.invoice_id, w.kind)
                ELSE w.payment_id IS NOT NULL END
    UNION ALL
    SELECT 'write-off: one that is reversed is answered by a payment', 'write_offs', w.id, w.status,
           coalesce(r.amount::text, 'no reversal')
      FROM public.write_offs w LEFT JOIN public.payments r ON r.reverses_id = w.payment_id
     WHERE w.payment_id IS NOT NULL AND ((w.status = 'reversed') <> (r.id IS NOT NULL) OR r.amount <> -w.amount)
    UNION ALL
    SELECT 'write-off: somebody is asked about each that waits', 'write_offs', w.id, 'a decision that waits', w.status
      FROM public.write_offs w
     WHERE w.status = 'proposed' AND NOT EXISTS (SELECT FROM public.approvals a
               WHERE a.entity_type = 'write_off' AND a.entity_id = w.id AND a.status = 'pending')
    UNION ALL
    SELECT 'write-off: what was applied is in the books', 'ledger_accounts', NULL,
           coalesce(l.account, x.account) || ' ' || coalesce(l.currency, x.currency) || ' ' || coalesce(x.applied, 0)::text,
           coalesce(l.posted, 0)::text
      FROM (SELECT CASE p.method WHEN 'bank_fee' THEN 'bank_charges' ELSE 'write_offs' END AS account, p.currency::text AS currency,
                   sum(p.amount) AS applied
              FROM (SELECT p.method, p.currency, p.amount FROM public.payments p WHERE p.method IN ('write_off', 'bank_fee')
                    UNION ALL
                    SELECT 'bank_fee', t.currency, -r.matched_amount FROM public.reconciliations r
                      JOIN public.bank_transactions t ON t.id = r.bank_transaction_id WHERE r.kind = 'charges') p GROUP BY 1, 2) x
      FULL JOIN (SELECT a.kind AS account, a.currency::text AS currency, sum(o.amount) AS posted
                   FROM public.ledger_accounts a JOIN public.ledger_postings o ON o.account_id = a.id
                  WHERE a.kind IN ('write_offs', 'bank_charges') GROUP BY 1, 2) l
        ON l.account = x.account AND l.currency = x.currency
     WHERE coalesce(x.applied, 0) <> coalesce(l.posted, 0)
$$;
SELECT app.as_internal('app.write_off_breaks()');
SELECT app.register_invariants('write_off_breaks');
