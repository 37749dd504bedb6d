DROP FUNCTION app.confirm_clock(), app.clock_ahead(double precision, text, double precision),
    app.clock_held();
DELETE FROM public.job_clock;
