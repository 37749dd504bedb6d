-- People read the positions of their investors; staff read all. Functions alone move them.
ALTER TABLE public.positions ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.positions FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT ON public.positions TO verso_app;
GRANT SELECT, INSERT, UPDATE ON public.positions TO verso_definer;

DROP POLICY IF EXISTS "People read the positions of their investors" ON public.positions;
CREATE POLICY "People read the positions of their investors" ON public.positions FOR SELECT TO verso_app
    USING (investor_id = ANY (ARRAY(SELECT app.visible_investors())));
DROP POLICY IF EXISTS "Definer functions move positions" ON public.positions;
CREATE POLICY "Definer functions move positions" ON public.positions TO verso_definer
    USING (true) WITH CHECK (true);
