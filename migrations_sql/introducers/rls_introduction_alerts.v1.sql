-- Staff read that two introducers named one prospect; no introducer learns of another. Functions alone write it.
SELECT app.table_class('public.introduction_alerts', p_whose => 'staff', p_writes => 'functions', p_audit => 'rows',
    p_functions => 'SELECT, INSERT, UPDATE');
GRANT SELECT (id, introduction_id, earlier_id, raised_at, settled_at) ON public.introduction_alerts TO verso_readonly;
DROP POLICY IF EXISTS "Analysts read the figures of all" ON public.introduction_alerts;
CREATE POLICY "Analysts read the figures of all" ON public.introduction_alerts FOR SELECT TO verso_readonly USING (true);
