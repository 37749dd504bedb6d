DROP TRIGGER guard_moves ON public.deals;
DROP FUNCTION app.guard_moves(), app.missing_to_open(public.deals), app.missing_to_close(uuid);
