-- People read the term sheets of their investors; staff read all. Functions alone write them.
ALTER TABLE public.term_sheets ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.term_sheets FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT ON public.term_sheets TO verso_app;
GRANT SELECT, INSERT, UPDATE ON public.term_sheets TO verso_definer;

DROP POLICY IF EXISTS "People read the term sheets of their investors" ON public.term_sheets;
CREATE POLICY "People read the term sheets of their investors" ON public.term_sheets FOR SELECT TO verso_app
    USING (investor_id = ANY (ARRAY(SELECT app.visible_investors())));
DROP POLICY IF EXISTS "Definer functions draft term sheets" ON public.term_sheets;
CREATE POLICY "Definer functions draft term sheets" ON public.term_sheets TO verso_definer
    USING (true) WITH CHECK (true);
