DROP FUNCTION public.fn_unblock_lot(uuid), public.fn_block_lot(uuid, text), app.set_lot_block(uuid, text);
