-- Who may touch the log: staff read it, definer functions write it, nobody else anything.
-- Partition children are granted to nobody; rows are reached through the parent and its policy alone.
GRANT SELECT ON public.audit_log, public.audit_lanes, public.audit_anchors TO verso_app;
GRANT SELECT, INSERT ON public.audit_log TO verso_definer;
GRANT SELECT, UPDATE ON public.audit_lanes TO verso_definer;
GRANT SELECT, INSERT ON public.audit_anchors TO verso_definer;
GRANT USAGE ON SEQUENCE public.audit_log_id_seq TO verso_definer;

DROP POLICY IF EXISTS "Staff read the audit log" ON public.audit_log;
CREATE POLICY "Staff read the audit log" ON public.audit_log FOR SELECT TO verso_app USING ((SELECT app.is_staff()));
DROP POLICY IF EXISTS "Staff read the lane heads" ON public.audit_lanes;
CREATE POLICY "Staff read the lane heads" ON public.audit_lanes FOR SELECT TO verso_app USING ((SELECT app.is_staff()));
DROP POLICY IF EXISTS "Staff read the anchors" ON public.audit_anchors;
CREATE POLICY "Staff read the anchors" ON public.audit_anchors FOR SELECT TO verso_app USING ((SELECT app.is_staff()));
DROP POLICY IF EXISTS "Definer functions write the audit log" ON public.audit_log;
CREATE POLICY "Definer functions write the audit log" ON public.audit_log TO verso_definer USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS "Definer functions move the lane heads" ON public.audit_lanes;
CREATE POLICY "Definer functions move the lane heads" ON public.audit_lanes TO verso_definer USING (true) WITH CHECK (true);
DROP POLICY IF EXISTS "Definer functions write anchors" ON public.audit_anchors;
CREATE POLICY "Definer functions write anchors" ON public.audit_anchors TO verso_definer USING (true) WITH CHECK (true);
