SELECT app.reset_table('public.profiles');
