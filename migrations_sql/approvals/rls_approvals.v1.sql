-- Staff read the decisions asked of them. Rows are opened, decided and withdrawn by functions only.
ALTER TABLE public.approvals ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.approvals FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT ON public.approvals TO verso_app;
GRANT SELECT, INSERT, UPDATE ON public.approvals TO verso_definer;

DROP POLICY IF EXISTS "Staff read approvals" ON public.approvals;
CREATE POLICY "Staff read approvals" ON public.approvals FOR SELECT TO verso_app
    USING ((SELECT app.is_staff()));
DROP POLICY IF EXISTS "Definer functions open and decide approvals" ON public.approvals;
CREATE POLICY "Definer functions open and decide approvals" ON public.approvals TO verso_definer
    USING (true) WITH CHECK (true);
