-- People read the lines of the invoices that they read; staff read all. Functions alone write them, once.
SELECT app.table_class('public.invoice_lines', p_whose => 'special', p_writes => 'functions',
    p_audit => 'batches', p_entity => 'invoice_id',
    p_deal => '', p_functions => 'SELECT, INSERT');
DROP POLICY IF EXISTS "People read lines of their invoices" ON public.invoice_lines;
CREATE POLICY "People read lines of their invoices" ON public.invoice_lines FOR SELECT TO verso_app
    USING (invoice_id = ANY (ARRAY(SELECT app.visible_invoices())));
DROP POLICY IF EXISTS "Staff read lines of invoices" ON public.invoice_lines;
CREATE POLICY "Staff read lines of invoices" ON public.invoice_lines FOR SELECT TO verso_app
    USING ((SELECT app.is_staff()));
GRANT SELECT (id, invoice_id, kind, quantity, unit_price, amount, fee_event_id, "position", vat_rate_bps, credits_line_id)
    ON public.invoice_lines TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.invoice_lines;
CREATE POLICY "Analysts read the figures of all" ON public.invoice_lines FOR SELECT TO verso_readonly USING (true);
SELECT app.make_append_only('public.invoice_lines');
