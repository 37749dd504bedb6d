-- Members read what a fee plan of their deal is made of, but for the spread, which is the house's; staff make it, and may
-- throw parts away while no deal was opened with it.
ALTER TABLE public.fee_components ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.fee_components FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT, INSERT ON public.fee_components TO verso_app;
SELECT app.grant_update('public.fee_components');
GRANT SELECT, DELETE ON public.fee_components TO verso_definer;

DROP POLICY IF EXISTS "Members read the fees of their deals" ON public.fee_components;
CREATE POLICY "Members read the fees of their deals" ON public.fee_components FOR SELECT TO verso_app
    USING (fee_plan_id = ANY (ARRAY(SELECT app.visible_fee_plans()))
           AND (kind <> 'spread_markup' OR (SELECT app.is_staff())));
DROP POLICY IF EXISTS "Staff make fees" ON public.fee_components;
CREATE POLICY "Staff make fees" ON public.fee_components FOR INSERT TO verso_app
    WITH CHECK ((SELECT app.is_staff()) AND fee_plan_id = ANY (ARRAY(SELECT app.visible_fee_plans())));
DROP POLICY IF EXISTS "Staff change fees" ON public.fee_components;
CREATE POLICY "Staff change fees" ON public.fee_components FOR UPDATE TO verso_app
    USING ((SELECT app.is_staff()))
    WITH CHECK ((SELECT app.is_staff()) AND fee_plan_id = ANY (ARRAY(SELECT app.visible_fee_plans())));
DROP POLICY IF EXISTS "Definer functions read fees" ON public.fee_components;
CREATE POLICY "Definer functions read fees" ON public.fee_components FOR SELECT TO verso_definer
    USING (true);
DROP POLICY IF EXISTS "Staff throw away fees through a function" ON public.fee_components;
CREATE POLICY "Staff throw away fees through a function" ON public.fee_components FOR DELETE TO verso_definer
    USING (true);
SELECT app.audit_table('public.fee_components', p_deal => '');
