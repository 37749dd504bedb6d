-- People read the vehicles their investors hold or subscribed to; staff read and keep all. The deals app adds a
-- path of its own: members read the vehicle of their deal.
SELECT app.table_class('public.vehicles', p_whose => 'staff', p_writes => 'staff', p_audit => 'rows',
    p_functions => 'SELECT');

DROP POLICY IF EXISTS "People read the vehicles their investors hold" ON public.vehicles;
CREATE POLICY "People read the vehicles their investors hold" ON public.vehicles FOR SELECT TO verso_app
    USING (id = ANY (ARRAY(SELECT app.held_vehicles())));
DROP POLICY IF EXISTS "People read the vehicles their investors subscribed to" ON public.vehicles;
CREATE POLICY "People read the vehicles their investors subscribed to" ON public.vehicles FOR SELECT TO verso_app
    USING (id = ANY (ARRAY(SELECT app.subscribed_vehicles())));
