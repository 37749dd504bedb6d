-- People read the taxes of the invoices that they read; staff read all. Functions alone write them, once.
SELECT app.table_class('public.invoice_taxes', p_whose => 'special', p_writes => 'functions', p_audit => 'rows',
    p_entity => 'invoice_id', p_deal => '', p_functions => 'SELECT, INSERT');
DROP POLICY IF EXISTS "People read taxes of their invoices" ON public.invoice_taxes;
CREATE POLICY "People read taxes of their invoices" ON public.invoice_taxes FOR SELECT TO verso_app
    USING (invoice_id = ANY (ARRAY(SELECT app.visible_invoices())));
DROP POLICY IF EXISTS "Staff read taxes of invoices" ON public.invoice_taxes;
CREATE POLICY "Staff read taxes of invoices" ON public.invoice_taxes FOR SELECT TO verso_app
    USING ((SELECT app.is_staff()));
GRANT SELECT (invoice_id, rate_bps, treatment, base, amount) ON public.invoice_taxes TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.invoice_taxes;
CREATE POLICY "Analysts read the figures of all" ON public.invoice_taxes FOR SELECT TO verso_readonly USING (true);
SELECT app.make_append_only('public.invoice_taxes');
