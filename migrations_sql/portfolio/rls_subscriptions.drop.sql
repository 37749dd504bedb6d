SELECT app.reset_table('public.subscriptions');
