DROP FUNCTION public.fn_finalize_allocation(uuid);
