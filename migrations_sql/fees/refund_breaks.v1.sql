-- What must always be true of refunds, for app.invariant_breaks. Adds everything up anew. Reads only.
CREATE OR REPLACE FUNCTION app.refund_breaks()
RETURNS TABLE (rule text, entity text, entity_id uuid, expected text, found text)
LANGUAGE sql STABLE AS $$
    SELECT 'refund: one that is paid has its bank line, and no other has one', 'refunds', f.id,
           CASE f.status WHEN 'paid' THEN -f.amount ELSE 0 END::text, coalesce(m.matched, 0)::text
      FROM public.refunds f
      LEFT JOIN (SELECT r.refund_id AS id, sum(r.matched_amount) AS matched FROM public.reconciliations r GROUP BY 1) m
        ON m.id = f.id
     WHERE coalesce(m.matched, 0) <> CASE f.status WHEN 'paid' THEN -f.amount ELSE 0 END
    UNION ALL
    SELECT 'refund: what is ordered and not paid is in clearing', 'ledger_accounts', NULL,
           coalesce(o.currency, l.currency) || ' ' || coalesce(-o.ordered, 0)::text, coalesce(l.posted, 0)::text
      FROM (SELECT f.currency::text AS currency, sum(f.amount) AS ordered FROM public.refunds f
             WHERE f.status IN ('approved', 'exported') GROUP BY 1) o
      FULL JOIN (SELECT a.currency::text AS currency, sum(p.amount) AS posted
                   FROM public.ledger_accounts a JOIN public.ledger_postings p ON p.account_id = a.id
                  WHERE a.kind = 'refunds_clearing' GROUP BY 1) l ON l.currency = o.currency
     WHERE coalesce(-o.ordered, 0) <> coalesce(l.posted, 0)
    UNION ALL
    SELECT 'refund: its file says what it holds', 'refund_batches', b.id, b.refunds_count || ' · ' || b.total,
           count(f.id) || ' · ' || coalesce(sum(f.amount), 0)
      FROM public.refund_batches b LEFT JOIN public.refunds f ON f.batch_id = b.id AND f.currency = b.currency
       AND f.receiving_account_id = b.receiving_account_id
     GROUP BY b.id HAVING (count(f.id), coalesce(sum(f.amount), 0)) IS DISTINCT FROM (b.refunds_count::bigint, b.total)
    UNION ALL
    SELECT 'refund: what waits or was refused is in no file', 'refunds', f.id, 'no file', f.batch_id::text
      FROM public.refunds f WHERE f.status IN ('proposed', 'approved', 'rejected') AND f.batch_id IS NOT NULL
    UNION ALL
    SELECT 'refund: somebody is asked about each that waits', 'refunds', f.id, 'a decision that waits', f.status
      FROM public.refunds f
     WHERE f.status = 'proposed' AND NOT EXISTS (SELECT FROM public.approvals a
               WHERE a.entity_type = 'refund' AND a.entity_id = f.id AND a.status = 'pending')
$$;
SELECT app.as_internal('app.refund_breaks()');
SELECT app.register_invariants('refund_breaks');
