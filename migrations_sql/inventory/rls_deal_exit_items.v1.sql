-- People read what their investors gave and got in an exit; staff read all. Functions alone write it, and nobody changes it.
SELECT app.table_class('public.deal_exit_items', p_whose => 'investor_id in visible_investors', p_writes => 'functions',
    p_audit => 'rows', p_functions => 'SELECT, INSERT');
SELECT app.make_append_only('public.deal_exit_items');
GRANT SELECT (id, exit_id, deal_id, allocation_id, investor_id, exit_date, unit_price, units, cost, proceeds, currency)
    ON public.deal_exit_items TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.deal_exit_items;
CREATE POLICY "Analysts read the figures of all" ON public.deal_exit_items FOR SELECT TO verso_readonly USING (true);
