-- People read the commitments of their investors; staff read all. Functions alone write them.
ALTER TABLE public.deal_commitments ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.deal_commitments FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT ON public.deal_commitments TO verso_app;
GRANT SELECT, INSERT, UPDATE ON public.deal_commitments TO verso_definer;

DROP POLICY IF EXISTS "People read the commitments of their investors" ON public.deal_commitments;
CREATE POLICY "People read the commitments of their investors" ON public.deal_commitments FOR SELECT TO verso_app
    USING (investor_id = ANY (ARRAY(SELECT app.visible_investors())));
DROP POLICY IF EXISTS "Definer functions submit and decide commitments" ON public.deal_commitments;
CREATE POLICY "Definer functions submit and decide commitments" ON public.deal_commitments TO verso_definer
    USING (true) WITH CHECK (true);
