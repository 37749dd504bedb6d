-- Who directed whose mail is written by a trigger and read by functions alone.
ALTER TABLE public.account_makers ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.account_makers FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT, INSERT ON public.account_makers TO verso_definer;

DROP POLICY IF EXISTS "Definer functions note who makes accounts" ON public.account_makers;
CREATE POLICY "Definer functions note who makes accounts" ON public.account_makers TO verso_definer
    USING (true) WITH CHECK (true);
