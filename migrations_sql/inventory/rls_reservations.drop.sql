SELECT app.reset_table('public.reservations');
