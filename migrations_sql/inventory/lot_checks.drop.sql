DROP FUNCTION app.lot_facts(public.share_lots), app.deal_for_lots(uuid), app.check_lot_values(numeric, numeric, date[]);
