SELECT app.reset_table('public.positions');
