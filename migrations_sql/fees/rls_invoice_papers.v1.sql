-- Staff read which invoices wait for their paper, and what kept one from being made; functions alone write it. It is the
-- queue of a job: what came of it is the invoice's own column, which is audited.
SELECT app.table_class('public.invoice_papers', p_whose => 'staff', p_writes => 'functions', p_audit => 'none',
    p_functions => 'SELECT, INSERT, UPDATE');
GRANT SELECT (invoice_id, due_at, tries) ON public.invoice_papers TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.invoice_papers;
CREATE POLICY "Analysts read the figures of all" ON public.invoice_papers FOR SELECT TO verso_readonly USING (true);
