-- Staff read what each bank line was matched to; functions alone write it, once.
SELECT app.table_class('public.reconciliations', p_whose => 'staff', p_writes => 'functions', p_audit => 'rows',
    p_deal => '', p_functions => 'SELECT, INSERT');
GRANT SELECT (id, invoice_id, bank_transaction_id, matched_amount, matched_at, kind, investor_id, payment_id, reverses_id)
    ON public.reconciliations TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.reconciliations;
CREATE POLICY "Analysts read the figures of all" ON public.reconciliations FOR SELECT TO verso_readonly USING (true);
SELECT app.make_append_only('public.reconciliations');
