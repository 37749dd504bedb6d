DROP FUNCTION public.fn_accept_invite(text, uuid);
