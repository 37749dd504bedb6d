-- People read the terms of their investors; staff read all. Functions alone write them.
ALTER TABLE public.investor_terms ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.investor_terms FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT ON public.investor_terms TO verso_app;
GRANT SELECT, INSERT, UPDATE ON public.investor_terms TO verso_definer;

DROP POLICY IF EXISTS "People read the terms of their investors" ON public.investor_terms;
CREATE POLICY "People read the terms of their investors" ON public.investor_terms FOR SELECT TO verso_app
    USING (investor_id = ANY (ARRAY(SELECT app.visible_investors())));
DROP POLICY IF EXISTS "Definer functions agree on terms" ON public.investor_terms;
CREATE POLICY "Definer functions agree on terms" ON public.investor_terms TO verso_definer
    USING (true) WITH CHECK (true);
