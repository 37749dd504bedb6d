DROP TRIGGER append_only_rows ON public.audit_anchors;
DROP TRIGGER append_only_table ON public.audit_anchors;
