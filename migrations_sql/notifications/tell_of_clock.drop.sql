DROP TRIGGER tell_of_clock ON public.job_clock;
DROP FUNCTION app.tell_of_clock();
