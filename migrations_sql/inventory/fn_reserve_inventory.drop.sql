DROP FUNCTION public.fn_reserve_inventory(uuid, uuid, numeric, numeric, int, uuid);
