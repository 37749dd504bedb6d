-- What is broken between fee events and the ledger. In the database, because all must be looked at in one snapshot. Internal;
-- app.invariant_breaks asks it. No locks, no errors; no row where all is well.
CREATE OR REPLACE FUNCTION app.fee_breaks()
RETURNS TABLE (rule text, entity text, entity_id uuid, expected text, found text)
LANGUAGE sql STABLE AS $$
    WITH posted AS MATERIALIZED (
        SELECT l.source_id, sum(p.amount) AS amount
          FROM public.ledger_entries l
          JOIN public.ledger_postings p ON p.entry_id = l.id
          JOIN public.ledger_accounts a ON a.id = p.account_id AND a.kind IN ('accrued_fees', 'principal_due')
         WHERE l.source_table = 'fee_events' GROUP BY 1),
    events AS (
        -- What is voided is reversed, also where a credit note answered all of it; what is credited in part has an event of its own.
        SELECT e.id, CASE WHEN e.status = 'voided' THEN 0 ELSE e.computed_amount END AS amount
          FROM public.fee_events e)
    SELECT 'fee event: the ledger says the same', 'fee_events', coalesce(e.id, p.source_id), coalesce(e.amount, 0)::text,
           coalesce(p.amount, 0)::text
      FROM events e FULL JOIN posted p ON p.source_id = e.id WHERE coalesce(e.amount, 0) <> coalesce(p.amount, 0)
$$;
SELECT app.as_internal('app.fee_breaks()');
SELECT app.register_invariants('fee_breaks');
