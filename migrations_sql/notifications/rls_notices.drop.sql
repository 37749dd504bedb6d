SELECT app.reset_table('public.notices');
