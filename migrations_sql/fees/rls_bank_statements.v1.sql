-- Staff read bank statements; the import alone writes them, once.
SELECT app.table_class('public.bank_statements', p_whose => 'staff', p_writes => 'functions', p_audit => 'rows',
    p_deal => '', p_functions => 'SELECT, INSERT');
GRANT SELECT (id, receiving_account_id, format, sequence, currency, from_date, to_date, opening, closing, lines_read,
    lines_new, imported_at) ON public.bank_statements TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.bank_statements;
CREATE POLICY "Analysts read the figures of all" ON public.bank_statements FOR SELECT TO verso_readonly USING (true);
SELECT app.make_append_only('public.bank_statements');
