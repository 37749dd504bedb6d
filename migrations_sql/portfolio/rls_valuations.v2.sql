-- The value of a vehicle is read by whoever holds a position in it once it is approved; staff read all and propose values,
-- as themselves. Nobody edits one: a decision sets its status, and another approved one of the same day supersedes it.
SELECT app.table_class('public.valuations', p_whose => 'special', p_writes => 'special', p_audit => 'rows',
    p_functions => 'SELECT, UPDATE (status, approved_by, decided_at)');
GRANT INSERT ON public.valuations TO verso_app;

DROP POLICY IF EXISTS "Staff correct values" ON public.valuations;
DROP POLICY IF EXISTS "Staff read values" ON public.valuations;
CREATE POLICY "Staff read values" ON public.valuations FOR SELECT TO verso_app
    USING ((SELECT app.is_staff()));
DROP POLICY IF EXISTS "Holders read approved values" ON public.valuations;
CREATE POLICY "Holders read approved values" ON public.valuations FOR SELECT TO verso_app
    USING (status = 'approved' AND vehicle_id = ANY (ARRAY(SELECT app.held_vehicles())));  -- [1]
DROP POLICY IF EXISTS "Staff enter values" ON public.valuations;
CREATE POLICY "Staff enter values" ON public.valuations FOR INSERT TO verso_app
    WITH CHECK ((SELECT app.is_staff()) AND vehicle_id = ANY (ARRAY(SELECT app.held_vehicles()))
                AND status = 'proposed' AND proposed_by = (SELECT app.uid()) AND approved_by IS NULL  -- [2]
                AND decided_at IS NULL);
-- What analysts read besides the figures: not why, and not by whom.
GRANT SELECT (source, status, proposed_at, decided_at) ON public.valuations TO verso_readonly;
