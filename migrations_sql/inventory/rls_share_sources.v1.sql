-- From whom units were bought is for staff alone.
ALTER TABLE public.share_sources ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.share_sources FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT, INSERT ON public.share_sources TO verso_app;
SELECT app.grant_update('public.share_sources');

DROP POLICY IF EXISTS "Staff read sources" ON public.share_sources;
CREATE POLICY "Staff read sources" ON public.share_sources FOR SELECT TO verso_app
    USING ((SELECT app.is_staff()));
DROP POLICY IF EXISTS "Staff add sources" ON public.share_sources;
CREATE POLICY "Staff add sources" ON public.share_sources FOR INSERT TO verso_app
    WITH CHECK ((SELECT app.is_staff()));
DROP POLICY IF EXISTS "Staff change sources" ON public.share_sources;
CREATE POLICY "Staff change sources" ON public.share_sources FOR UPDATE TO verso_app
    USING ((SELECT app.is_staff())) WITH CHECK ((SELECT app.is_staff()));
SELECT app.audit_table('public.share_sources');
