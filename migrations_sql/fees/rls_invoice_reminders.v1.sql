-- Staff read which reminders were sent; a function alone writes them, once each, and they stay.
SELECT app.table_class('public.invoice_reminders', p_whose => 'staff', p_writes => 'functions', p_audit => 'rows',
    p_deal => '', p_functions => 'SELECT, INSERT');
GRANT SELECT (id, invoice_id, level, sent_on, sent_at, amount) ON public.invoice_reminders TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.invoice_reminders;
CREATE POLICY "Analysts read the figures of all" ON public.invoice_reminders FOR SELECT TO verso_readonly USING (true);
SELECT app.make_append_only('public.invoice_reminders');
