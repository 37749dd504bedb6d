SELECT app.reset_table('public.reservation_lot_items');
