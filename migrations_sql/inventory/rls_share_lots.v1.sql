-- Lots, and with them what units cost, are for staff alone; investors learn availability from
-- fn_get_deal_inventory. Functions alone write them, so that units and what remains of them always add up.
ALTER TABLE public.share_lots ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.share_lots FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT ON public.share_lots TO verso_app;
GRANT SELECT, INSERT, UPDATE ON public.share_lots TO verso_definer;

DROP POLICY IF EXISTS "Staff read lots" ON public.share_lots;
CREATE POLICY "Staff read lots" ON public.share_lots FOR SELECT TO verso_app
    USING ((SELECT app.is_staff()));
DROP POLICY IF EXISTS "Definer functions enter lots and move their units" ON public.share_lots;
CREATE POLICY "Definer functions enter lots and move their units" ON public.share_lots TO verso_definer
    USING (true) WITH CHECK (true);
