-- Staff read what was proposed about a deal. Functions propose, carry out and end it.
ALTER TABLE public.deal_changes ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.deal_changes FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT ON public.deal_changes TO verso_app;
GRANT SELECT, INSERT, UPDATE ON public.deal_changes TO verso_definer;

DROP POLICY IF EXISTS "Staff read proposed changes" ON public.deal_changes;
CREATE POLICY "Staff read proposed changes" ON public.deal_changes FOR SELECT TO verso_app
    USING ((SELECT app.is_staff()));
DROP POLICY IF EXISTS "Definer functions keep proposed changes" ON public.deal_changes;
CREATE POLICY "Definer functions keep proposed changes" ON public.deal_changes TO verso_definer
    USING (true) WITH CHECK (true);
