SELECT app.reset_table('public.tasks');
