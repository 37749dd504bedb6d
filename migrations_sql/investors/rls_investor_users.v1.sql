-- People read their own links to investors; staff read, make and remove all. A link is made anew, never changed.
ALTER TABLE public.investor_users ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.investor_users FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT, INSERT ON public.investor_users TO verso_app;
GRANT SELECT, UPDATE (created_at), DELETE ON public.investor_users TO verso_definer;

DROP POLICY IF EXISTS "People read their own links to investors" ON public.investor_users;
CREATE POLICY "People read their own links to investors" ON public.investor_users FOR SELECT TO verso_app
    USING (user_id = ANY (ARRAY(SELECT app.visible_profiles())));
DROP POLICY IF EXISTS "Staff link people to investors" ON public.investor_users;
CREATE POLICY "Staff link people to investors" ON public.investor_users FOR INSERT TO verso_app
    WITH CHECK ((SELECT app.is_staff())
                AND investor_id = ANY (ARRAY(SELECT app.visible_investors()))
                AND user_id = ANY (ARRAY(SELECT app.visible_profiles())));
DROP POLICY IF EXISTS "Definer functions read links to investors" ON public.investor_users;
CREATE POLICY "Definer functions read links to investors" ON public.investor_users FOR SELECT TO verso_definer
    USING (true);
DROP POLICY IF EXISTS "Definer functions lock links to investors" ON public.investor_users;
CREATE POLICY "Definer functions lock links to investors" ON public.investor_users FOR UPDATE TO verso_definer
    USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS "Staff unlink people through a function" ON public.investor_users;
CREATE POLICY "Staff unlink people through a function" ON public.investor_users FOR DELETE TO verso_definer
    USING (true);
SELECT app.audit_table('public.investor_users', p_entity => 'investor_id');
