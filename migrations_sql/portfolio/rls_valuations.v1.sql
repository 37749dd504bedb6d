-- The value of a vehicle is read by whoever holds a position in it; staff read all and enter values.
SELECT app.table_class('public.valuations', p_whose => 'vehicle_id in held_vehicles', p_writes => 'special',
    p_audit => 'rows', p_functions => 'SELECT');
GRANT INSERT ON public.valuations TO verso_app;
SELECT app.grant_update('public.valuations');

DROP POLICY IF EXISTS "Staff enter values" ON public.valuations;
CREATE POLICY "Staff enter values" ON public.valuations FOR INSERT TO verso_app
    WITH CHECK ((SELECT app.is_staff()) AND vehicle_id = ANY (ARRAY(SELECT app.held_vehicles())));
DROP POLICY IF EXISTS "Staff correct values" ON public.valuations;
CREATE POLICY "Staff correct values" ON public.valuations FOR UPDATE TO verso_app
    USING ((SELECT app.is_staff()))
    WITH CHECK ((SELECT app.is_staff()) AND vehicle_id = ANY (ARRAY(SELECT app.held_vehicles())));
