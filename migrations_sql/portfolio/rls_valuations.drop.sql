SELECT app.reset_table('public.valuations');
