-- Staff read bank lines; the import alone writes them, once. Functions may lock a line, for which they need a right to UPDATE.
SELECT app.table_class('public.bank_transactions', p_whose => 'staff', p_writes => 'functions',
    p_audit => 'batches', p_entity => 'import_batch_id', p_deal => '',
    p_functions => 'SELECT, INSERT, UPDATE (created_at)');
GRANT SELECT (id, amount, currency, value_date, import_batch_id, created_at, receiving_account_id, booking_date, is_reversal)
    ON public.bank_transactions TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.bank_transactions;
CREATE POLICY "Analysts read the figures of all" ON public.bank_transactions FOR SELECT TO verso_readonly USING (true);
SELECT app.make_append_only('public.bank_transactions');
