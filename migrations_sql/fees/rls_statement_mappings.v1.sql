-- Staff read how the files of each account are read; administrators and operations add how, in their own name, once.
SELECT app.table_class('public.statement_mappings', p_whose => 'staff', p_writes => 'special', p_audit => 'rows', p_deal => '');
GRANT INSERT ON public.statement_mappings TO verso_app;
DROP POLICY IF EXISTS "Administrators and operations say how files are read" ON public.statement_mappings;
CREATE POLICY "Administrators and operations say how files are read" ON public.statement_mappings FOR INSERT TO verso_app
    WITH CHECK ((SELECT app.role()) IN ('staff_admin', 'staff_ops') AND saved_by = (SELECT app.active_uid()));
SELECT app.make_append_only('public.statement_mappings');
