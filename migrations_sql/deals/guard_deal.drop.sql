DROP TRIGGER guard_deal ON public.deals;
DROP FUNCTION app.guard_deal();
