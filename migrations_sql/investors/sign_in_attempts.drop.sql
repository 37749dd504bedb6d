REVOKE ALL ON public.axes_accessattempt FROM verso_definer;
DROP FUNCTION app.attempts_forget(text, inet), app.attempts_clear(timestamptz);
