DELETE FROM public.job_clock;
