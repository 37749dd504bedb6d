DROP POLICY "Staff read the audit log" ON public.audit_log;
DROP POLICY "Staff read the lane heads" ON public.audit_lanes;
DROP POLICY "Staff read the anchors" ON public.audit_anchors;
DROP POLICY "Definer functions write the audit log" ON public.audit_log;
DROP POLICY "Definer functions move the lane heads" ON public.audit_lanes;
DROP POLICY "Definer functions write anchors" ON public.audit_anchors;
REVOKE ALL ON public.audit_log, public.audit_lanes, public.audit_anchors FROM verso_app, verso_definer;
REVOKE ALL ON SEQUENCE public.audit_log_id_seq FROM verso_definer;
