SELECT app.reset_table('public.investors');
