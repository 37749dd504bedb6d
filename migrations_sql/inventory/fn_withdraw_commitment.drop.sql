DROP FUNCTION public.fn_withdraw_commitment(uuid);
