-- People read the investors they act for; staff read and keep all of them.
SELECT app.table_class('public.investors', p_whose => 'staff', p_writes => 'special', p_audit => 'rows',
    p_functions => 'SELECT, UPDATE');
GRANT INSERT ON public.investors TO verso_app;
SELECT app.grant_update('public.investors');

DROP POLICY IF EXISTS "People read the investors they act for" ON public.investors;
CREATE POLICY "People read the investors they act for" ON public.investors FOR SELECT TO verso_app
    USING (id = ANY (ARRAY(SELECT app.visible_investors())));
DROP POLICY IF EXISTS "Staff add investors" ON public.investors;
CREATE POLICY "Staff add investors" ON public.investors FOR INSERT TO verso_app
    WITH CHECK ((SELECT app.is_staff())
                AND created_by = (SELECT app.active_uid())
                AND (kyc_decided_by IS NULL OR kyc_decided_by = (SELECT app.active_uid()))
                AND (rm_id IS NULL OR rm_id = ANY (ARRAY(SELECT app.visible_profiles()))));
DROP POLICY IF EXISTS "Staff keep investors" ON public.investors;
CREATE POLICY "Staff keep investors" ON public.investors FOR UPDATE TO verso_app
    USING ((SELECT app.is_staff()))
    WITH CHECK ((SELECT app.is_staff())
                AND (created_by IS NULL OR created_by = ANY (ARRAY(SELECT app.visible_profiles())))
                AND (kyc_decided_by IS NULL OR kyc_decided_by = ANY (ARRAY(SELECT app.visible_profiles())))
                AND (rm_id IS NULL OR rm_id = ANY (ARRAY(SELECT app.visible_profiles()))));
