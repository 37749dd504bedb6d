-- Staff read runs of invoices; functions alone open, count and close them.
SELECT app.table_class('public.invoice_runs', p_whose => 'staff', p_writes => 'functions', p_audit => 'rows',
    p_deal => '', p_functions => 'SELECT, INSERT, UPDATE');
GRANT SELECT (id, period_start, period_end, status, expected, issued, skipped, failed, opened_at, closed_at)
    ON public.invoice_runs TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.invoice_runs;
CREATE POLICY "Analysts read the figures of all" ON public.invoice_runs FOR SELECT TO verso_readonly USING (true);
