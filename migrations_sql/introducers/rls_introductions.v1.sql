-- Staff read all introductions, an introducer its own; functions alone write them, since the first recorded one counts.
SELECT app.table_class('public.introductions', p_whose => 'introducer_id in visible_introducers', p_writes => 'functions',
    p_audit => 'rows', p_functions => 'SELECT, INSERT, UPDATE');
GRANT SELECT (id, introducer_id, prospect_investor_id, deal_id, status, created_at, place, joined_at, allocated_at, lost_at)
    ON public.introductions TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.introductions;
CREATE POLICY "Analysts read the figures of all" ON public.introductions FOR SELECT TO verso_readonly USING (true);

CREATE OR REPLACE TRIGGER keep_introduction BEFORE UPDATE ON public.introductions FOR EACH ROW EXECUTE FUNCTION
    app.keep_columns('introducer_id', 'prospect_email', 'deal_id', 'created_at', 'place', 'recorded_by');
ALTER TABLE public.introductions ENABLE ALWAYS TRIGGER keep_introduction;
