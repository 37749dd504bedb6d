DROP FUNCTION public.fn_reduce_commitment(uuid, numeric, text), app.give_back_units(uuid, numeric), app.shrink_hold(uuid, numeric);
