DROP TRIGGER guard_investor ON public.investors;
DROP FUNCTION app.guard_investor();
