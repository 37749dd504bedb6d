SELECT app.reset_table('public.job_clock');
