DROP FUNCTION public.fn_lapse_commitments(int);
