DROP FUNCTION app.deal_labels(uuid[]);
