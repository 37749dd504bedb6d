-- Members read the fee plans of their deal that are or were in effect; staff make them.
ALTER TABLE public.fee_plans ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.fee_plans FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT, INSERT ON public.fee_plans TO verso_app;
SELECT app.grant_update('public.fee_plans');
GRANT SELECT, UPDATE ON public.fee_plans TO verso_definer;

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
DROP POLICY IF EXISTS "Definer functions read and lock fee plans" ON public.fee_plans;
CREATE POLICY "Definer functions read and lock fee plans" ON public.fee_plans TO verso_definer
    USING (true) WITH CHECK (true);
SELECT app.audit_table('public.fee_plans');
