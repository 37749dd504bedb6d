-- What must always be true of the ledger, for app.invariant_breaks. Adds everything up anew. Reads only.
CREATE OR REPLACE FUNCTION app.ledger_breaks()
RETURNS TABLE (rule text, entity text, entity_id uuid, expected text, found text)
LANGUAGE sql STABLE AS $$
    SELECT 'entry: adds up to zero', 'ledger_entries', e.id, '0.00', coalesce(sum(p.amount)::text, 'no postings')
      FROM public.ledger_entries e LEFT JOIN public.ledger_postings p ON p.entry_id = e.id
     GROUP BY e.id HAVING sum(p.amount) IS DISTINCT FROM 0
    UNION ALL
    SELECT 'posting: belongs to an entry, and to an account in its currency', 'ledger_postings', p.entry_id,
           coalesce(e.currency, 'an entry'), coalesce(a.currency, 'no account')
      FROM public.ledger_postings p LEFT JOIN public.ledger_entries e ON e.id = p.entry_id
      LEFT JOIN public.ledger_accounts a ON a.id = p.account_id
     WHERE a.currency IS DISTINCT FROM e.currency OR e.id IS NULL
    UNION ALL
    SELECT 'account: its balance is the sum of its postings', 'ledger_accounts', a.id, coalesce(sum(p.amount), 0.00)::text,
           a.balance::text
      FROM public.ledger_accounts a LEFT JOIN public.ledger_postings p ON p.account_id = a.id
     WHERE a.seq IS NOT NULL GROUP BY a.id HAVING a.balance <> coalesce(sum(p.amount), 0)
    UNION ALL
    SELECT 'account: its postings are numbered without a gap', 'ledger_accounts', a.id, count(p.id)::text, a.seq::text
      FROM public.ledger_accounts a LEFT JOIN public.ledger_postings p ON p.account_id = a.id
     WHERE a.seq IS NOT NULL GROUP BY a.id
    HAVING count(p.id) <> a.seq OR count(p.id) <> count(p.seq) OR coalesce(max(p.seq), 0) <> a.seq
    UNION ALL
    SELECT 'posting: goes on from the balance before', 'ledger_accounts', w.account_id, w.expected::text, w.balance_after::text
      FROM (SELECT p.account_id, p.seq, p.balance_after, sum(p.amount) OVER (PARTITION BY p.account_id ORDER BY p.seq) AS expected
              FROM public.ledger_postings p WHERE p.seq IS NOT NULL) w
     WHERE w.balance_after IS DISTINCT FROM w.expected
    UNION ALL
    SELECT 'period: nothing is posted in a month after it was closed', 'ledger_entries', e.id,
           'before ' || c.closed_at::text, e.created_at::text
      FROM public.ledger_entries e
     CROSS JOIN LATERAL (SELECT p.closed_at FROM public.accounting_periods p WHERE p.month >= e.period
                          ORDER BY p.month LIMIT 1) c
     WHERE e.created_at > c.closed_at
    UNION ALL
    SELECT 'entry: a reversal is the opposite, about the same thing', 'ledger_entries', r.id, o.id::text, r.kind
      FROM public.ledger_entries r JOIN public.ledger_entries o ON o.id = r.reverses_id
     WHERE (o.currency, o.source_table, o.source_id) IS DISTINCT FROM (r.currency, r.source_table, r.source_id)
        OR EXISTS (SELECT FROM public.ledger_postings p WHERE p.entry_id IN (r.id, o.id)
                    GROUP BY p.account_id, p.deal_id HAVING sum(p.amount) <> 0)
$$;
SELECT app.as_internal('app.ledger_breaks()');
SELECT app.register_invariants('ledger_breaks');
