DROP FUNCTION public.fn_warn_sla(int);
