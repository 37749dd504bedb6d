DROP TABLE public.audit_log;
ALTER TABLE public.audit_lanes RESET (fillfactor);
DELETE FROM public.audit_lanes;
