SELECT app.reset_table('public.offer_prices');
