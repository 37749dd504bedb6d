SELECT app.reset_table('public.vehicles');
