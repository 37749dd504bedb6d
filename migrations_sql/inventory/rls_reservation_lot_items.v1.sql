-- From which lots a hold took its units is for staff alone. Functions alone write it.
ALTER TABLE public.reservation_lot_items ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.reservation_lot_items FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT ON public.reservation_lot_items TO verso_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON public.reservation_lot_items TO verso_definer;

DROP POLICY IF EXISTS "Staff read the lots of a hold" ON public.reservation_lot_items;
CREATE POLICY "Staff read the lots of a hold" ON public.reservation_lot_items FOR SELECT TO verso_app
    USING ((SELECT app.is_staff()));
DROP POLICY IF EXISTS "Definer functions note the lots of a hold" ON public.reservation_lot_items;
CREATE POLICY "Definer functions note the lots of a hold" ON public.reservation_lot_items TO verso_definer
    USING (true) WITH CHECK (true);
