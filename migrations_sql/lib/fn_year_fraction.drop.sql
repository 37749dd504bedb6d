DROP FUNCTION public.fn_year_fraction(date, date, text), app.leap_days(date, date), app.years_by_calendar(date, date),
    app.days_of_30_360(date, date, text), app.ends_february(date);
