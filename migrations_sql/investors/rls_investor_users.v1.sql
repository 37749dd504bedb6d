-- People read their own links to investors; staff read, make and remove all. A link is made anew, never changed.
SELECT app.table_class('public.investor_users', p_whose => 'user_id in visible_profiles', p_writes => 'special',
    p_audit => 'rows', p_entity => 'investor_id', p_functions => 'SELECT, UPDATE (created_at), DELETE');
GRANT INSERT ON public.investor_users TO verso_app;

DROP POLICY IF EXISTS "Staff link people to investors" ON public.investor_users;
CREATE POLICY "Staff link people to investors" ON public.investor_users FOR INSERT TO verso_app
    WITH CHECK ((SELECT app.is_staff())
                AND investor_id = ANY (ARRAY(SELECT app.visible_investors()))
                AND user_id = ANY (ARRAY(SELECT app.visible_profiles())));
