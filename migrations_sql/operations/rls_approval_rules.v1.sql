-- Staff read the approval rules, administrators set them.
ALTER TABLE public.approval_rules ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.approval_rules FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT, INSERT ON public.approval_rules TO verso_app;
SELECT app.grant_update('public.approval_rules');
GRANT SELECT ON public.approval_rules TO verso_definer;

CREATE POLICY "Staff read approval rules" ON public.approval_rules FOR SELECT TO verso_app
    USING ((SELECT app.is_staff()));
CREATE POLICY "Administrators add approval rules" ON public.approval_rules FOR INSERT TO verso_app
    WITH CHECK ((SELECT app.role()) = 'staff_admin');
CREATE POLICY "Administrators change approval rules" ON public.approval_rules FOR UPDATE TO verso_app
    USING ((SELECT app.role()) = 'staff_admin') WITH CHECK ((SELECT app.role()) = 'staff_admin');
CREATE POLICY "Definer functions read approval rules" ON public.approval_rules FOR SELECT TO verso_definer
    USING (true);
SELECT app.audit_table('public.approval_rules', p_entity => 'currency');
