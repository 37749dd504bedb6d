-- Staff read which prices a deal was offered at. Rows are written by a trigger.
ALTER TABLE public.offer_prices ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.offer_prices FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT ON public.offer_prices TO verso_app;
GRANT SELECT, INSERT, UPDATE (set_by) ON public.offer_prices TO verso_definer;

DROP POLICY IF EXISTS "Staff read offer prices" ON public.offer_prices;
CREATE POLICY "Staff read offer prices" ON public.offer_prices FOR SELECT TO verso_app
    USING ((SELECT app.is_staff()));
DROP POLICY IF EXISTS "Definer functions keep offer prices" ON public.offer_prices;
CREATE POLICY "Definer functions keep offer prices" ON public.offer_prices TO verso_definer
    USING (true) WITH CHECK (true);
