-- Staff read write-offs and why; functions alone write them, and what was proposed never changes but for what came of it.
SELECT app.table_class('public.write_offs', p_whose => 'staff', p_writes => 'functions', p_audit => 'rows', p_deal => '',
    p_functions => 'SELECT, INSERT, UPDATE (status, decided_by, decided_at, payment_id, reversal_reason)');
GRANT SELECT (id, invoice_id, kind, amount, currency, open_amount, bank_transaction_id, status, proposed_at, decided_at,
    payment_id) ON public.write_offs TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.write_offs;
CREATE POLICY "Analysts read the figures of all" ON public.write_offs FOR SELECT TO verso_readonly USING (true);
CREATE OR REPLACE TRIGGER append_only_rows BEFORE DELETE ON public.write_offs
    FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
ALTER TABLE public.write_offs ENABLE ALWAYS TRIGGER append_only_rows;
SELECT app.refuse_truncate('public.write_offs');
