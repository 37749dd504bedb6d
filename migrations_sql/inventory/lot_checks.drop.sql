DROP FUNCTION app.audit_lot(text, public.share_lots, public.share_lots), app.lot_facts(public.share_lots);
DROP FUNCTION app.deal_for_lots(uuid), app.check_lot_values(numeric, numeric, date[]);
