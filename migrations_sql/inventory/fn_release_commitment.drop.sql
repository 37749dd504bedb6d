DROP FUNCTION public.fn_release_commitment(uuid);
