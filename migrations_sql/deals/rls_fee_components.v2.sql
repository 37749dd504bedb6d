-- Version 2: the columns of a fee that came later may be changed too, but it keeps the lineage that it was made with.
-- Members read what a fee plan of their deal is made of, but for the spread, which is the house's; staff make it, and may
-- throw parts away while no deal was opened with it.
SELECT app.table_class('public.fee_components', p_whose => 'special', p_writes => 'special', p_audit => 'rows',
    p_deal => '', p_functions => 'SELECT, DELETE');
GRANT INSERT ON public.fee_components TO verso_app;
SELECT app.grant_update('public.fee_components');

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

CREATE OR REPLACE TRIGGER keep_fee_lineage BEFORE UPDATE ON public.fee_components
    FOR EACH ROW EXECUTE FUNCTION app.keep_columns('lineage');
