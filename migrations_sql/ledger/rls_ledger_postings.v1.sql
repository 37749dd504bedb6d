-- People read the postings of their investors' accounts; staff read all. Functions alone write, and nothing changes. Not
-- audited row by row, as the entries are not.

-- The accounts of own investors; none for staff, who read all postings. In the database, because a policy is built on it.
-- Errors: none.
CREATE OR REPLACE FUNCTION app.own_accounts() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT a.id FROM public.ledger_accounts a
     WHERE NOT app.is_staff() AND a.investor_id = ANY (ARRAY(SELECT app.visible_investors()))
$$;
COMMENT ON FUNCTION app.own_accounts() IS 'The ledger accounts of own investors; none for staff, who read all.';
SELECT app.as_definer('app.own_accounts()', 'verso_app');

SELECT app.table_class('public.ledger_postings', p_whose => 'special', p_writes => 'functions', p_audit => 'none',
    p_functions => 'SELECT, INSERT');
DROP POLICY IF EXISTS "Staff read all postings" ON public.ledger_postings;
CREATE POLICY "Staff read all postings" ON public.ledger_postings FOR SELECT TO verso_app USING ((SELECT app.is_staff()));
DROP POLICY IF EXISTS "People read the postings of their investors" ON public.ledger_postings;
CREATE POLICY "People read the postings of their investors" ON public.ledger_postings FOR SELECT TO verso_app
    USING (account_id = ANY (ARRAY(SELECT app.own_accounts())));

GRANT SELECT (id, entry_id, account_id, amount, deal_id, seq, balance_after) ON public.ledger_postings TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.ledger_postings;
CREATE POLICY "Analysts read the figures of all" ON public.ledger_postings FOR SELECT TO verso_readonly USING (true);
