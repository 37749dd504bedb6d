DROP TRIGGER guard_currency ON public.deals;
DROP TRIGGER guard_last_member ON public.deal_memberships;
DROP FUNCTION app.guard_currency(), app.guard_last_member();
