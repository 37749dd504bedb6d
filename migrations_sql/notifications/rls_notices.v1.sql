-- What a person is told is that person's alone to read; the mail job, as VERSO system, reads all, and staff what could not
-- be mailed. Functions tell people things and note what was mailed; a person may note that a notice was read, and nothing
-- else.
SELECT app.table_class('public.notices', p_whose => 'special', p_writes => 'special', p_audit => 'none',
    p_functions => 'SELECT, INSERT, UPDATE');
GRANT UPDATE (read_at) ON public.notices TO verso_app;

-- Who no longer acts for the investor of a notice no longer reads what it says.
DROP POLICY IF EXISTS "People read their own notices" ON public.notices;
CREATE POLICY "People read their own notices" ON public.notices FOR SELECT TO verso_app
    USING (user_id = (SELECT app.active_uid())
           AND (facts ->> 'investor_id' IS NULL
                OR (facts ->> 'investor_id')::uuid = ANY (ARRAY(SELECT app.visible_investors()))));
DROP POLICY IF EXISTS "The mail job reads all notices" ON public.notices;
CREATE POLICY "The mail job reads all notices" ON public.notices FOR SELECT TO verso_app
    USING ((SELECT app.active_uid()) = app.system_profile());
DROP POLICY IF EXISTS "Staff read notices whose mail was stopped" ON public.notices;
CREATE POLICY "Staff read notices whose mail was stopped" ON public.notices FOR SELECT TO verso_app
    USING (mail_stopped NOT IN ('', 'not_wanted') AND (SELECT app.is_staff()));
DROP POLICY IF EXISTS "People note what they read" ON public.notices;
CREATE POLICY "People note what they read" ON public.notices FOR UPDATE TO verso_app
    USING (user_id = (SELECT app.active_uid())) WITH CHECK (user_id = (SELECT app.active_uid()));
