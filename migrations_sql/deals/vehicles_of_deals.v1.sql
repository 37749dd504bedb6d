-- What this app adds to vehicles, which stand below it: members read the vehicle of the deals they accepted.
CREATE OR REPLACE FUNCTION app.vehicles_of_visible_deals() RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT d.vehicle_id FROM public.deals d
     WHERE NOT app.is_staff() AND d.id = ANY (ARRAY(SELECT app.visible_deals()))
$$;
COMMENT ON FUNCTION app.vehicles_of_visible_deals() IS 'Vehicles of the deals a member accepted; none for staff, who read all.';
SELECT app.as_definer('app.vehicles_of_visible_deals()', 'verso_app');

DROP POLICY IF EXISTS "Members read the vehicle of their deals" ON public.vehicles;
CREATE POLICY "Members read the vehicle of their deals" ON public.vehicles FOR SELECT TO verso_app
    USING (id = ANY (ARRAY(SELECT app.vehicles_of_visible_deals())));
