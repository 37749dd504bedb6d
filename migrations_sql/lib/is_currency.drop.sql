DROP FUNCTION app.is_currency(text);
