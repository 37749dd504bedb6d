DROP TRIGGER keep_columns ON public.deals;
SELECT app.reset_table('public.deals');
