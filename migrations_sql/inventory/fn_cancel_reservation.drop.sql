DROP FUNCTION public.fn_cancel_reservation(uuid);
