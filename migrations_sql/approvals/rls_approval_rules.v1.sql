-- Staff read the approval rules. Functions write them, for two administrators (fn_propose_rule).
ALTER TABLE public.approval_rules ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.approval_rules FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT ON public.approval_rules TO verso_app;
GRANT SELECT, INSERT, UPDATE ON public.approval_rules TO verso_definer;

DROP POLICY IF EXISTS "Staff read approval rules" ON public.approval_rules;
CREATE POLICY "Staff read approval rules" ON public.approval_rules FOR SELECT TO verso_app
    USING ((SELECT app.is_staff()));
DROP POLICY IF EXISTS "Definer functions keep approval rules" ON public.approval_rules;
CREATE POLICY "Definer functions keep approval rules" ON public.approval_rules TO verso_definer
    USING (true) WITH CHECK (true);
SELECT app.audit_table('public.approval_rules');
