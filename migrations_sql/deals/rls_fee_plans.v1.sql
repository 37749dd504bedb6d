-- Members read the fee plans of their deal that are or were in effect; staff make them.
SELECT app.table_class('public.fee_plans', p_whose => 'special', p_writes => 'special', p_audit => 'rows',
    p_functions => 'SELECT, UPDATE');
GRANT INSERT ON public.fee_plans TO verso_app;
SELECT app.grant_update('public.fee_plans');

DROP POLICY IF EXISTS "Members read the fee plans of their deals" ON public.fee_plans;
CREATE POLICY "Members read the fee plans of their deals" ON public.fee_plans FOR SELECT TO verso_app
    USING (deal_id = ANY (ARRAY(SELECT app.visible_deals()))
           AND (effective_from IS NOT NULL OR (SELECT app.is_staff())));
DROP POLICY IF EXISTS "Staff make fee plans" ON public.fee_plans;
CREATE POLICY "Staff make fee plans" ON public.fee_plans FOR INSERT TO verso_app
    WITH CHECK ((SELECT app.is_staff()) AND deal_id = ANY (ARRAY(SELECT app.visible_deals()))
                AND changed_by = (SELECT app.active_uid())
                AND (supersedes_id IS NULL OR supersedes_id = ANY (ARRAY(SELECT app.visible_fee_plans()))));
DROP POLICY IF EXISTS "Staff change fee plans" ON public.fee_plans;
CREATE POLICY "Staff change fee plans" ON public.fee_plans FOR UPDATE TO verso_app
    USING ((SELECT app.is_staff()))
    WITH CHECK ((SELECT app.is_staff()) AND deal_id = ANY (ARRAY(SELECT app.visible_deals()))
                AND (changed_by IS NULL OR changed_by = ANY (ARRAY(SELECT app.visible_profiles())))
                AND (supersedes_id IS NULL OR supersedes_id = ANY (ARRAY(SELECT app.visible_fee_plans()))));
