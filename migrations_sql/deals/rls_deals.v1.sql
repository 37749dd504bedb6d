-- Members read the deals they accepted; staff read and keep all. How a deal may change is guard_deal's to say.
SELECT app.table_class('public.deals', p_whose => 'special', p_writes => 'special', p_audit => 'rows', p_deal => 'id',
    p_functions => 'SELECT, UPDATE');
GRANT INSERT ON public.deals TO verso_app;
SELECT app.grant_update('public.deals');

-- Policies of one table are ORed. Both are therefore conditions on the key, which use its index: beside a bare flag
-- every member's list would read the whole table. Staff are not left to the set alone, because RETURNING shows
-- them a new deal before any snapshot has it.
DROP POLICY IF EXISTS "Members read the deals they accepted" ON public.deals;
CREATE POLICY "Members read the deals they accepted" ON public.deals FOR SELECT TO verso_app
    USING (id = ANY (ARRAY(SELECT app.visible_deals() WHERE NOT (SELECT app.is_staff()))));
DROP POLICY IF EXISTS "Staff read all deals" ON public.deals;
CREATE POLICY "Staff read all deals" ON public.deals FOR SELECT TO verso_app
    USING (id BETWEEN CASE WHEN (SELECT app.is_staff()) THEN '00000000-0000-0000-0000-000000000000'::uuid END
                  AND 'ffffffff-ffff-ffff-ffff-ffffffffffff');
DROP POLICY IF EXISTS "Staff set up deals" ON public.deals;
CREATE POLICY "Staff set up deals" ON public.deals FOR INSERT TO verso_app
    WITH CHECK ((SELECT app.is_staff())
                AND (vehicle_id IS NULL OR vehicle_id = ANY (ARRAY(SELECT app.held_vehicles())))
                AND (created_by IS NULL OR created_by = (SELECT app.active_uid())));
DROP POLICY IF EXISTS "Staff change deals" ON public.deals;
CREATE POLICY "Staff change deals" ON public.deals FOR UPDATE TO verso_app
    USING ((SELECT app.is_staff()))
    WITH CHECK ((SELECT app.is_staff())
                AND (vehicle_id IS NULL OR vehicle_id = ANY (ARRAY(SELECT app.held_vehicles()))));
CREATE OR REPLACE TRIGGER keep_columns BEFORE UPDATE ON public.deals
    FOR EACH ROW WHEN (current_user = 'verso_app')
    EXECUTE FUNCTION app.keep_columns('created_by', 'created_at');
