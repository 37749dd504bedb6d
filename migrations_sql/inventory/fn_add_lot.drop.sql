DROP FUNCTION public.fn_add_lot(uuid, numeric, numeric, uuid, date, date, uuid);
