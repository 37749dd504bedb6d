-- A task is read by its owner and by staff; staff make and finish tasks.
SELECT app.table_class('public.tasks', p_whose => 'staff', p_writes => 'special', p_audit => 'none',
    p_functions => 'SELECT, INSERT, UPDATE');
GRANT INSERT ON public.tasks TO verso_app;
SELECT app.grant_update('public.tasks');

DROP POLICY IF EXISTS "People read their own tasks" ON public.tasks;
CREATE POLICY "People read their own tasks" ON public.tasks FOR SELECT TO verso_app
    USING (owner_user_id = (SELECT app.active_uid()));
DROP POLICY IF EXISTS "Staff make tasks" ON public.tasks;
CREATE POLICY "Staff make tasks" ON public.tasks FOR INSERT TO verso_app
    WITH CHECK ((SELECT app.is_staff())
                AND (owner_user_id IS NULL OR owner_user_id = ANY (ARRAY(SELECT app.visible_profiles()))));
DROP POLICY IF EXISTS "Staff change tasks" ON public.tasks;
CREATE POLICY "Staff change tasks" ON public.tasks FOR UPDATE TO verso_app
    USING ((SELECT app.is_staff()))
    WITH CHECK ((SELECT app.is_staff())
                AND (owner_user_id IS NULL OR owner_user_id = ANY (ARRAY(SELECT app.visible_profiles()))));
