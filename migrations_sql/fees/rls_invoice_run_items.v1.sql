-- Staff read what a run expected of each investor and what came of it; functions alone write it.
SELECT app.table_class('public.invoice_run_items', p_whose => 'staff', p_writes => 'functions', p_audit => 'rows',
    p_functions => 'SELECT, INSERT, UPDATE');
GRANT SELECT (id, run_id, investor_id, deal_id, status, invoice_id) ON public.invoice_run_items TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.invoice_run_items;
CREATE POLICY "Analysts read the figures of all" ON public.invoice_run_items FOR SELECT TO verso_readonly USING (true);
