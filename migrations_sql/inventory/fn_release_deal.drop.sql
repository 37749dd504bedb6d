DROP FUNCTION public.fn_release_deal(uuid);
