-- People read what accrued for their investors, but for the margin inside the price, which is the house's; staff read all.
-- Functions alone write events.
SELECT app.table_class('public.fee_events', p_whose => 'special', p_writes => 'functions', p_audit => 'batches',
    p_functions => 'SELECT, INSERT, UPDATE');
DROP POLICY IF EXISTS "People read what accrued for their investors" ON public.fee_events;
CREATE POLICY "People read what accrued for their investors" ON public.fee_events FOR SELECT TO verso_app
    USING (investor_id = ANY (ARRAY(SELECT app.visible_investors())) AND (NOT house_only OR (SELECT app.is_staff())));
GRANT SELECT (id, deal_id, investor_id, fee_component_id, event_date, period_start, period_end, base_amount, computed_amount,
    currency, status, created_at, kind, allocation_id, commitment_id, occasion, house_only, vat_rate_bps, adjusts_id)
    ON public.fee_events TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.fee_events;
CREATE POLICY "Analysts read the figures of all" ON public.fee_events FOR SELECT TO verso_readonly USING (true);

-- An amount is never edited: a wrong event is voided, or answered by another one.
-- Fired by these columns alone: billing thousands of fees changes nothing but their status.
CREATE OR REPLACE TRIGGER keep_fee_event BEFORE UPDATE OF id, deal_id, investor_id, fee_component_id, event_date, period_start,
        period_end, base_amount, computed_amount, currency, source_ref, created_at, kind, allocation_id, commitment_id, occasion,
        house_only, vat_rate_bps, derivation, adjusts_id
    ON public.fee_events FOR EACH ROW EXECUTE FUNCTION
    app.keep_columns('id', 'deal_id', 'investor_id', 'fee_component_id', 'event_date', 'period_start', 'period_end', 'base_amount',
        'computed_amount', 'currency', 'source_ref', 'created_at', 'kind', 'allocation_id', 'commitment_id', 'occasion',
        'house_only', 'vat_rate_bps', 'derivation', 'adjusts_id');
ALTER TABLE public.fee_events ENABLE ALWAYS TRIGGER keep_fee_event;
CREATE OR REPLACE TRIGGER append_only_rows BEFORE DELETE ON public.fee_events
    FOR EACH ROW EXECUTE FUNCTION app.refuse_change();
ALTER TABLE public.fee_events ENABLE ALWAYS TRIGGER append_only_rows;
SELECT app.refuse_truncate('public.fee_events');
