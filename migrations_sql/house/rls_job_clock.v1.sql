-- Staff read whether the database's clock is believed; functions alone write it.
ALTER TABLE public.job_clock ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.job_clock FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT ON public.job_clock TO verso_app;
GRANT SELECT, UPDATE ON public.job_clock TO verso_definer;

DROP POLICY IF EXISTS "Staff read the clock of the jobs" ON public.job_clock;
CREATE POLICY "Staff read the clock of the jobs" ON public.job_clock FOR SELECT TO verso_app
    USING ((SELECT app.is_staff()));
DROP POLICY IF EXISTS "Definer functions compare clocks" ON public.job_clock;
CREATE POLICY "Definer functions compare clocks" ON public.job_clock TO verso_definer
    USING (true) WITH CHECK (true);
