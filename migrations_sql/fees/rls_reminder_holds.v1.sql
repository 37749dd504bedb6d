-- Staff read of which invoices nobody is reminded, since when and why; functions alone write it.
SELECT app.table_class('public.reminder_holds', p_whose => 'staff', p_writes => 'functions', p_audit => 'rows',
    p_deal => '', p_functions => 'SELECT, INSERT, UPDATE');
GRANT SELECT (id, invoice_id, held_at, ended_at) ON public.reminder_holds TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.reminder_holds;
CREATE POLICY "Analysts read the figures of all" ON public.reminder_holds FOR SELECT TO verso_readonly USING (true);
