-- Staff read the heartbeat of the jobs; jobs, as VERSO system, write it.
ALTER TABLE public.job_runs ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.job_runs FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT, INSERT ON public.job_runs TO verso_app;
SELECT app.grant_update('public.job_runs');

DROP POLICY IF EXISTS "Staff read the heartbeat of jobs" ON public.job_runs;
CREATE POLICY "Staff read the heartbeat of jobs" ON public.job_runs FOR SELECT TO verso_app
    USING ((SELECT app.is_staff()));
DROP POLICY IF EXISTS "Jobs begin their heartbeat" ON public.job_runs;
CREATE POLICY "Jobs begin their heartbeat" ON public.job_runs FOR INSERT TO verso_app
    WITH CHECK ((SELECT app.is_staff()));
DROP POLICY IF EXISTS "Jobs move their heartbeat" ON public.job_runs;
CREATE POLICY "Jobs move their heartbeat" ON public.job_runs FOR UPDATE TO verso_app
    USING ((SELECT app.is_staff())) WITH CHECK ((SELECT app.is_staff()));
