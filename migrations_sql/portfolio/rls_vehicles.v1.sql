-- People read the vehicles their investors hold or subscribed to; staff read and keep all. The deals app adds a
-- path of its own: members read the vehicle of their deal.
ALTER TABLE public.vehicles ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.vehicles FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT, INSERT ON public.vehicles TO verso_app;
SELECT app.grant_update('public.vehicles');
GRANT SELECT ON public.vehicles TO verso_definer;

DROP POLICY IF EXISTS "People read the vehicles their investors hold" ON public.vehicles;
CREATE POLICY "People read the vehicles their investors hold" ON public.vehicles FOR SELECT TO verso_app
    USING (id = ANY (ARRAY(SELECT app.held_vehicles())));
DROP POLICY IF EXISTS "People read the vehicles their investors subscribed to" ON public.vehicles;
CREATE POLICY "People read the vehicles their investors subscribed to" ON public.vehicles FOR SELECT TO verso_app
    USING (id = ANY (ARRAY(SELECT app.subscribed_vehicles())));
DROP POLICY IF EXISTS "Staff read all vehicles" ON public.vehicles;
CREATE POLICY "Staff read all vehicles" ON public.vehicles FOR SELECT TO verso_app
    USING ((SELECT app.is_staff()));
DROP POLICY IF EXISTS "Staff add vehicles" ON public.vehicles;
CREATE POLICY "Staff add vehicles" ON public.vehicles FOR INSERT TO verso_app
    WITH CHECK ((SELECT app.is_staff()));
DROP POLICY IF EXISTS "Staff change vehicles" ON public.vehicles;
CREATE POLICY "Staff change vehicles" ON public.vehicles FOR UPDATE TO verso_app
    USING ((SELECT app.is_staff())) WITH CHECK ((SELECT app.is_staff()));
DROP POLICY IF EXISTS "Definer functions read vehicles" ON public.vehicles;
CREATE POLICY "Definer functions read vehicles" ON public.vehicles FOR SELECT TO verso_definer
    USING (true);
SELECT app.audit_table('public.vehicles');
