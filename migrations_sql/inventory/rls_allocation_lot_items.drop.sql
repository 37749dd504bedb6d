SELECT app.reset_table('public.allocation_lot_items');
