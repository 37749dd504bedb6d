SELECT app.reset_table('public.deal_changes');
