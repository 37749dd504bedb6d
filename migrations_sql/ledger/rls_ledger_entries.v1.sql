-- Staff read entries; an investor reads the postings of own accounts, and what they are about in the statement of account.
-- Functions alone write, and nothing changes. Not audited row by row: the change that an entry is the consequence of is,
-- by whoever posts it, and the entry names its source.
SELECT app.table_class('public.ledger_entries', p_whose => 'staff', p_writes => 'functions', p_audit => 'none',
    p_functions => 'SELECT, INSERT');
GRANT SELECT (id, kind, effective_date, asked_date, period, currency, source_table, source_id, reverses_id, created_at)
    ON public.ledger_entries TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.ledger_entries;
CREATE POLICY "Analysts read the figures of all" ON public.ledger_entries FOR SELECT TO verso_readonly USING (true);
