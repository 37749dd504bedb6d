SELECT app.reset_table('public.allocations');
