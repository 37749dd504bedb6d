ALTER TABLE public.audit_lanes RESET (fillfactor);
DELETE FROM public.audit_lanes;
