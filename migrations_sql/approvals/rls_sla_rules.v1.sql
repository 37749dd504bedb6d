-- Staff read the SLA rules, administrators set them.
ALTER TABLE public.sla_rules ENABLE ROW LEVEL SECURITY;
REVOKE ALL ON public.sla_rules FROM PUBLIC, verso_app, verso_readonly, verso_definer;
GRANT SELECT, INSERT ON public.sla_rules TO verso_app;
SELECT app.grant_update('public.sla_rules');
GRANT SELECT ON public.sla_rules TO verso_definer;

DROP POLICY IF EXISTS "Staff read SLA rules" ON public.sla_rules;
CREATE POLICY "Staff read SLA rules" ON public.sla_rules FOR SELECT TO verso_app
    USING ((SELECT app.is_staff()));
DROP POLICY IF EXISTS "Administrators add SLA rules" ON public.sla_rules;
CREATE POLICY "Administrators add SLA rules" ON public.sla_rules FOR INSERT TO verso_app
    WITH CHECK ((SELECT app.role()) = 'staff_admin');
DROP POLICY IF EXISTS "Administrators change SLA rules" ON public.sla_rules;
CREATE POLICY "Administrators change SLA rules" ON public.sla_rules FOR UPDATE TO verso_app
    USING ((SELECT app.role()) = 'staff_admin') WITH CHECK ((SELECT app.role()) = 'staff_admin');
DROP POLICY IF EXISTS "Definer functions read SLA rules" ON public.sla_rules;
CREATE POLICY "Definer functions read SLA rules" ON public.sla_rules FOR SELECT TO verso_definer
    USING (true);
SELECT app.audit_table('public.sla_rules', p_entity => 'priority');
