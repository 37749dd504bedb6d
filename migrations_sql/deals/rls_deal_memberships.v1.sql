-- People read their own places on deals, accepted or not; staff read all, invite people and take them off again.
-- A place is made anew, never changed: accepting and ending it are functions', and staff of ours need not be asked.
SELECT app.table_class('public.deal_memberships', p_whose => 'user_id in visible_profiles', p_writes => 'special',
    p_audit => 'rows', p_entity => 'user_id', p_functions => 'SELECT, INSERT, UPDATE, DELETE');
GRANT INSERT ON public.deal_memberships TO verso_app;

DROP POLICY IF EXISTS "Staff invite people to deals" ON public.deal_memberships;
CREATE POLICY "Staff invite people to deals" ON public.deal_memberships FOR INSERT TO verso_app
    WITH CHECK ((SELECT app.is_staff())
                AND deal_id = ANY (ARRAY(SELECT app.visible_deals()))
                AND user_id = ANY (ARRAY(SELECT app.visible_profiles()))
                AND (investor_id IS NULL OR investor_id = ANY (ARRAY(SELECT app.visible_investors())))
                AND (invited_by IS NULL OR invited_by = (SELECT app.active_uid()))
                AND (accepted_at IS NULL
                     OR (role = 'verso_staff' AND investor_id IS NULL
                         AND user_id = ANY (ARRAY(SELECT app.staff_profiles())))));
