-- People read the allocations of their investors, whether or not they are on the deal; staff read all. Functions alone
-- write them.
ALTER TABLE public.allocations ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.allocations FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT ON public.allocations TO verso_app;
GRANT SELECT, INSERT, UPDATE ON public.allocations TO verso_definer;

DROP POLICY IF EXISTS "People read the allocations of their investors" ON public.allocations;
CREATE POLICY "People read the allocations of their investors" ON public.allocations FOR SELECT TO verso_app
    USING (investor_id = ANY (ARRAY(SELECT app.visible_investors())));
DROP POLICY IF EXISTS "Definer functions make allocations" ON public.allocations;
CREATE POLICY "Definer functions make allocations" ON public.allocations TO verso_definer
    USING (true) WITH CHECK (true);
