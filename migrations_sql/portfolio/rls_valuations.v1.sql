-- The value of a vehicle is read by whoever holds a position in it; staff read all and enter values.
ALTER TABLE public.valuations ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.valuations FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT, INSERT ON public.valuations TO verso_app;
SELECT app.grant_update('public.valuations');
GRANT SELECT ON public.valuations TO verso_definer;

DROP POLICY IF EXISTS "Holders read the values of their vehicles" ON public.valuations;
CREATE POLICY "Holders read the values of their vehicles" ON public.valuations FOR SELECT TO verso_app
    USING (vehicle_id = ANY (ARRAY(SELECT app.held_vehicles())));
DROP POLICY IF EXISTS "Staff enter values" ON public.valuations;
CREATE POLICY "Staff enter values" ON public.valuations FOR INSERT TO verso_app
    WITH CHECK ((SELECT app.is_staff()) AND vehicle_id = ANY (ARRAY(SELECT app.held_vehicles())));
DROP POLICY IF EXISTS "Staff correct values" ON public.valuations;
CREATE POLICY "Staff correct values" ON public.valuations FOR UPDATE TO verso_app
    USING ((SELECT app.is_staff()))
    WITH CHECK ((SELECT app.is_staff()) AND vehicle_id = ANY (ARRAY(SELECT app.held_vehicles())));
DROP POLICY IF EXISTS "Definer functions read values" ON public.valuations;
CREATE POLICY "Definer functions read values" ON public.valuations FOR SELECT TO verso_definer
    USING (true);
SELECT app.audit_table('public.valuations');
