SELECT app.reset_table('public.fee_components');
