-- Staff read all commissions, an introducer its own; functions alone write them, and an amount is never edited.
SELECT app.table_class('public.introducer_commissions', p_whose => 'introducer_id in visible_introducers',
    p_writes => 'functions', p_audit => 'rows', p_functions => 'SELECT, INSERT, UPDATE');
GRANT SELECT (id, introducer_id, deal_id, investor_id, basis_type, rate_bps, accrual_amount, currency, status, invoice_id, paid_at,
    created_at, introduction_id, agreement_id, allocation_id, fee_event_id, step, accrued_on, base_amount)
    ON public.introducer_commissions TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.introducer_commissions;
CREATE POLICY "Analysts read the figures of all" ON public.introducer_commissions FOR SELECT TO verso_readonly USING (true);

CREATE OR REPLACE TRIGGER keep_commission BEFORE UPDATE ON public.introducer_commissions FOR EACH ROW EXECUTE FUNCTION
    app.keep_columns('introducer_id', 'deal_id', 'investor_id', 'basis_type', 'rate_bps', 'accrual_amount', 'currency',
        'created_at', 'introduction_id', 'agreement_id', 'allocation_id', 'fee_event_id', 'step', 'accrued_on', 'base_amount',
        'derivation');
ALTER TABLE public.introducer_commissions ENABLE ALWAYS TRIGGER keep_commission;
CREATE OR REPLACE TRIGGER append_only_rows BEFORE DELETE ON public.introducer_commissions
    FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
ALTER TABLE public.introducer_commissions ENABLE ALWAYS TRIGGER append_only_rows;
SELECT app.refuse_truncate('public.introducer_commissions');
