-- People read the holds of their investors, whether or not they are on the deal; staff read all. Functions alone
-- write them.
ALTER TABLE public.reservations ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.reservations FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT ON public.reservations TO verso_app;
GRANT SELECT, INSERT, UPDATE ON public.reservations TO verso_definer;

DROP POLICY IF EXISTS "People read the holds of their investors" ON public.reservations;
CREATE POLICY "People read the holds of their investors" ON public.reservations FOR SELECT TO verso_app
    USING (investor_id = ANY (ARRAY(SELECT app.visible_investors())));
DROP POLICY IF EXISTS "Definer functions place and end holds" ON public.reservations;
CREATE POLICY "Definer functions place and end holds" ON public.reservations TO verso_definer
    USING (true) WITH CHECK (true);
