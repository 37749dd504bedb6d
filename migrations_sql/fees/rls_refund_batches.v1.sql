-- Staff read files of refunds; functions alone make them, and give each its document once.
SELECT app.table_class('public.refund_batches', p_whose => 'staff', p_writes => 'functions', p_audit => 'rows', p_deal => '',
    p_functions => 'SELECT, INSERT, UPDATE (doc_id)');
GRANT SELECT (id, receiving_account_id, currency, execution_date, refunds_count, total, created_at)
    ON public.refund_batches TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.refund_batches;
CREATE POLICY "Analysts read the figures of all" ON public.refund_batches FOR SELECT TO verso_readonly USING (true);
CREATE OR REPLACE TRIGGER append_only_rows BEFORE DELETE ON public.refund_batches
    FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
ALTER TABLE public.refund_batches ENABLE ALWAYS TRIGGER append_only_rows;
SELECT app.refuse_truncate('public.refund_batches');
