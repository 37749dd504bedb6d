-- Staff read what was sold of a deal, and what is proposed; investors read what they got (deal_exit_items). Functions alone
-- propose and decide.
SELECT app.table_class('public.deal_exits', p_whose => 'staff', p_writes => 'functions', p_audit => 'rows',
    p_functions => 'SELECT, INSERT, UPDATE');
GRANT SELECT (id, deal_id, exit_date, fraction, unit_price, status, proposed_at, decided_at)
    ON public.deal_exits TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.deal_exits;
CREATE POLICY "Analysts read the figures of all" ON public.deal_exits FOR SELECT TO verso_readonly USING (true);
