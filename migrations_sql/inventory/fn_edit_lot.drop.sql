DROP FUNCTION public.fn_edit_lot(uuid, numeric, numeric, uuid, date, date);
