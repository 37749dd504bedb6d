-- People read their own places on deals, accepted or not; staff read all, invite people and take them off again.
-- A place is made anew, never changed: accepting and ending it are functions', and staff of ours need not be asked.
ALTER TABLE public.deal_memberships ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.deal_memberships FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT, INSERT ON public.deal_memberships TO verso_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.deal_memberships TO verso_definer;

DROP POLICY IF EXISTS "People read their own places on deals" ON public.deal_memberships;
CREATE POLICY "People read their own places on deals" ON public.deal_memberships FOR SELECT TO verso_app
    USING (user_id = ANY (ARRAY(SELECT app.visible_profiles())));
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
DROP POLICY IF EXISTS "Definer functions accept invitations and end places" ON public.deal_memberships;
CREATE POLICY "Definer functions accept invitations and end places" ON public.deal_memberships TO verso_definer
    USING (true) WITH CHECK (true);
SELECT app.audit_table('public.deal_memberships', p_entity => 'user_id');
