DROP FUNCTION app.my_invitations(), public.fn_accept_membership(uuid), app.investor_for_role(text, uuid);
