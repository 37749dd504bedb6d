DROP FUNCTION public.fn_tell_lapsed_holds(int);
