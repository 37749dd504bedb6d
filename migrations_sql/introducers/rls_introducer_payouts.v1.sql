-- Staff read payouts; functions alone propose and carry them out.
SELECT app.table_class('public.introducer_payouts', p_whose => 'staff', p_writes => 'functions', p_audit => 'rows',
    p_functions => 'SELECT, INSERT, UPDATE');
GRANT SELECT (id, invoice_id, amount, currency, paid_on, status, proposed_at, decided_at, payment_id)
    ON public.introducer_payouts TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.introducer_payouts;
CREATE POLICY "Analysts read the figures of all" ON public.introducer_payouts FOR SELECT TO verso_readonly USING (true);
CREATE OR REPLACE TRIGGER keep_payout BEFORE UPDATE ON public.introducer_payouts FOR EACH ROW EXECUTE FUNCTION
    app.keep_columns('invoice_id', 'amount', 'currency', 'paid_on', 'note', 'proposed_by', 'proposed_at');
ALTER TABLE public.introducer_payouts ENABLE ALWAYS TRIGGER keep_payout;
