DROP FUNCTION app.confirm_clock(), app.clock_ahead(double precision, text, double precision),
    app.tell_staff_of_clock(double precision), app.clock_held();
DELETE FROM public.job_clock;
