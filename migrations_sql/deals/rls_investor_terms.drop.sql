SELECT app.reset_table('public.investor_terms');
