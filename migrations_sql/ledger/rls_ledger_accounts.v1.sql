-- People read the accounts of their investors; staff read all, the house's own and others' too. Functions alone write
-- them. Not audited row by row: a balance follows from its postings, and check_invariants adds them up.
SELECT app.table_class('public.ledger_accounts', p_whose => 'special', p_writes => 'functions', p_audit => 'none',
    p_functions => 'SELECT, INSERT, UPDATE');
DROP POLICY IF EXISTS "Staff read all accounts" ON public.ledger_accounts;
CREATE POLICY "Staff read all accounts" ON public.ledger_accounts FOR SELECT TO verso_app USING ((SELECT app.is_staff()));
DROP POLICY IF EXISTS "People read the accounts of their investors" ON public.ledger_accounts;
CREATE POLICY "People read the accounts of their investors" ON public.ledger_accounts FOR SELECT TO verso_app
    USING (investor_id = ANY (ARRAY(SELECT app.visible_investors())));

-- Analysts read figures, and investors by id.
GRANT SELECT (id, kind, currency, investor_id, holder_id, owner_id, balance, seq, created_at)
    ON public.ledger_accounts TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.ledger_accounts;
CREATE POLICY "Analysts read the figures of all" ON public.ledger_accounts FOR SELECT TO verso_readonly USING (true);
