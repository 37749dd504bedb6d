-- People read the entries of their investors' positions; staff read all. Functions alone write them, and nobody changes
-- one. Analysts read the figures.
SELECT app.table_class('public.position_entries', p_whose => 'investor_id in visible_investors', p_writes => 'functions',
    p_audit => 'rows', p_functions => 'SELECT, INSERT');
SELECT app.make_append_only('public.position_entries');
GRANT SELECT (id, investor_id, vehicle_id, deal_id, allocation_id, effective_date, recorded_at, units, cost, cause,
    corrects_id) ON public.position_entries TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.position_entries;
CREATE POLICY "Analysts read the figures of all" ON public.position_entries FOR SELECT TO verso_readonly USING (true);
