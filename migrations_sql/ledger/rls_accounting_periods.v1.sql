-- Which months are closed: staff read it, a function writes it, and nothing changes. Functions may UPDATE it only because
-- PostgreSQL lets none but those lock a table against whoever posts; a trigger refuses the UPDATE itself.
SELECT app.table_class('public.accounting_periods', p_whose => 'staff', p_writes => 'functions', p_audit => 'rows',
    p_functions => 'SELECT, INSERT, UPDATE', p_entity => 'month');
GRANT SELECT (month, closed_at) ON public.accounting_periods TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.accounting_periods;
CREATE POLICY "Analysts read the figures of all" ON public.accounting_periods FOR SELECT TO verso_readonly USING (true);
