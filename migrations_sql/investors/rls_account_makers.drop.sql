SELECT app.reset_table('public.account_makers');
