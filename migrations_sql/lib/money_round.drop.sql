DROP FUNCTION app.money_round(numeric, text);
