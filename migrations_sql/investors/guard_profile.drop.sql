DROP TRIGGER guard_profile ON public.profiles;
DROP FUNCTION app.guard_profile();
