DROP FUNCTION public.fn_expire_reservations(int);
