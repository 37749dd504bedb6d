-- People read the subscriptions of their investors; staff read all. Nothing writes them yet.
ALTER TABLE public.subscriptions ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.subscriptions FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT ON public.subscriptions TO verso_app;
GRANT SELECT ON public.subscriptions TO verso_definer;

DROP POLICY IF EXISTS "People read the subscriptions of their investors" ON public.subscriptions;
CREATE POLICY "People read the subscriptions of their investors" ON public.subscriptions FOR SELECT TO verso_app
    USING (investor_id = ANY (ARRAY(SELECT app.visible_investors())));
DROP POLICY IF EXISTS "Definer functions read subscriptions" ON public.subscriptions;
CREATE POLICY "Definer functions read subscriptions" ON public.subscriptions FOR SELECT TO verso_definer
    USING (true);
