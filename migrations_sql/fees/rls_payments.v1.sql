-- People read the payments of their investors; staff read all. Functions alone write them, once.
SELECT app.table_class('public.payments', p_whose => 'investor_id in visible_investors', p_writes => 'functions',
    p_audit => 'rows', p_deal => '', p_functions => 'SELECT, INSERT');
GRANT SELECT (id, investor_id, invoice_id, amount, currency, paid_at, method, bank_txn_id, status, created_at,
    credited_from_id, reverses_id) ON public.payments TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.payments;
CREATE POLICY "Analysts read the figures of all" ON public.payments FOR SELECT TO verso_readonly USING (true);
SELECT app.make_append_only('public.payments');
